import { machineAt } from '#engine/inventory/machine-at.ts';
import type { AgentService } from '#engine/provision/agent/agent-service.ts';
import { maySeeScript, scriptFor } from '#engine/provision/boot-policy.ts';
import type { InstallSurroundings } from '#engine/provision/deploy/linux-installer/install-plan-of.ts';
import { inspectPurpose } from '#engine/provision/inspection.ts';
import { leadsElsewhere } from '#engine/provision/network-plan.ts';
import type { BootServer } from '#engine/provision/services.ts';
import type { StoredLease } from '#engine/store/networks.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { BootAssets } from '#engine/system/boot-assets.ts';
import type { Logger } from '#engine/system/log.ts';
import type { DeploymentId, ImageId, NetworkId, NodeId } from '#shared/model/ids.ts';
import { parseIpv4 } from '#shared/model/ip.ts';
import { type Mac, macHyphenated } from '#shared/model/mac.ts';
import { isSimulated } from '#shared/model/simulated-network.ts';
import { missingRamdisk } from './asset-watch.ts';
import { bootFileSource } from './boot-files.ts';
import { type BootPlan, kernelPath, ramdiskPath } from './boot-scripts.ts';
import { dhcpDecision } from './dhcp-policy.ts';
import { httpRoutes } from './http-routes.ts';
import { type InstallerParts, withMedia } from './installer-routes.ts';
import { createObservers } from './observations.ts';
import type { OwnInterface } from './placement.ts';
import type { ServiceBoard } from './service-board.ts';
import { createWire, type Wire, type WireParts, type WirePlan } from './wire.ts';
import { simulatedWireSockets, type WireSockets } from './wire-sockets.ts';
import { createWires, networkOn, servedBy } from './wires.ts';

export interface BootServicesParts extends InstallerParts {
  readonly store: Store;
  readonly log: Logger;
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
  const watchers = new Map<NodeId, (doneBytes: number, totalBytes: number) => void>();

  const observers = createObservers({
    store,
    log: parts.log,
    now: parts.now,
    machineAt: address => machineAt(store, address),
    onSystemStarted: agent.bootsElsewhere,
    onMediumBytes: parts.desk.fetches,
    onImageBytes: (tag, done, total) => {
      if (tag.nodeId !== null) watchers.get(tag.nodeId)?.(done, total);
    },
  });

  const wires = createWires({ ...parts, create });

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
      const address = parseIpv4(clientAddress);
      const network = address === undefined ? undefined : networkOn(own, address);
      if (network === undefined || !maySeeScript(subject, network)) return undefined;
      const about = { kind: 'boot' as const, nodeId: subject.nodeId, deploymentId: subject.deploymentId };
      const baseUrl = httpUrl(own);
      const script = scriptFor(subject);
      const installer = script === 'installer' ? parts.desk.boot(subject, surroundingsOf(own)) : undefined;
      if (installer !== undefined) {
        store.timeline.append({ ...about, message: 'boot.installer_given' });
        return { kind: 'kernel', what: 'the installer', nodeName: subject.name, ...installer };
      }
      if (script !== 'ramdisk') {
        agent.bootsElsewhere(subject.nodeId);
        store.timeline.append({ ...about, message: 'boot.next_device' });
        return { kind: 'next-device' };
      }
      const token = agent.newBoot(subject.nodeId, purposeOf(store, subject));
      store.timeline.append({ ...about, message: 'boot.ramdisk_given' });
      const commandLine = [
        `BOOTIF=01-${macHyphenated(mac)}`,
        `rackside.url=${baseUrl}/agent`,
        `rackside.token=${token}`,
        store.settings.get().kernelConsole,
      ].join(' ');
      return {
        kind: 'kernel',
        what: 'the deploy ramdisk',
        nodeName: subject.name,
        kernelUrl: `${baseUrl}${kernelPath}`,
        initrdUrl: `${baseUrl}${ramdiskPath}`,
        commandLine,
      };
    };
  }

  function create(plan: WirePlan): Wire {
    const simulated = isSimulated(plan.network);
    const own = () => wires.wire(plan.network.id);
    /** Only machines of this wire: an address of another one can be made up here. */
    const machineHere = (clientAddress: string) => {
      const wire = own();
      const address = parseIpv4(clientAddress);
      const isHere = wire !== undefined && address !== undefined && networkOn(wire, address) !== undefined;
      return isHere ? machineAt(store, clientAddress) : undefined;
    };
    const nodeAt = (clientAddress: string) => machineHere(clientAddress)?.nodeId ?? null;
    const { bootDir, ramdiskDir } = simulated ? parts.simulatedAssets : parts.assets;
    const bootFiles = bootFileSource(bootDir, planFor(own));
    const wireParts: WireParts = {
      sockets: simulated ? simulatedWireSockets : parts.sockets,
      leases: store.leases,
      inOneCommit: work => store.transaction(work),
      policy(client, networkId) {
        const wire = own();
        const network = wire === undefined ? undefined : servedBy(wire).find(({ id }) => id === networkId);
        if (network === undefined) return { answer: false, reason: 'unknown-network' };
        const subject = store.nodes.bootSubject(client.mac);
        const servers = {
          httpBase: wire === undefined || wire.ports.http === 0 ? undefined : httpUrl(wire),
          hasTftp: wire !== undefined && wire.ports.tftp !== 0,
        };
        const isAside = subject !== undefined && leadsElsewhere(store, subject, network.id);
        return dhcpDecision(client, subject, network, servers, isAside);
      },
      isFixed: address => store.fixedAddresses.has(address),
      bootFiles: withMedia(bootFiles, parts, nodeAt),
      routes: httpRoutes({
        agent,
        bootFiles,
        ramdiskDir,
        nodeAt,
        imageFile: parts.imageFile,
        configDrive: parts.configDrive,
        desk: parts.desk,
        mediumFile: parts.mediumFile,
        surroundings() {
          const wire = own();
          if (wire === undefined) throw new Error('a wire that is gone was asked');
          return surroundingsOf(wire);
        },
      }),
      hearsLogOf: address => machineHere(address)?.bootTarget === 'installer',
      onLogLine(address, line) {
        const nodeId = nodeAt(address);
        if (nodeId !== null) parts.desk.log(nodeId, line);
      },
      observers,
      board,
      now: parts.now,
    };
    return createWire(wireParts, plan);
  }

  /**
   * Where this machine speaks to us: by its ramdisk's session, which is bound to an address. Before it has one, by the
   * lease that was given last among those that hold; a machine with several NICs may have several.
   */
  function wireOf(nodeId: NodeId): Wire | undefined {
    const spokeFrom = parseIpv4(store.agentSessions.find(nodeId)?.clientAddress ?? '');
    if (spokeFrom !== undefined) return wires.wireAt(spokeFrom);
    const givenAtMs = ({ networkId, expiresAtMs }: StoredLease) =>
      expiresAtMs - (store.networks.find(networkId as NetworkId)?.leaseSeconds ?? 0) * 1000;
    const newest = store.ports
      .ofNode(nodeId)
      .flatMap(port => store.leases.ofMac(port.address))
      .filter(lease => lease.expiresAtMs > parts.now())
      .toSorted((a, b) => givenAtMs(b) - givenAtMs(a))[0];
    return newest === undefined ? undefined : wires.wireAt(newest.address);
  }

  const bootServer: BootServer = {
    baseUrl(nodeId) {
      const wire = wireOf(nodeId);
      return wire === undefined || wire.ports.http === 0 ? undefined : httpUrl(wire);
    },
    watchDownload(nodeId, onBytes) {
      watchers.set(nodeId, onBytes);
      return () => {
        if (watchers.get(nodeId) === onBytes) watchers.delete(nodeId);
      };
    },
    canBoot: ({ isVirtual }, purpose = 'provisioning') => wires.canBoot(isVirtual, purpose),
    async askAddress(networkId, address, clients) {
      const wire = networkId === null ? undefined : wires.wire(networkId);
      if (wire === undefined) return { result: 'not-served' };
      if (wire.plan.address === address) return { result: 'taken', holder: null };
      try {
        const holder = await wire.holderOf?.(address, clients);
        if (holder !== undefined) return { result: 'taken', holder };
        return { result: wire.holderOf === undefined ? 'no-probe' : 'free' };
      } catch {
        return { result: 'no-probe' };
      }
    },
    missingRamdisk: ({ isVirtual }) => (isVirtual ? undefined : missingRamdisk(parts.assets)),
  };

  const { apply, retry, remove, wire, otherServers, closeAll } = wires;
  return { bootServer, apply, retry, remove, wire, otherServers, closeAll };
}

function surroundingsOf(wire: Wire): InstallSurroundings {
  const { plan, ports } = wire;
  const syslog = ports.syslog === 0 ? null : { host: plan.address, port: ports.syslog };
  return { baseUrl: httpUrl(wire), syslog };
}

function httpUrl({ plan, ports }: Wire): string {
  return `http://${plan.address}:${ports.http}`;
}

/** A machine that boots the ramdisk does so for its deployment, or to be inspected. */
function purposeOf(store: Store, subject: BootSubject): string {
  const deployment = subject.deploymentId === null ? undefined : store.deployments.find(subject.deploymentId);
  // A server that was restarted in its rescue has no shell until that is started anew.
  const isWanted = deployment?.state === 'running' || subject.provisionState === 'rescue';
  return isWanted && deployment !== undefined ? deployment.id : inspectPurpose;
}
