import type { IpmiClock } from '../clock.ts';
import type { BootFlags } from '../commands/boot-options.ts';
import {
  bootParameter,
  encodeBootFlags,
  keepFlagsAfterTimeout,
  readBootFlags,
} from '../commands/boot-options.ts';
import { completion } from '../completion-code.ts';

/** §28.13, parameter 3: flags that no Chassis Control follows within this time lose their validity. */
export const flagsTimeoutMs = 60_000;

/** The boot options of a virtual BMC, with the 60 s timer that makes real machines boot from the wrong device. */
export interface BootOptions {
  get(parameter: number): Buffer | undefined;
  /** A completion code. */
  set(parameter: number, data: Buffer): number;
  /** A Chassis Control command arrived: the timer stops. */
  chassisControlled(): void;
  /** What the machine's firmware does at power-on: reads the flags, and a one-time override is gone. */
  take(): BootFlags;
  current(): BootFlags;
}

const storedSizes: Readonly<Record<number, number>> = {
  [bootParameter.setInProgress]: 1,
  [bootParameter.partitionSelector]: 1,
  [bootParameter.partitionScan]: 1,
  [bootParameter.flagValidBitClearing]: 1,
  [bootParameter.infoAcknowledge]: 2,
  [bootParameter.flags]: 5,
  [bootParameter.initiatorInfo]: 9,
};

export function createBootOptions(clock: IpmiClock, refusesFlags: () => boolean): BootOptions {
  const stored = new Map<number, Buffer>();
  for (const [parameter, size] of Object.entries(storedSizes))
    stored.set(Number(parameter), Buffer.alloc(size));
  let expiresAtMs: number | undefined;

  function invalidate(): void {
    const flags = stored.get(bootParameter.flags);
    flags?.writeUInt8(flags.readUInt8(0) & 0x7f, 0);
    expiresAtMs = undefined;
  }

  function flagBytes(): Buffer {
    if (expiresAtMs !== undefined && clock.nowMs() >= expiresAtMs) invalidate();
    return stored.get(bootParameter.flags) ?? Buffer.alloc(5);
  }

  function startTimer(): void {
    const kept =
      ((stored.get(bootParameter.flagValidBitClearing)?.readUInt8(0) ?? 0) & keepFlagsAfterTimeout) !== 0;
    const valid = (flagBytes().readUInt8(0) & 0x80) !== 0;
    expiresAtMs = valid && !kept ? clock.nowMs() + flagsTimeoutMs : undefined;
  }

  return {
    get: parameter => (parameter === bootParameter.flags ? flagBytes() : stored.get(parameter)),
    set(parameter, data) {
      const size = storedSizes[parameter];
      if (size === undefined || (parameter === bootParameter.flags && refusesFlags())) return 0x80;
      if (data.length === 0 || data.length > size) return completion.requestLengthInvalid;
      const bytes = Buffer.alloc(size);
      data.copy(bytes);
      stored.set(parameter, bytes);
      if (parameter === bootParameter.flags) startTimer();
      return completion.ok;
    },
    chassisControlled: () => {
      expiresAtMs = undefined;
    },
    take() {
      const flags = readBootFlags(flagBytes());
      if (!flags.persistent) stored.set(bootParameter.flags, encodeBootFlags({ ...noFlags, valid: false }));
      expiresAtMs = undefined;
      return flags;
    },
    current: () => readBootFlags(flagBytes()),
  };
}

const noFlags = { persistent: false, efi: false, selector: 0 };
