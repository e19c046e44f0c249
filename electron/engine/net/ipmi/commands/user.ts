import { netFn } from '../message.ts';
import type { BmcCommand, Privilege } from './command.ts';
import { decodeFixed, decodeNothing, fixedText, privilegeFromLevel } from './command.ts';
import { presentChannel } from './session-setup.ts';

/** IPMI 2.0 §22.26–22.30: the BMC's accounts. Ids 1…63; id 1 is the null user on most boards. */
export interface UserAccess {
  readonly maxUserIds: number;
  readonly enabledUsers: number;
  readonly fixedNames: number;
  /** Undefined where the firmware does not tell. */
  readonly enabled: boolean | undefined;
  readonly callbackOnly: boolean;
  readonly linkAuthentication: boolean;
  /** May open IPMI sessions on this channel. */
  readonly ipmiMessaging: boolean;
  /** Undefined for "no access". */
  readonly privilege: Privilege | undefined;
}

export const noAccess = 0x0f;

export function getUserAccess(userId: number): BmcCommand<UserAccess> {
  return {
    name: 'Get User Access',
    netFn: netFn.app,
    command: 0x44,
    data: Buffer.of(presentChannel, userId),
    decode: decodeFixed(4, readUserAccess),
  };
}

function readUserAccess(data: Buffer): UserAccess {
  const status = data.readUInt8(1) >> 6;
  const access = data.readUInt8(3);
  return {
    maxUserIds: data.readUInt8(0) & 0x3f,
    enabledUsers: data.readUInt8(1) & 0x3f,
    fixedNames: data.readUInt8(2) & 0x3f,
    enabled: status === 1 ? true : status === 2 ? false : undefined,
    callbackOnly: (access & 0x40) !== 0,
    linkAuthentication: (access & 0x20) !== 0,
    ipmiMessaging: (access & 0x10) !== 0,
    privilege: privilegeFromLevel(access & 0x0f),
  };
}

export function encodeUserAccess(access: UserAccess, privilegeNibble: number): Buffer {
  const status = access.enabled === undefined ? 0 : access.enabled ? 1 : 2;
  return Buffer.of(
    access.maxUserIds,
    (status << 6) | access.enabledUsers,
    access.fixedNames,
    (access.callbackOnly ? 0x40 : 0) |
      (access.linkAuthentication ? 0x20 : 0) |
      (access.ipmiMessaging ? 0x10 : 0) |
      privilegeNibble,
  );
}

export interface UserAccessChange {
  readonly ipmiMessaging: boolean;
  readonly linkAuthentication: boolean;
  /** 1…4, or 15 for no access. */
  readonly privilegeLevel: number;
}

export function setUserAccess(userId: number, change: UserAccessChange): BmcCommand<void> {
  const bits = (change.linkAuthentication ? 0x20 : 0) | (change.ipmiMessaging ? 0x10 : 0);
  return {
    name: 'Set User Access',
    netFn: netFn.app,
    command: 0x43,
    data: Buffer.of(0x80 | bits | presentChannel, userId, change.privilegeLevel),
    decode: decodeNothing,
  };
}

export function getUserName(userId: number): BmcCommand<string> {
  return {
    name: 'Get User Name',
    netFn: netFn.app,
    command: 0x46,
    data: Buffer.of(userId),
    decode: decodeFixed(1, data => fixedText(data.subarray(0, 16))),
  };
}

export function setUserName(userId: number, name: Buffer): BmcCommand<void> {
  const data = Buffer.alloc(17);
  data.writeUInt8(userId, 0);
  name.copy(data, 1, 0, 16);
  return { name: 'Set User Name', netFn: netFn.app, command: 0x45, data, decode: decodeNothing };
}

export const passwordOperation = { disable: 0, enable: 1, set: 2, test: 3 } as const;

/** §22.30. A 20-byte password cannot be used with IPMI 1.5, so up to 16 bytes it is stored in the 16-byte form. */
export function setUserPassword(
  userId: number,
  operation: 'set' | 'test',
  password: Buffer,
): BmcCommand<void> {
  const long = password.length > 16;
  const data = Buffer.alloc(2 + (long ? 20 : 16));
  data.writeUInt8((long ? 0x80 : 0) | userId, 0);
  data.writeUInt8(passwordOperation[operation], 1);
  password.copy(data, 2);
  return {
    name: `Set User Password (${operation})`,
    netFn: netFn.app,
    command: 0x47,
    data,
    decode: decodeNothing,
  };
}

export function setUserEnabled(userId: number, enabled: boolean): BmcCommand<void> {
  return {
    name: `Set User Password (${enabled ? 'enable' : 'disable'})`,
    netFn: netFn.app,
    command: 0x47,
    data: Buffer.of(userId, enabled ? passwordOperation.enable : passwordOperation.disable),
    decode: decodeNothing,
  };
}
