import { encodeActivatedPayload, firstInstance, solAccess } from '../commands/payload.ts';
import { completion } from '../completion-code.ts';
import { netFn } from '../message.ts';
import { payloadType } from '../packet.ts';
import type { BmcState, Caller, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, reply, replyData } from './handler.ts';
import type { SolPlace } from './sol-place.ts';

/** Table 24-2 and its like: payload type, instance, then four bytes more. */
const activationBytes = 6;

/** Runs `act` for a request about the one payload that this BMC has; everything else is refused. */
function withSol(state: BmcState, data: Buffer, sizeBytes: number, act: (place: SolPlace) => Reply): Reply {
  if (state.sol === undefined) return refuse(completion.invalidCommand);
  if (data.length < sizeBytes) return refuse(completion.requestLengthInvalid);
  const isSol = (data.readUInt8(0) & 0x3f) === payloadType.sol;
  const isFirst = sizeBytes < 2 || (data.readUInt8(1) & 0x0f) === firstInstance;
  return isSol && isFirst ? act(state.sol) : refuse(completion.invalidField);
}

function activate(state: BmcState, data: Buffer, caller: Caller): Reply {
  return withSol(state, data, activationBytes, place => {
    const activated = place.activate(caller.session, data.readUInt8(2));
    return typeof activated === 'number' ? refuse(activated) : replyData(encodeActivatedPayload(activated));
  });
}

function deactivate(state: BmcState, data: Buffer, caller: Caller): Reply {
  return withSol(state, data, activationBytes, place => refuse(place.deactivate(caller.session.id)));
}

function activationStatus(state: BmcState, data: Buffer): Reply {
  return withSol(state, data, 1, place => reply(1, place.holder === undefined ? 0 : 1, 0));
}

function instanceInfo(state: BmcState, data: Buffer): Reply {
  return withSol(state, data, 2, place => {
    const information = Buffer.alloc(12);
    information.writeUInt32LE(place.holder?.id ?? 0, 0);
    information.writeUInt8(1, 4);
    return replyData(information);
  });
}

function setUserAccess(state: BmcState, data: Buffer): Reply {
  if (data.length < activationBytes) return refuse(completion.requestLengthInvalid);
  const account = state.accounts.find(({ id }) => id === (data.readUInt8(1) & 0x3f));
  if (account === undefined) return refuse(completion.invalidField);
  const isEnabling = data.readUInt8(1) >> 6 === 0;
  if ((data.readUInt8(2) & solAccess) !== 0) account.solAccess = isEnabling;
  return reply();
}

function getUserAccess(state: BmcState, data: Buffer): Reply {
  if (data.length < 2) return refuse(completion.requestLengthInvalid);
  const account = state.accounts.find(({ id }) => id === (data.readUInt8(1) & 0x3f));
  if (account === undefined) return refuse(completion.invalidField);
  return reply(account.solAccess ? solAccess : 0, 0, 0, 0);
}

/** §24.8: messages and SOL, and the six payloads of session set-up. */
function channelSupport(state: BmcState): Reply {
  return reply(state.sol === undefined ? 0x01 : 0x03, 0, 0x3f, 0, 0, 0, 0, 0);
}

/** §24.9: version 1.0. FreeIPMI's ipmiconsole keeps its session alive with it. */
function channelVersion(): Reply {
  return reply(0x10);
}

function handler(command: number, entry: Handler): [number, Handler] {
  return [handlerKey(netFn.app, command), entry];
}

/** IPMI 2.0 §24. */
export const payloadCommands: readonly [number, Handler][] = [
  handler(0x48, { level: level.user, handle: activate }),
  handler(0x49, { level: level.user, handle: deactivate }),
  handler(0x4a, { level: level.user, handle: activationStatus }),
  handler(0x4b, { level: level.user, handle: instanceInfo }),
  handler(0x4c, { level: level.administrator, handle: setUserAccess }),
  handler(0x4d, { level: level.operator, handle: getUserAccess }),
  handler(0x4e, { level: level.user, handle: channelSupport }),
  handler(0x4f, { level: level.user, handle: channelVersion }),
];
