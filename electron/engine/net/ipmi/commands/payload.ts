import { netFn } from '../message.ts';
import { payloadType } from '../packet.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed, decodeNothing } from './command.ts';
import { presentChannel } from './session-setup.ts';

/** IPMI 2.0 §24: payloads of a session beside messages. Of the sixteen instances only the first is used. */
export const firstInstance = 1;

/** Table 24-2, first byte of the auxiliary data for SOL. */
export const solActivation = {
  encrypted: 0x80,
  authenticated: 0x40,
  /** Alerts that share the serial line wait while the console is open. */
  alertsDeferred: 0x04,
  /** CTS and DCD/DSR stay off until the first packet. Not asked for: an Intel board insists on having them on (FreeIPMI SOL issue 9). */
  handshakeOff: 0x02,
} as const;

/** Completion codes of Activate Payload (§24.1). */
export const activationRefusal = {
  alreadyActive: 0x80,
  disabled: 0x81,
  limitReached: 0x82,
  cannotEncrypt: 0x83,
  mustEncrypt: 0x84,
} as const;

/** §24.2: what Deactivate Payload says when there was nothing to end. */
export const alreadyDeactivated = 0x80;

export interface ActivatedPayload {
  /** Largest payload to the BMC, SOL header included. Wrong on several makes; see quirks.ts. */
  readonly inboundBytes: number;
  /** Largest payload from the BMC. */
  readonly outboundBytes: number;
  readonly port: number;
}

/** §24.1. `auxiliary` is `solActivation` bits. */
export function activatePayload(auxiliary: number): BmcCommand<ActivatedPayload> {
  return {
    name: 'Activate Payload',
    netFn: netFn.app,
    command: 0x48,
    data: Buffer.of(payloadType.sol, firstInstance, auxiliary, 0, 0, 0),
    decode: decodeFixed(10, data => ({
      inboundBytes: data.readUInt16LE(4),
      outboundBytes: data.readUInt16LE(6),
      port: data.readUInt16LE(8),
    })),
  };
}

export function encodeActivatedPayload({ inboundBytes, outboundBytes, port }: ActivatedPayload): Buffer {
  const data = Buffer.alloc(12);
  data.writeUInt16LE(inboundBytes, 4);
  data.writeUInt16LE(outboundBytes, 6);
  data.writeUInt16LE(port, 8);
  // No VLAN.
  data.writeUInt16LE(0xffff, 10);
  return data;
}

/** §24.2: ends the console, whoever has it. */
export const deactivatePayload: BmcCommand<void> = {
  name: 'Deactivate Payload',
  netFn: netFn.app,
  command: 0x49,
  data: Buffer.of(payloadType.sol, firstInstance, 0, 0, 0, 0),
  decode: decodeNothing,
};

/** §24.4: whether any session has the first instance. */
export const isPayloadActive: BmcCommand<boolean> = {
  name: 'Get Payload Activation Status',
  netFn: netFn.app,
  command: 0x4a,
  data: Buffer.of(payloadType.sol),
  decode: decodeFixed(3, data => (data.readUInt8(1) & 1) !== 0),
};

/** Tables 24-8 and 24-9: bit 1 of the first byte is SOL. */
export const solAccess = 0x02;
const enablePayloads = 0x00;

export function setSolAccess(userId: number): BmcCommand<void> {
  return {
    name: 'Set User Payload Access',
    netFn: netFn.app,
    command: 0x4c,
    data: Buffer.of(presentChannel, enablePayloads | userId, solAccess, 0, 0, 0),
    decode: decodeNothing,
  };
}

/** Whether this user may have a console. */
export function getSolAccess(userId: number): BmcCommand<boolean> {
  return {
    name: 'Get User Payload Access',
    netFn: netFn.app,
    command: 0x4d,
    data: Buffer.of(presentChannel, userId),
    decode: decodeFixed(4, data => (data.readUInt8(0) & solAccess) !== 0),
  };
}
