import { createContext, useContext } from 'react';
import type { RacksideClient } from '#shared/contract/index.ts';
import type { PageConnection } from './connect.ts';

const ConnectionContext = createContext<PageConnection | null>(null);
export const ConnectionProvider = ConnectionContext.Provider;

export function useConnection(): PageConnection {
  const connection = useContext(ConnectionContext);
  if (connection === null) throw new Error('useConnection outside of ConnectionProvider');
  return connection;
}

/** The engine as this page sees it. */
export function useClient(): RacksideClient {
  return useConnection().client;
}
