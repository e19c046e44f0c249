import type { z } from 'zod';
import type { HostContract, HostFacts } from './host.ts';

/** The names alone: the preload needs them and must not carry a schema library. */
export const hostProcedures = ['chooseImageFile', 'openLogFolder', 'engineStatus', 'restartEngine'] as const;
export type HostProcedure = (typeof hostProcedures)[number];

export type HostCalls = {
  readonly [P in HostProcedure]: (
    input: z.input<HostContract[P]['input']>,
  ) => Promise<z.output<HostContract[P]['output']>>;
};

/** What the preload puts on `window`, frozen: plain functions and data, nothing of Electron. */
export interface HostBridge {
  readonly calls: HostCalls;
  readonly facts: () => Promise<HostFacts>;
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

/** The origin of the page in the Electron shell. */
export const pageScheme = 'app';
export const pageOrigin = 'app://bundle';
