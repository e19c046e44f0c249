import { create } from 'zustand';
import type { ConnectionState } from '#shared/contract/client.ts';
import { connect, type PageConnection } from './connect.ts';

export const useConnectionState = create<{ readonly state: ConnectionState }>(() => ({
  state: { is: 'connecting' },
}));

/** The page's one connection; its state is in `useConnectionState`. */
export function openConnection(): PageConnection {
  return connect({ onState: state => useConnectionState.setState({ state }) });
}
