import { netFn } from '../message.ts';
import { authType } from '../packet.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed, decodeNothing } from './command.ts';

/** IPMI 2.0 §22.13: what a BMC says about log-in before anyone has logged in. */
export interface ChannelAuthCapabilities {
  readonly channel: number;
  /** IPMI 1.5 authentication types on offer, as numbers of `authType`. */
  readonly authTypes: readonly number[];
  /** A BMC key other than all zeros is set: two-key log-in. Some firmware says so wrongly; it is only a hint. */
  readonly bmcKeySet: boolean;
  /** IPMI 1.5 packets inside a session need no auth code. */
  readonly perMessageAuthDisabled: boolean;
  readonly userLevelAuthDisabled: boolean;
  readonly namedUsers: boolean;
  readonly nullUsers: boolean;
  readonly anonymousLogin: boolean;
  readonly supportsV15: boolean;
  readonly supportsV20: boolean;
  /** IANA number of the OEM that defines `oemData`; 0 for none. */
  readonly oemIana: number;
}

const extendedCapabilities = 0x80;
export const presentChannel = 0x0e;

/** `extended` asks for the v2.0 half of the answer; a few v1.5 boards reject the bit. */
export function getChannelAuthCapabilities(
  privilege: number,
  extended: boolean,
): BmcCommand<ChannelAuthCapabilities> {
  return {
    name: 'Get Channel Authentication Capabilities',
    netFn: netFn.app,
    command: 0x38,
    data: Buffer.of((extended ? extendedCapabilities : 0) | presentChannel, privilege),
    decode: decodeFixed(8, readAuthCapabilities),
  };
}

function readAuthCapabilities(data: Buffer): ChannelAuthCapabilities {
  const support = data.readUInt8(1);
  const status = data.readUInt8(2);
  const extended = (support & 0x80) !== 0;
  const versions = data.readUInt8(3);
  return {
    channel: data.readUInt8(0) & 0x0f,
    authTypes: [0, 1, 2, 4, 5].filter(type => ((support >> type) & 1) === 1),
    bmcKeySet: extended && (status & 0x20) !== 0,
    perMessageAuthDisabled: (status & 0x10) !== 0,
    userLevelAuthDisabled: (status & 0x08) !== 0,
    namedUsers: (status & 0x04) !== 0,
    nullUsers: (status & 0x02) !== 0,
    anonymousLogin: (status & 0x01) !== 0,
    // Without the extended half there is only v1.5, and its bit is not in the answer.
    supportsV15: !extended || (versions & 0x01) !== 0,
    supportsV20: extended && (versions & 0x02) !== 0,
    oemIana: data.readUIntLE(4, 3),
  };
}

export function encodeAuthCapabilities(value: ChannelAuthCapabilities, extended: boolean): Buffer {
  const data = Buffer.alloc(8);
  const types = value.authTypes.reduce((bits, type) => bits | (1 << type), 0);
  data.writeUInt8(value.channel, 0);
  data.writeUInt8((extended ? 0x80 : 0) | types, 1);
  data.writeUInt8(
    (extended && value.bmcKeySet ? 0x20 : 0) |
      (value.perMessageAuthDisabled ? 0x10 : 0) |
      (value.userLevelAuthDisabled ? 0x08 : 0) |
      (value.namedUsers ? 0x04 : 0) |
      (value.nullUsers ? 0x02 : 0) |
      (value.anonymousLogin ? 0x01 : 0),
    2,
  );
  if (extended) data.writeUInt8((value.supportsV20 ? 0x02 : 0) | (value.supportsV15 ? 0x01 : 0), 3);
  data.writeUIntLE(value.oemIana, 4, 3);
  return data;
}

export interface SessionChallenge {
  readonly temporarySessionId: number;
  /** 16 bytes to be sent back, authenticated with the password. */
  readonly challenge: Buffer;
}

/** §22.16, IPMI 1.5 only. */
export function getSessionChallenge(type: number, username: Buffer): BmcCommand<SessionChallenge> {
  const data = Buffer.alloc(17);
  data.writeUInt8(type, 0);
  username.copy(data, 1, 0, 16);
  return {
    name: 'Get Session Challenge',
    netFn: netFn.app,
    command: 0x39,
    data,
    decode: decodeFixed(20, bytes => ({
      temporarySessionId: bytes.readUInt32LE(0),
      challenge: Buffer.from(bytes.subarray(4, 20)),
    })),
  };
}

export interface ActivateSessionRequest {
  readonly authType: number;
  readonly privilege: number;
  readonly challenge: Buffer;
  /** The number that the BMC's first packet to us shall carry. */
  readonly initialOutbound: number;
}

export interface ActivatedSession {
  /** Authentication type of the packets to come; none when per-message authentication is off. */
  readonly authType: number;
  readonly sessionId: number;
  /** The number that our first packet shall carry. */
  readonly initialInbound: number;
  readonly maxPrivilege: number;
}

/** §22.17, IPMI 1.5 only. */
export function activateSession(request: ActivateSessionRequest): BmcCommand<ActivatedSession> {
  const data = Buffer.alloc(22);
  data.writeUInt8(request.authType, 0);
  data.writeUInt8(request.privilege, 1);
  request.challenge.copy(data, 2, 0, 16);
  data.writeUInt32LE(request.initialOutbound, 18);
  return {
    name: 'Activate Session',
    netFn: netFn.app,
    command: 0x3a,
    data,
    decode: decodeFixed(10, bytes => ({
      authType: bytes.readUInt8(0) & 0x0f,
      sessionId: bytes.readUInt32LE(1),
      initialInbound: bytes.readUInt32LE(5),
      maxPrivilege: bytes.readUInt8(9) & 0x0f,
    })),
  };
}

export function decodeActivateSessionRequest(data: Buffer): ActivateSessionRequest | undefined {
  if (data.length < 22) return undefined;
  return {
    authType: data.readUInt8(0) & 0x0f,
    privilege: data.readUInt8(1) & 0x0f,
    challenge: data.subarray(2, 18),
    initialOutbound: data.readUInt32LE(18),
  };
}

export function encodeActivatedSession(session: ActivatedSession): Buffer {
  const data = Buffer.alloc(10);
  data.writeUInt8(session.authType, 0);
  data.writeUInt32LE(session.sessionId, 1);
  data.writeUInt32LE(session.initialInbound, 5);
  data.writeUInt8(session.maxPrivilege, 9);
  return data;
}

/** §22.18. Answers the level that is now in force. */
export function setSessionPrivilege(level: number): BmcCommand<number> {
  return {
    name: 'Set Session Privilege Level',
    netFn: netFn.app,
    command: 0x3b,
    data: Buffer.of(level),
    decode: decodeFixed(1, bytes => bytes.readUInt8(0) & 0x0f),
  };
}

export interface OwnSession {
  readonly userId: number;
  /** Privilege in force. */
  readonly level: number;
}

/** §22.20, of the session that asks. */
export const getOwnSession: BmcCommand<OwnSession> = {
  name: 'Get Session Info',
  netFn: netFn.app,
  command: 0x3d,
  data: Buffer.of(0x00),
  decode: decodeFixed(5, data => ({ userId: data.readUInt8(3) & 0x3f, level: data.readUInt8(4) & 0x0f })),
};

/** §22.19. */
export function closeSession(sessionId: number): BmcCommand<void> {
  const data = Buffer.alloc(4);
  data.writeUInt32LE(sessionId);
  return { name: 'Close Session', netFn: netFn.app, command: 0x3c, data, decode: decodeNothing };
}

/** The best IPMI 1.5 method that keeps the password off the wire; straight password only where it is allowed. */
export function chooseV15AuthType(
  offered: readonly number[],
  allowClearPassword: boolean,
): number | undefined {
  if (offered.includes(authType.md5)) return authType.md5;
  if (allowClearPassword && offered.includes(authType.straight)) return authType.straight;
  return undefined;
}
