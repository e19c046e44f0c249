import { z } from 'zod';

/**
 * What only the program around the page can do. The Electron shell has it all; a browser tab has none, and the page
 * asks `capabilities`, never the platform. Main checks sender and input of every call.
 */
export const hostContract = {
  /** The operating system's file dialog. Null: the person closed it. */
  chooseImageFile: {
    input: z.object({ title: z.string().max(200) }),
    output: z.object({ path: z.string() }).nullable(),
  },
  /** Opens the folder of the log files in the file manager. */
  openLogFolder: { input: z.object({}), output: z.object({}) },
  /** Starts the engine again at once after it has been given up, or ends and starts a running one. */
  restartEngine: { input: z.object({}), output: z.object({}) },
} as const;

export type HostContract = typeof hostContract;
export type HostProcedure = keyof HostContract;
export const hostProcedures = Object.keys(hostContract) as readonly HostProcedure[];

export type HostCalls = {
  readonly [P in HostProcedure]: (
    input: z.input<HostContract[P]['input']>,
  ) => Promise<z.output<HostContract[P]['output']>>;
};

export const hostFacts = z.object({
  platform: z.string().max(40),
  version: z.string().max(40),
  /** Where the sealing key lies: the operating system's keyring, or a file because there is none. */
  keyStore: z.enum(['os-keyring', 'key-file']),
});
export type HostFacts = z.infer<typeof hostFacts>;

/** What the preload puts on `window`, frozen: plain functions, nothing of Electron. */
export interface HostBridge {
  readonly facts: () => Promise<HostFacts>;
  readonly calls: HostCalls;
  /** Asks for a port to the engine. It comes as a message event of `window` with `enginePortMessage` and one port. */
  readonly requestEnginePort: () => void;
}

export const hostBridgeName = 'racksideHost';
/** `event.data` of the two messages that the preload posts to its own window. */
export const enginePortMessage = 'rackside:engine-port';
export const engineLostMessage = 'rackside:engine-lost';

/** Channels between preload and main, each with its checks in main. */
export const hostChannels = {
  call: 'rackside:host-call',
  facts: 'rackside:host-facts',
  requestEnginePort: 'rackside:request-engine-port',
  enginePort: 'rackside:engine-port',
  engineLost: 'rackside:engine-lost',
} as const;
