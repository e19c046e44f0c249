import { z } from 'zod';
import { savedKinds } from '../model/data-folders.ts';
import { savedFileName } from './entities/backups.ts';
import type { HostProcedure } from './host-names.ts';

const words = z.string().max(500);
/** What the shell says when its window is closed while deployments run, and when they have ended. */
const leavingWords = z.object({
  /** `{deployments}` stands for how many. */
  running: words,
  detail: words,
  background: words,
  quit: words,
  cancel: words,
  done: words,
});
export type LeavingWords = z.infer<typeof leavingWords>;

/**
 * What only the program around the page can do. The Electron shell has it all; a browser tab has none, and the page asks
 * for the bridge, never for the platform. Main checks sender and input of every call.
 */
export const hostContract = {
  /** The operating system's file dialog, for several files. Null: the person closed it. */
  chooseImageFiles: {
    input: z.object({ title: z.string().max(200) }),
    output: z.object({ paths: z.array(z.string()) }).nullable(),
  },
  /** Copies a file that the engine made to where the person says. Null: the person closed the dialog. */
  saveFile: {
    input: z.object({ title: z.string().max(200), kind: z.enum(savedKinds), name: savedFileName }),
    output: z.object({ path: z.string() }).nullable(),
  },
  /** A notification of the operating system; a click on it shows the window. */
  notify: { input: z.object({ title: words, body: words }), output: z.object({}) },
  /** Writes a table, report or recording that the page made to where the person says. Null: the person closed the dialog. */
  saveSheet: {
    input: z.object({
      title: z.string().max(200),
      name: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,80}\.(csv|xlsx|html|json|cast|txt|key)$/),
      base64: z.base64().max(180_000_000),
    }),
    output: z.object({ path: z.string() }).nullable(),
  },
  /** Opens the folder of the log files in the file manager. */
  openLogFolder: { input: z.object({}), output: z.object({}) },
  /** How the engine's process is, for a page that has no connection to it. */
  engineStatus: {
    input: z.object({}),
    output: z.object({
      state: z.enum(['starting', 'running', 'waiting', 'stopped']),
      /** Ends that nobody asked for since this program started. */
      failures: z.number(),
      /** Why it ended last: one English line, empty if it never did. */
      lastFailure: z.string(),
    }),
  },
  /** Starts the engine at once instead of after its back-off; ends one that runs, kills one that hangs in its start. */
  restartEngine: { input: z.object({}), output: z.object({}) },
  /** The shell has no words of its own: the page hands it these, anew when its language changes. */
  setLeavingWords: { input: leavingWords, output: z.object({}) },
} as const satisfies Record<HostProcedure, { input: z.ZodType; output: z.ZodType }>;

export type HostContract = typeof hostContract;

export const hostFacts = z.object({
  platform: z.string().max(40),
  version: z.string().max(40),
  /** Where the sealing key lies: the operating system's keyring, or a file because there is none. */
  keyStore: z.enum(['os-keyring', 'key-file']),
});
export type HostFacts = z.infer<typeof hostFacts>;

export type HostCalls = {
  readonly [P in HostProcedure]: (
    input: z.input<HostContract[P]['input']>,
  ) => Promise<z.output<HostContract[P]['output']>>;
};

/** What the preload puts on `window`, frozen: plain functions and data, nothing of Electron. */
export interface HostBridge {
  readonly calls: HostCalls;
  /** Where a file lies that was dropped onto the page; empty for one that is on no disk. */
  readonly pathOfFile: (file: File) => string;
  readonly facts: () => Promise<HostFacts>;
  /** Asks for a port to the engine. It comes as a message event of `window` with `enginePortMessage` and one port. */
  readonly requestEnginePort: () => void;
}
