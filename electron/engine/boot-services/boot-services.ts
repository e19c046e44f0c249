import { machineAt } from '#engine/inventory/machine-at.ts';
import type { AgentService } from '#engine/provision/agent/agent-service.ts';
import { scriptFor } from '#engine/provision/boot-policy.ts';
import { inspectPurpose } from '#engine/provision/inspection.ts';
import type { BootServer } from '#engine/provision/services.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { BootAssets } from '#engine/system/boot-assets.ts';
import { CodedError, type DhcpMode, type Network } from '#shared/contract/index.ts';
import type { DeploymentId, ImageId, NetworkId, NodeId } from '#shared/model/ids.ts';
import { type Ipv4, parseCidr, parseIpv4, subnetContains } from '#shared/model/ip.ts';
import { type Mac, macHyphenated } from '#shared/model/mac.ts';
import { missingRamdisk } from './asset-watch.ts';
import { bootFileSource } from './boot-files.ts';
import type { BootPlan } from './boot-scripts.ts';
import { dhcpDecision } from './dhcp-policy.ts';
import { httpRoutes } from './http-routes.ts';
import { createObservers } from './observations.ts';
import type { ServiceBoard } from './service-board.ts';
import { openWire, type Wire } from './wire.ts';
import { simulatedWireSockets, type WireSockets } from './wire-sockets.ts';

/** What is asked of an interface: its name and our addresses on it. */
export interface OwnInterface {
  readonly name: string;
  readonly addresses: readonly { readonly address: Ipv4 }[];
}

export interface BootServicesParts {
  readonly store: Store;
  readonly now: () => number;
  readonly board: ServiceBoard;
  readonly sockets: WireSockets;
  readonly listInterfaces: () => Promise<readonly OwnInterface[]>;
  readonly agent: AgentService;
  readonly assets: BootAssets;
  /** What the machines of the virtual rack are given instead. */
  readonly simulatedAssets: BootAssets;
  readonly imageFile: (id: ImageId) => string | undefined;
  readonly configDrive: (id: DeploymentId) => Promise<Uint8Array | undefined>;
}

export type BootServices = ReturnType<typeof createBootServices>;

/** Runs DHCP, TFTP and HTTP on every network as its mode says, and is the one side of us that machines see. */
export function createBootServices(parts: BootServicesParts) {
  const { store, agent, board } = parts;
  const wires = new Map<NetworkId, Wire>();
  const watchers = new Map<NodeId, (doneBytes: number, totalBytes: number) => void>();
  let lastChange: Promise<unknown> = Promise.resolve();

  /** One change of sockets after the other: a port is free before it is bound again. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const turn = lastChange.then(work, work);
    lastChange = turn.catch(() => undefined);
    return turn;
  }

  const observers = createObservers({
    store,
    now: parts.now,
    machineAt: address => machineAt(store, address),
    onSystemStarted: agent.bootsElsewhere,
    onImageBytes: (tag, done, total) => {
      if (tag.nodeId !== null) watchers.get(tag.nodeId)?.(done, total);
    },
  });

  /** What this machine starts now. Handing out the ramdisk is the beginning of a new boot: older tokens die. */
  function planFor(wire: () => Wire | undefined) {
    return (mac: Mac, clientAddress: string): BootPlan | undefined => {
      const subject = store.nodes.bootSubject(mac);
      const own = wire();
      if (
        subject === undefined ||
        own === undefined ||
        machineAt(store, clientAddress)?.nodeId !== subject.nodeId
      )
        return undefined;
      const about = { kind: 'boot' as const, nodeId: subject.nodeId, deploymentId: subject.deploymentId };
      if (scriptFor(subject) === 'next-device') {
        agent.bootsElsewhere(subject.nodeId);
        store.timeline.append({ ...about, message: 'boot.next_device' });
        return { kind: 'next-device' };
      }
      const purpose = purposeOf(store, subject);
      const token = agent.newBoot(subject.nodeId, purpose);
      const baseUrl = httpUrl(own);
      store.timeline.append({ ...about, message: 'boot.ramdisk_given', details: { purpose } });
      const commandLine = [
        `BOOTIF=01-${macHyphenated(mac)}`,
        `rackside.url=${baseUrl}/agent`,
        `rackside.token=${token}`,
        store.settings.get().kernelConsole,
      ].join(' ');
      return { kind: 'ramdisk', baseUrl, commandLine, nodeName: subject.name };
    };
  }

  async function open(network: Network): Promise<void> {
    const interfaces = await parts.listInterfaces();
    const address = ownAddress(network, interfaces);
    if (address === undefined) {
      if (network.dhcpMode === 'off' || isRelayed(network, interfaces)) return;
      const error = new CodedError(
        'net.no_address',
        `${network.interfaceName} has no address in ${network.cidr}`,
        {
          interfaceName: network.interfaceName,
          cidr: network.cidr,
        },
      );
      board.set('dhcp', network.id, { state: 'failed', detail: network.interfaceName, error });
      return;
    }
    const simulated = isSimulated(network);
    const settings = store.settings.get();
    const { bootDir, ramdiskDir } = simulated ? parts.simulatedAssets : parts.assets;
    const bootFiles = bootFileSource(
      bootDir,
      planFor(() => wires.get(network.id)),
    );
    const httpPort = simulated ? 0 : settings.httpPort;
    wires.set(
      network.id,
      await openWire({
        network,
        relayed: relayedThrough(network, interfaces),
        address,
        simulated,
        ports: simulated
          ? { dhcp: 0, tftp: 0, http: 0 }
          : { dhcp: 67, tftp: settings.tftpPort, http: httpPort },
        sockets: simulated ? simulatedWireSockets : parts.sockets,
        leases: store.leases,
        inOneCommit: work => store.transaction(work),
        policy: client => {
          const wire = wires.get(network.id);
          if (wire === undefined || wire.ports.http === 0)
            return { answer: false, reason: 'the HTTP server does not run' };
          return dhcpDecision(client, store.nodes.bootSubject(client.mac), httpUrl(wire));
        },
        bootFiles,
        routes: httpRoutes({
          agent,
          bootFiles,
          ramdiskDir,
          nodeAt: clientAddress => machineAt(store, clientAddress)?.nodeId ?? null,
          imageFile: parts.imageFile,
          configDrive: parts.configDrive,
        }),
        observers,
        board,
        now: parts.now,
      }),
    );
  }

  /** A network without an address of ours, on an interface that has one for another network: a relay leads to it. */
  function isRelayed(network: Network, interfaces: readonly OwnInterface[]): boolean {
    if (ownAddress(network, interfaces) !== undefined) return false;
    return store.networks
      .list()
      .some(
        other => other.interfaceName === network.interfaceName && ownAddress(other, interfaces) !== undefined,
      );
  }

  function relayedThrough(network: Network, interfaces: readonly OwnInterface[]): Network[] {
    return store.networks
      .list()
      .filter(other => other.interfaceName === network.interfaceName && isRelayed(other, interfaces))
      .filter(other => other.dhcpMode === 'full');
  }

  /** A relayed network is served by the wire that its relay reaches: that one is told anew. */
  async function reopenForRelayed(network: Network): Promise<void> {
    if (wires.has(network.id)) return;
    const carriers = [...wires.values()].filter(wire => wire.network.interfaceName === network.interfaceName);
    for (const carrier of carriers) {
      await closeWire(carrier.network.id);
      await open(carrier.network);
    }
  }

  async function closeWire(id: NetworkId): Promise<void> {
    const wire = wires.get(id);
    wires.delete(id);
    board.remove('dhcp', id);
    await wire?.close();
  }

  const bootServer: BootServer = {
    baseUrl(nodeId) {
      for (const port of store.ports.ofNode(nodeId)) {
        const lease = store.leases.newestOf(port.address);
        const wire = lease === undefined ? undefined : wires.get(lease.networkId as NetworkId);
        if (wire !== undefined && wire.ports.http !== 0) return httpUrl(wire);
      }
      return undefined;
    },
    watchDownload(nodeId, onBytes) {
      watchers.set(nodeId, onBytes);
      return () => {
        if (watchers.get(nodeId) === onBytes) watchers.delete(nodeId);
      };
    },
    canBoot: ({ isVirtual }) =>
      [...wires.values()].some(
        ({ ports, network }) =>
          ports.dhcp !== 0 && network.dhcpMode === 'full' && isSimulated(network) === isVirtual,
      ),
    missingRamdisk: ({ isVirtual }) => (isVirtual ? undefined : missingRamdisk(parts.assets)),
  };

  return {
    bootServer,
    /** After every change of a network or of the ports; also how "try again" works. */
    apply: (network: Network): Promise<void> =>
      inTurn(async () => {
        await closeWire(network.id);
        await open(network);
        await reopenForRelayed(network);
      }),
    remove: (id: NetworkId): Promise<void> => inTurn(() => closeWire(id)),
    wire: (id: NetworkId): Wire | undefined => wires.get(id),
    /** Who else serves that wire. Nothing is changed. */
    async otherServers(network: Network): Promise<Network['otherServers']> {
      if (isSimulated(network)) return [];
      const found = await parts.sockets.searchServers(network.interfaceName);
      const ours = ownAddress(network, await parts.listInterfaces());
      return found
        .filter(other => other.serverIdentifier !== ours)
        .map(other => ({ server: other.serverIdentifier, offered: other.offeredAddress }));
    },
    async closeAll(): Promise<void> {
      await inTurn(() => Promise.all([...wires.keys()].map(closeWire)));
    },
  };
}

/** A wire that exists only inside this computer: the virtual rack's. */
export function isSimulated(network: Pick<Network, 'cidr'>): boolean {
  return network.cidr.startsWith('127.');
}

export function needsSearch(network: Network, mode: DhcpMode): boolean {
  return mode === 'full' && !isSimulated(network);
}

function httpUrl(wire: Wire): string {
  return `http://${wire.address}:${wire.ports.http}`;
}

/** The whole of 127/8 is this computer on Linux and Windows, so the rack's network needs no address of its own. */
function ownAddress(network: Network, interfaces: readonly OwnInterface[]): Ipv4 | undefined {
  const subnet = parseCidr(network.cidr);
  if (subnet === undefined) return undefined;
  if (isSimulated(network)) return parseIpv4(subnet.address.replace(/\.0$/, '.1'));
  const candidates = interfaces
    .filter(candidate => candidate.name === network.interfaceName)
    .flatMap(candidate => candidate.addresses.map(({ address }) => address));
  return candidates.find(address => subnetContains(subnet, address));
}

/** A machine that boots the ramdisk does so for its deployment, or to be inspected. */
function purposeOf(store: Store, subject: BootSubject): string {
  const deployment = subject.deploymentId === null ? undefined : store.deployments.find(subject.deploymentId);
  return deployment?.state === 'running' ? deployment.id : inspectPurpose;
}
