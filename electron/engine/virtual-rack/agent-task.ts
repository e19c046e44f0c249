import type { AgentLine } from './agent-line.ts';
import type { VirtualDisk } from './disk.ts';

/** What the agent needs of the machine that it runs on. */
export interface AgentMachine {
  readonly address: string;
  readonly firmware: 'bios' | 'uefi';
  readonly disk: VirtualDisk;
  readonly inventory: object;
  readonly signal: AbortSignal;
  /** The next write to the disk is an I/O error. */
  readonly diskFails: () => boolean;
  /** Called with each written piece; a fault may cut the power here. */
  readonly onWritten: (bytes: number) => void;
  readonly wait: AgentLine['wait'];
  /** A line for the machine's console. */
  readonly say: (line: string) => void;
}

/** A step that the engine gave, and how to reach it while it is done. */
export interface AgentTask {
  readonly machine: AgentMachine;
  readonly line: AgentLine;
  readonly session: string;
  readonly parameters: ReadonlyMap<string, string>;
  /** False: the engine does not want this step any more. */
  readonly tell: (phase: string, bytes: number, total: number) => Promise<boolean>;
}
