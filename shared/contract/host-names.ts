/** The names alone: the preload needs them and must not carry a schema library. */
export const hostProcedures = [
  'chooseImageFile',
  'saveSheet',
  'openLogFolder',
  'engineStatus',
  'restartEngine',
  'setLeavingWords',
] as const;
export type HostProcedure = (typeof hostProcedures)[number];

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
