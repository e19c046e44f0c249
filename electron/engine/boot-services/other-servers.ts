import type { Store } from '#engine/store/store.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { CodedError, type Network } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { isSimulated } from '#shared/model/simulated-network.ts';
import type { OwnInterface } from './placement.ts';
import type { WireSockets } from './wire-sockets.ts';

export interface OtherServersParts {
  readonly store: Store;
  readonly sockets: Pick<WireSockets, 'searchServers'>;
  readonly listInterfaces: () => Promise<readonly OwnInterface[]>;
  readonly now: () => number;
  /** A search that `holdOf` began has ended: ask it again. */
  readonly onFound: () => void;
}

/** Whether somebody else serves a network's wire, as found on the device of that number. */
interface Check {
  readonly interfaceIndex: number | undefined;
  readonly result: 'searching' | 'alone' | CodedError;
}

/**
 * Before full mode we look whether somebody else serves the wire, also when the mode was chosen days ago: the laptop may
 * stand elsewhere now. What was found holds until the engine ends or another device is plugged in.
 */
export function createOtherServers(parts: OtherServersParts) {
  const { store } = parts;
  const checks = new Map<NetworkId, Check>();
  const stopped = new AbortController();

  async function search(network: Network): Promise<Network['otherServers']> {
    if (isSimulated(network)) return [];
    const found = await parts.sockets.searchServers(network.interfaceName, stopped.signal);
    const ours = (await device(network))?.addresses.map(({ address }) => address) ?? [];
    return found
      .filter(other => !ours.includes(other.serverIdentifier))
      .map(other => ({ server: other.serverIdentifier, offered: other.offeredAddress }));
  }

  async function device({ interfaceName }: Network): Promise<OwnInterface | undefined> {
    return (await parts.listInterfaces()).find(({ name }) => name === interfaceName);
  }

  async function check(network: Network, begun: Check): Promise<void> {
    let result: Check['result'];
    try {
      const otherServers = await search(network);
      result = resultOf(network, otherServers);
      const known = stopped.signal.aborted ? undefined : store.networks.find(network.id);
      if (known !== undefined) store.networks.save({ ...known, otherServers, checkedAt: parts.now() });
    } catch (thrown) {
      result = asCodedError(thrown);
    }
    if (stopped.signal.aborted || checks.get(network.id) !== begun) return;
    checks.set(network.id, { ...begun, result });
    parts.onFound();
  }

  return {
    /** What keeps a network in full mode from serving, `searching` for the seconds that the first look takes. */
    holdOf(network: Network, interfaceIndex: number | undefined): 'searching' | CodedError | undefined {
      if (!needsSearch(network, network.dhcpMode) || network.serveBesideOthers) return undefined;
      const known = checks.get(network.id);
      if (known !== undefined && known.interfaceIndex === interfaceIndex)
        return known.result === 'alone' ? undefined : known.result;
      const begun: Check = { interfaceIndex, result: 'searching' };
      checks.set(network.id, begun);
      void check(network, begun);
      return 'searching';
    },

    /** Asked now, because a person wants full mode. Rejects with a `net.*` error when we cannot ask. */
    async search(network: Network): Promise<Network['otherServers']> {
      const found = await search(network);
      const interfaceIndex = (await device(network))?.index;
      checks.set(network.id, { interfaceIndex, result: resultOf(network, found) });
      return found;
    },

    /** Where a server was found, or nothing could be asked, the next `holdOf` looks again. */
    forgetRefusals(): void {
      for (const [id, { result }] of checks) if (result instanceof CodedError) checks.delete(id);
    },

    forget: (id: NetworkId): void => void checks.delete(id),
    stop: (): void => stopped.abort(),
  };
}

export function needsSearch(network: Pick<Network, 'cidr'>, mode: Network['dhcpMode']): boolean {
  return mode === 'full' && !isSimulated(network);
}

export function otherServerError({ interfaceName }: Network, servers: Network['otherServers']): CodedError {
  return new CodedError('dhcp.other_server', 'another DHCP server answers on this wire', {
    interfaceName,
    servers,
  });
}

function resultOf(network: Network, servers: Network['otherServers']): Check['result'] {
  return servers.length === 0 ? 'alone' : otherServerError(network, servers);
}
