import { solParameterUnsupported } from '../commands/sol-configuration.ts';
import { completion } from '../completion-code.ts';
import { netFn } from '../message.ts';
import type { BmcState, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, replyData } from './handler.ts';

const parameterRevision = 0x11;
const revisionOnly = 0x80;

function setSol(state: BmcState, data: Buffer): Reply {
  if (state.sol === undefined) return refuse(completion.invalidCommand);
  if (data.length < 3) return refuse(completion.requestLengthInvalid);
  return refuse(state.sol.parameters.set(data.readUInt8(1), data.subarray(2)));
}

function getSol(state: BmcState, data: Buffer): Reply {
  if (state.sol === undefined) return refuse(completion.invalidCommand);
  if (data.length < 4) return refuse(completion.requestLengthInvalid);
  if ((data.readUInt8(0) & revisionOnly) !== 0) return replyData(Buffer.of(parameterRevision));
  const value = state.sol.parameters.get(data.readUInt8(1));
  if (value === undefined) return refuse(solParameterUnsupported);
  return replyData(Buffer.concat([Uint8Array.of(parameterRevision), value]));
}

function handler(command: number, entry: Handler): [number, Handler] {
  return [handlerKey(netFn.transport, command), entry];
}

/** IPMI 2.0 §26. */
export const transportCommands: readonly [number, Handler][] = [
  handler(0x21, { level: level.administrator, handle: setSol }),
  handler(0x22, { level: level.user, handle: getSol }),
];
