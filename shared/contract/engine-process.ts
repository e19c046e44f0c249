/**
 * What the desktop shell and the engine's process say to each other besides the contract. A `connect` comes with one
 * MessagePort, whose other end a page has.
 */
export type EngineOrder =
  | {
      readonly t: 'start';
      readonly dataDir: string;
      /** From the keyring; null: the engine keeps one in a file, because there is no keyring. */
      readonly sealKey: Uint8Array | null;
    }
  | { readonly t: 'connect' }
  | { readonly t: 'stop' };

export type EngineReport =
  | { readonly t: 'ready' }
  /** It cannot start; the process ends. One English line. */
  | { readonly t: 'failed'; readonly reason: string }
  /** It wants to be ended in good order and started again: a restored database waits. */
  | { readonly t: 'restart' }
  /** So many deployments run: closing the window should ask, and the machine should not go to sleep. */
  | { readonly t: 'busy'; readonly deployments: number };
