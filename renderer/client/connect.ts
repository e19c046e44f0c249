import { type ConnectionState, createClient, type RpcConnection } from '#shared/contract/client.ts';
import type { HostBridge } from '#shared/contract/host.ts';
import { contract, type RacksideContract } from '#shared/contract/index.ts';
import { browserSession } from './browser-session.ts';
import { enginePortConnector, hostBridge } from './engine-port.ts';

export interface PageConnection extends RpcConnection<RacksideContract> {
  /** Undefined in a browser tab: no file dialog, no restart of the engine. */
  readonly host: HostBridge | undefined;
  /** Only in a browser tab: uses a token that a person typed, after the state `refused` with `auth.denied`. */
  readonly signIn: ((token: string) => void) | undefined;
}

export interface ConnectOptions {
  readonly onState?: (state: ConnectionState) => void;
}

/** Connects this page to its engine, by the port that the Electron shell hands over or by a WebSocket to its server. */
export function connect({ onState }: ConnectOptions = {}): PageConnection {
  const host = hostBridge();
  return host === undefined ? connectByWebSocket(onState) : connectByPort(host, onState);
}

function connectByPort(host: HostBridge, onState: ConnectOptions['onState']): PageConnection {
  const connection = createClient(
    contract,
    enginePortConnector(host),
    onState === undefined ? {} : { onState },
  );
  return { ...connection, host, signIn: undefined };
}

function connectByWebSocket(onState: ConnectOptions['onState']): PageConnection {
  const session = browserSession();
  const connection = createClient(contract, session.connect, {
    onState: state => {
      if (state.is !== 'incompatible' || !reloadOnce(state.theirs)) onState?.(state);
    },
  });
  const signIn = (token: string) => {
    session.useToken(token);
    connection.retryNow();
  };
  return { ...connection, host: undefined, signIn };
}

/** The page of an older engine fetches the new one; when that did not help once, a person is told instead. */
function reloadOnce(engineVersion: string): boolean {
  const key = 'rackside:reloaded-for';
  if (sessionStorage.getItem(key) === engineVersion) return false;
  sessionStorage.setItem(key, engineVersion);
  location.reload();
  return true;
}
