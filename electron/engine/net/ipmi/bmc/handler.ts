import type { IpmiClock } from '../clock.ts';
import type { DeviceId } from '../commands/device.ts';
import { completion } from '../completion-code.ts';
import type { StoredAccount } from './account.ts';
import type { BootOptions } from './boot-flags.ts';
import type { ChassisPort } from './chassis-port.ts';
import type { Platform } from './platform.ts';
import type { ActiveSession } from './session-store.ts';
import type { SolPlace } from './sol-place.ts';

/** What the commands of a virtual BMC work on. */
export interface BmcState extends Platform {
  readonly chassis: ChassisPort;
  readonly accounts: StoredAccount[];
  readonly bootOptions: BootOptions;
  readonly device: DeviceId;
  /** 16 bytes in the order of the wire. */
  readonly guid: Buffer;
  slots(): { readonly possible: number; readonly active: number };
  readonly clock: IpmiClock;
  /** Undefined: the machine has no serial line, and the BMC no SOL. */
  readonly sol: SolPlace | undefined;
  identifyUntilMs: number;
}

/** Who asks, as far as a command may know. */
export interface Caller {
  readonly account: StoredAccount;
  /** Privilege in force. */
  level: number;
  /** The highest one this session may raise itself to. */
  readonly maxLevel: number;
  readonly session: ActiveSession;
  /** Ends a session by its id; false: there is none. */
  endSession(sessionId: number): boolean;
}

export interface Reply {
  readonly code: number;
  readonly data: Buffer;
}

export interface Handler {
  /** Lowest privilege level that may run it (IPMI 2.0 appendix G). */
  readonly level: number;
  handle(state: BmcState, data: Buffer, caller: Caller): Reply;
}

/** By `netFn << 8 | command`. */
export type HandlerTable = ReadonlyMap<number, Handler>;

export function handlerKey(netFn: number, command: number): number {
  return (netFn << 8) | command;
}

export function reply(...bytes: readonly number[]): Reply {
  return { code: completion.ok, data: Buffer.from(bytes) };
}

export function replyData(data: Buffer): Reply {
  return { code: completion.ok, data };
}

export function refuse(code: number): Reply {
  return { code, data: Buffer.alloc(0) };
}

export const level = { callback: 1, user: 2, operator: 3, administrator: 4 } as const;
