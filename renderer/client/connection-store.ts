import { create } from 'zustand';
import type { ConnectionState } from '#shared/contract/client.ts';
import { connect, type PageConnection } from './connect.ts';

export interface ConnectionStory {
  readonly state: ConnectionState;
  /** There was an engine, so what is shown is its last word. */
  readonly wasOpen: boolean;
  /** Since the last good connection: attempts that failed, and losses. */
  readonly failedAttempts: number;
}

export const useConnectionState = create<ConnectionStory>(() => ({
  state: { is: 'connecting' },
  wasOpen: false,
  failedAttempts: 0,
}));

/** What is known of the connection after it has come into this state. */
export function withState(known: ConnectionStory, state: ConnectionState): ConnectionStory {
  switch (state.is) {
    case 'open':
      return { state, wasOpen: true, failedAttempts: 0 };
    case 'lost':
      return { ...known, state, failedAttempts: state.attempt };
    default:
      return { ...known, state };
  }
}

/** The page's one connection; its state is in `useConnectionState`. */
export function openConnection(): PageConnection {
  return connect({ onState: state => useConnectionState.setState(known => withState(known, state)) });
}
