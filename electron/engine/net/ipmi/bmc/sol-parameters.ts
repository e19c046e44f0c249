import { privilegeLevel } from '../commands/command.ts';
import type { SolAuthentication } from '../commands/sol-configuration.ts';
import {
  bitRateOf,
  encodeSolAuthentication,
  readSolAuthentication,
  setInProgress,
  solParameter,
  solParameterUnsupported,
} from '../commands/sol-configuration.ts';
import { completion } from '../completion-code.ts';
import type { RetryRule } from '../sol/transfer.ts';

/** The SOL configuration of a virtual BMC (IPMI 2.0 table 26-5). What is set counts at once; there is no way back. */
export interface SolParameters {
  get(parameter: number): Buffer | undefined;
  /** A completion code. */
  set(parameter: number, data: Buffer): number;
  readonly isEnabled: boolean;
  readonly authentication: SolAuthentication;
  readonly retry: RetryRule;
}

const anotherIsWriting = 0x81;
const readOnly = 0x82;
/** Parameter 4: seven repetitions, 500 ms apart (in units of 10 ms). */
const defaultRetry = [7, 50] as const;
/** Parameter 3: 60 ms (in units of 5 ms) or 96 characters. This BMC sends what it has as soon as the line is free. */
const defaultAccumulation = [12, 96] as const;
const bitRate115200 = 10;

const sizes: ReadonlyMap<number, number> = new Map([
  [solParameter.setInProgress, 1],
  [solParameter.enable, 1],
  [solParameter.authentication, 1],
  [solParameter.accumulation, 2],
  [solParameter.retry, 2],
  [solParameter.nonVolatileBitRate, 1],
  [solParameter.volatileBitRate, 1],
]);

export interface SolWay {
  readonly channel: number;
  /** UDP; asked at each use, because a server knows it only when its socket is bound. */
  readonly port: () => number;
}

export function createSolParameters(way: SolWay): SolParameters {
  const level = privilegeLevel('operator');
  const authentication = { forcesEncryption: true, forcesAuthentication: true, level };
  const values = new Map<number, Buffer>([
    [solParameter.setInProgress, Buffer.of(setInProgress.complete)],
    [solParameter.enable, Buffer.of(1)],
    [solParameter.authentication, encodeSolAuthentication(authentication)],
    [solParameter.accumulation, Buffer.from(defaultAccumulation)],
    [solParameter.retry, Buffer.from(defaultRetry)],
    [solParameter.nonVolatileBitRate, Buffer.of(bitRate115200)],
    [solParameter.volatileBitRate, Buffer.of(bitRate115200)],
    [solParameter.payloadChannel, Buffer.of(way.channel)],
  ]);
  const byteOf = (parameter: number, at = 0) => values.get(parameter)?.readUInt8(at) ?? 0;

  function refusalOf(parameter: number, data: Buffer): number {
    const value = data.readUInt8(0);
    switch (parameter) {
      case solParameter.setInProgress:
        if (value === setInProgress.begin && byteOf(parameter) === setInProgress.begin)
          return anotherIsWriting;
        return value > setInProgress.commit ? completion.invalidField : completion.ok;
      case solParameter.authentication:
        return isLevel(value & 0x0f) ? completion.ok : completion.invalidField;
      case solParameter.nonVolatileBitRate:
      case solParameter.volatileBitRate:
        return bitRateOf(value) === undefined ? completion.invalidField : completion.ok;
      default:
        return completion.ok;
    }
  }

  return {
    get(parameter) {
      if (parameter !== solParameter.payloadPort) return values.get(parameter);
      const data = Buffer.alloc(2);
      data.writeUInt16LE(way.port());
      return data;
    },
    set(parameter, data) {
      const isFixed = parameter === solParameter.payloadChannel || parameter === solParameter.payloadPort;
      if (isFixed) return readOnly;
      const sizeBytes = sizes.get(parameter);
      if (sizeBytes === undefined) return solParameterUnsupported;
      if (data.length < sizeBytes) return completion.requestLengthInvalid;
      const code = refusalOf(parameter, data);
      if (code === completion.ok) values.set(parameter, Buffer.from(data.subarray(0, sizeBytes)));
      return code;
    },
    get isEnabled() {
      return (byteOf(solParameter.enable) & 1) !== 0;
    },
    get authentication() {
      return readSolAuthentication(byteOf(solParameter.authentication));
    },
    get retry() {
      const intervalMs = Math.max(1, byteOf(solParameter.retry, 1)) * 10;
      const attempts = (byteOf(solParameter.retry) & 0x07) + 1;
      return { firstMs: intervalMs, factor: 1, maxMs: intervalMs, attempts };
    },
  };
}

function isLevel(value: number): boolean {
  return value >= privilegeLevel('user') && value <= privilegeLevel('administrator');
}
