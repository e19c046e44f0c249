import { netFn } from '../message.ts';
import type { BmcCommand } from './command.ts';
import { decodeFixed, decodeNothing } from './command.ts';
import { presentChannel } from './session-setup.ts';

/**
 * SOL configuration parameters (IPMI 2.0 §26.2–26.3, table 26-5).
 *
 * ```
 * set      channel | parameter | data …
 * get      revision only·channel | parameter | set selector | block selector
 * answer   revision 11 | data …
 * 2        force encryption·force authentication·00·privilege 4
 * 5, 6     0000·bit rate 4: 0 as the serial port, 6 9600, 7 19200, 8 38400, 9 57600, 10 115200
 * ```
 */
export const solParameter = {
  setInProgress: 0,
  enable: 1,
  authentication: 2,
  accumulation: 3,
  retry: 4,
  nonVolatileBitRate: 5,
  volatileBitRate: 6,
  payloadChannel: 7,
  payloadPort: 8,
} as const;

export const setInProgress = { complete: 0, begin: 1, commit: 2 } as const;

/** What "parameter not supported" looks like here. */
export const solParameterUnsupported = 0x80;

export function setSolParameter(parameter: number, data: Uint8Array): BmcCommand<void> {
  return {
    name: `Set SOL Configuration Parameters (parameter ${parameter})`,
    netFn: netFn.transport,
    command: 0x21,
    data: Buffer.concat([Uint8Array.of(presentChannel, parameter), data]),
    decode: decodeNothing,
  };
}

function getSolParameter<T>(parameter: number, read: (value: number) => T): BmcCommand<T> {
  return {
    name: `Get SOL Configuration Parameters (parameter ${parameter})`,
    netFn: netFn.transport,
    command: 0x22,
    data: Buffer.of(presentChannel, parameter, 0, 0),
    decode: decodeFixed(2, data => read(data.readUInt8(1))),
  };
}

export const getSolEnabled = getSolParameter(solParameter.enable, value => (value & 1) !== 0);

export interface SolAuthentication {
  readonly forcesEncryption: boolean;
  readonly forcesAuthentication: boolean;
  /** 2…4; 5 is OEM. */
  readonly level: number;
}

export const getSolAuthentication = getSolParameter(solParameter.authentication, readSolAuthentication);

export function readSolAuthentication(value: number): SolAuthentication {
  return {
    forcesEncryption: (value & 0x80) !== 0,
    forcesAuthentication: (value & 0x40) !== 0,
    level: value & 0x0f,
  };
}

export function encodeSolAuthentication(value: SolAuthentication): Buffer {
  const bits = (value.forcesEncryption ? 0x80 : 0) | (value.forcesAuthentication ? 0x40 : 0);
  return Buffer.of(bits | value.level);
}

const bitRateCodes: readonly (readonly [code: number, bitRate: number])[] = [
  [6, 9600],
  [7, 19_200],
  [8, 38_400],
  [9, 57_600],
  [10, 115_200],
];

/** Undefined: no rate that the specification has a number for. */
export function bitRateCode(bitRate: number): number | undefined {
  return bitRateCodes.find(([, known]) => known === bitRate)?.[0];
}

/** In bit/s; undefined: as the serial port is set, or a number of the maker's. */
export function bitRateOf(code: number): number | undefined {
  return bitRateCodes.find(([known]) => known === (code & 0x0f))?.[1];
}

export const getVolatileBitRate = getSolParameter(solParameter.volatileBitRate, bitRateOf);
export const getNonVolatileBitRate = getSolParameter(solParameter.nonVolatileBitRate, bitRateOf);
