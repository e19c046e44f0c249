import { privilegeFromLevel } from '../commands/command.ts';
import { encodeDeviceId } from '../commands/device.ts';
import { encodeUserAccess, noAccess, passwordOperation } from '../commands/user.ts';
import { completion } from '../completion-code.ts';
import { netFn } from '../message.ts';
import type { StoredAccount } from './account.ts';
import { credentials, isPassword, maxAccounts } from './account.ts';
import type { BmcState, Caller, Handler, Reply } from './handler.ts';
import { handlerKey, level, refuse, reply, replyData } from './handler.ts';

const selfTestPassed = 0x55;
/** §6.3: the one LAN channel of this BMC. */
export const lanChannel = 1;

function setPrivilege(_state: BmcState, data: Buffer, caller: Caller): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  const wanted = data.readUInt8(0) & 0x0f;
  if (wanted === 0) return reply(caller.level);
  if (privilegeFromLevel(wanted) === undefined || wanted === level.callback)
    return refuse(completion.invalidField);
  if (wanted > caller.maxLevel) return refuse(0x81);
  caller.level = wanted;
  return reply(wanted);
}

function closeSession(_state: BmcState, data: Buffer, caller: Caller): Reply {
  if (data.length < 4) return refuse(completion.requestLengthInvalid);
  const id = data.readUInt32LE(0);
  // §22.19: others' sessions only for administrators.
  if (id !== caller.session.id && caller.level < level.administrator)
    return refuse(completion.insufficientPrivilege);
  return caller.endSession(id) ? reply() : refuse(0x87);
}

/** §22.20, of the session that asks: index 0. Where the console is, is left out. */
function sessionInfo(state: BmcState, data: Buffer, caller: Caller): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  if (data.readUInt8(0) !== 0) return refuse(completion.invalidField);
  const { possible, active } = state.slots();
  const isV20 = caller.session.version === '2.0' ? 0x10 : 0x00;
  return reply(1, possible, active, caller.account.id, caller.level, isV20 | lanChannel);
}

/** Table 22-24: 802.3 LAN, IPMB protocol, multi-session; IANA 7154 is the IPMI forum's. */
function channelInfo(_state: BmcState, data: Buffer): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  const channel = data.readUInt8(0) & 0x0f;
  if (channel !== lanChannel && channel !== 0x0e) return refuse(completion.invalidField);
  return reply(lanChannel, 0x04, 0x01, 0x80, 0xf2, 0x1b, 0x00, 0x00, 0x00);
}

function channelAccess(_state: BmcState, data: Buffer): Reply {
  if (data.length < 2) return refuse(completion.requestLengthInvalid);
  // Always available, alerting and authentication on; administrator is the limit.
  return reply(0x02, level.administrator);
}

function withAccount(id: number | undefined, state: BmcState, act: (account: StoredAccount) => Reply): Reply {
  const account = state.accounts.find(candidate => candidate.id === id);
  return account === undefined ? refuse(completion.invalidField) : act(account);
}

function getUserAccess(state: BmcState, data: Buffer): Reply {
  if (data.length < 2) return refuse(completion.requestLengthInvalid);
  return withAccount(data.readUInt8(1) & 0x3f, state, account => {
    const access = {
      maxUserIds: maxAccounts,
      enabledUsers: state.accounts.filter(candidate => candidate.enabled).length,
      fixedNames: 1,
      enabled: account.enabled,
      callbackOnly: false,
      linkAuthentication: account.linkAuthentication,
      ipmiMessaging: account.ipmiMessaging,
      privilege: privilegeFromLevel(account.level),
    };
    return replyData(encodeUserAccess(access, account.level));
  });
}

function setUserAccess(state: BmcState, data: Buffer): Reply {
  if (data.length < 3) return refuse(completion.requestLengthInvalid);
  const bits = data.readUInt8(0);
  const wanted = data.readUInt8(2) & 0x0f;
  if (privilegeFromLevel(wanted) === undefined && wanted !== noAccess) return refuse(completion.invalidField);
  return withAccount(data.readUInt8(1) & 0x3f, state, account => {
    account.level = wanted;
    // Bit 7: the three flags below are to be changed too.
    if ((bits & 0x80) !== 0) {
      account.linkAuthentication = (bits & 0x20) !== 0;
      account.ipmiMessaging = (bits & 0x10) !== 0;
    }
    return reply();
  });
}

function getUserName(state: BmcState, data: Buffer): Reply {
  if (data.length < 1) return refuse(completion.requestLengthInvalid);
  return withAccount(data.readUInt8(0) & 0x3f, state, account => {
    const name = Buffer.alloc(16);
    account.name.copy(name);
    return replyData(name);
  });
}

function setUserName(state: BmcState, data: Buffer): Reply {
  if (data.length < 17) return refuse(completion.requestLengthInvalid);
  const id = data.readUInt8(0) & 0x3f;
  if (id === 1) return refuse(completion.invalidField);
  const name = Buffer.from(data.subarray(1, 17));
  const end = name.indexOf(0);
  return withAccount(id, state, account => {
    account.name = end < 0 ? name : name.subarray(0, end);
    return reply();
  });
}

function setUserPassword(state: BmcState, data: Buffer): Reply {
  if (data.length < 2) return refuse(completion.requestLengthInvalid);
  const size = (data.readUInt8(0) & 0x80) !== 0 ? 20 : 16;
  const operation = data.readUInt8(1) & 0x03;
  const needsPassword = operation === passwordOperation.set || operation === passwordOperation.test;
  if (needsPassword && data.length < 2 + size) return refuse(completion.requestLengthInvalid);
  return withAccount(data.readUInt8(0) & 0x3f, state, account => {
    if (operation === passwordOperation.test) return testPassword(account, data.subarray(2, 2 + size), size);
    if (operation === passwordOperation.set) {
      Object.assign(account, credentials(withoutPadding(data.subarray(2, 2 + size))));
    } else account.enabled = operation === passwordOperation.enable;
    return reply();
  });
}

function testPassword(account: StoredAccount, candidate: Buffer, size: number): Reply {
  if (account.password.length > 16 !== (size === 20) && account.password.length > 16) return refuse(0x81);
  return isPassword(account, candidate) ? reply() : refuse(0x80);
}

function withoutPadding(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return Buffer.from(bytes.subarray(0, end));
}

function handler(command: number, entry: Handler): [number, Handler] {
  return [handlerKey(netFn.app, command), entry];
}

/** IPMI 2.0 §20 and §22, what is inside a session. */
export const appCommands: readonly [number, Handler][] = [
  handler(0x01, { level: level.user, handle: state => replyData(encodeDeviceId(state.device)) }),
  handler(0x04, { level: level.user, handle: () => reply(selfTestPassed, 0x00) }),
  handler(0x08, { level: level.user, handle: state => replyData(state.guid) }),
  handler(0x37, { level: level.user, handle: state => replyData(state.guid) }),
  handler(0x3b, { level: level.callback, handle: setPrivilege }),
  handler(0x3c, { level: level.callback, handle: closeSession }),
  handler(0x3d, { level: level.user, handle: sessionInfo }),
  handler(0x41, { level: level.user, handle: channelAccess }),
  handler(0x42, { level: level.user, handle: channelInfo }),
  handler(0x43, { level: level.administrator, handle: setUserAccess }),
  handler(0x44, { level: level.operator, handle: getUserAccess }),
  handler(0x45, { level: level.administrator, handle: setUserName }),
  handler(0x46, { level: level.operator, handle: getUserName }),
  handler(0x47, { level: level.administrator, handle: setUserPassword }),
];
