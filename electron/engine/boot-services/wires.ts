import type { Store } from '#engine/store/store.ts';
import { createTurns } from '#engine/system/turns.ts';
import { CodedError, type Network, type NetworkPurpose } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { type Ipv4, parseCidr, subnetContains } from '#shared/model/ip.ts';
import { isSimulated } from '#shared/model/simulated-network.ts';
import { createOtherServers } from './other-servers.ts';
import { type OwnInterface, type Placement, placementOf } from './placement.ts';
import type { ServiceBoard, ServicePart } from './service-board.ts';
import type { Wire, WirePlan } from './wire.ts';
import type { WireSockets } from './wire-sockets.ts';

export interface WiresParts {
  readonly store: Store;
  readonly board: ServiceBoard;
  readonly sockets: Pick<WireSockets, 'searchServers'>;
  readonly listInterfaces: () => Promise<readonly OwnInterface[]>;
  readonly now: () => number;
  /** A wire of which nothing runs yet. */
  readonly create: (plan: WirePlan) => Wire;
}

/** Adapters come and go, addresses too, and Node has no door for the kernel's news of it. */
const lookAgainMs = 2500;

/**
 * The wires of all networks, brought to what the store and the interfaces say: after each change of a network, and
 * every few seconds in case an interface changed. What is right already is not touched.
 */
export function createWires(parts: WiresParts) {
  const { store, board } = parts;
  const wires = new Map<NetworkId, Wire>();
  const others = createOtherServers({ ...parts, onFound: () => void inTurn(reconcile) });
  let isClosed = false;
  /** One change of sockets after the other: a port is free before it is bound again. */
  const inTurn = createTurns();

  async function reconcile(): Promise<void> {
    if (isClosed) return;
    const interfaces = await parts.listInterfaces();
    const networks = store.networks.list();
    const placed = networks.map(network => ({
      network,
      placement: placementOf(network, networks, interfaces),
    }));
    const plans = placed.flatMap(each => planOf(each, placed) ?? []);
    for (const [id, wire] of wires) {
      const plan = plans.find(({ network }) => network.id === id);
      if (plan === undefined || !isSamePlace(plan, wire.plan)) await close(id, wire);
    }
    for (const plan of plans) {
      const wire = wires.get(plan.network.id) ?? parts.create(plan);
      wires.set(plan.network.id, wire);
      await wire.update(plan);
    }
    for (const each of placed) if (!wires.has(each.network.id)) showWithoutWire(each);
  }

  async function close(id: NetworkId, wire: Wire): Promise<void> {
    wires.delete(id);
    await wire.close();
  }

  /** Undefined: this network has no wire of its own. */
  function planOf({ network, placement }: Placed, placed: readonly Placed[]): WirePlan | undefined {
    const open = wires.get(network.id);
    if (network.dhcpMode === 'off' || placement.kind === 'relayed') return undefined;
    if (placement.kind === 'nowhere')
      return open === undefined ? undefined : { ...open.plan, network, lost: placement.error };
    const { address, interfaceIndex } = placement;
    const relayed = placed.filter(other => isCarriedBy(other, network)).map(other => other.network);
    const held = others.holdOf(network, interfaceIndex);
    return { network, relayed, address, interfaceIndex, ports: wantedPorts(network), held, lost: undefined };
  }

  function wantedPorts(network: Network): WirePlan['ports'] {
    if (isSimulated(network)) return { dhcp: 0, tftp: 0, http: 0, syslog: 0 };
    const { tftpPort, httpPort, syslogPort } = store.settings.get();
    return { dhcp: 67, tftp: tftpPort, http: httpPort, syslog: syslogPort };
  }

  function showWithoutWire({ network, placement }: Placed): void {
    const part =
      network.dhcpMode === 'off' ? undefined : partWithoutWire(network, placement, id => wires.get(id));
    if (part === undefined) board.remove('dhcp', network.id);
    else board.set('dhcp', network.id, part);
  }

  const stopLooking = lookEvery(lookAgainMs, async () => {
    const isOnWire = (network: Network) => network.dhcpMode !== 'off' && !isSimulated(network);
    if (store.networks.list().some(isOnWire)) await inTurn(reconcile);
  });

  return {
    /** After a change of a network or of the ports in the settings. */
    apply: (): Promise<void> => inTurn(reconcile),

    /** Starts what failed once more, and looks again where another server was found. */
    retry: (): Promise<void> =>
      inTurn(async () => {
        others.forgetRefusals();
        for (const wire of wires.values()) await wire.retry();
        await reconcile();
      }),

    /** Ends a network and forgets it. Its row goes while its own wire is closed: no lease is written for it then. */
    remove: (id: NetworkId): Promise<void> =>
      inTurn(async () => {
        const wire = wires.get(id);
        if (wire !== undefined) await close(id, wire);
        others.forget(id);
        store.networks.remove(id);
        board.remove('dhcp', id);
        await reconcile();
      }),

    wire: (id: NetworkId): Wire | undefined => wires.get(id),

    /** The wire on which a machine with this address reaches us, its own or the one that carries its relay. */
    wireAt: (address: Ipv4): Wire | undefined =>
      [...wires.values()].find(wire => networkOn(wire, address) !== undefined),

    /**
     * Whether machines of this kind find a network of this purpose in full mode; one counts while we still look for other
     * servers.
     */
    canBoot: (isVirtual: boolean, purpose: NetworkPurpose): boolean =>
      [...wires.values()].some(
        wire =>
          isSimulated(wire.plan.network) === isVirtual &&
          isServing(wire) &&
          servedBy(wire).some(({ purposes }) => purposes.includes(purpose)),
      ),

    /** Who else serves that wire. Rejects with a `net.*` error when we cannot ask. */
    otherServers: others.search,

    async closeAll(): Promise<void> {
      isClosed = true;
      stopLooking();
      others.stop();
      await inTurn(() => Promise.all([...wires].map(([id, wire]) => close(id, wire))));
    },
  };
}

interface Placed {
  readonly network: Network;
  readonly placement: Placement;
}

/** Runs `look` in intervals, never twice at a time; they do not keep the process alive. */
function lookEvery(intervalMs: number, look: () => Promise<void>): () => void {
  let isLooking = false;
  const timer = setInterval(() => {
    if (isLooking) return;
    isLooking = true;
    // What was wrong is met again at the next look.
    void look()
      .catch(() => undefined)
      .finally(() => {
        isLooking = false;
      });
  }, intervalMs);
  timer.unref();
  return () => clearInterval(timer);
}

function isCarriedBy({ network, placement }: Placed, carrier: Network): boolean {
  return placement.kind === 'relayed' && placement.carrier.id === carrier.id && network.dhcpMode === 'full';
}

/** A network that is switched on without a wire of its own, as the status bar shows it. */
function partWithoutWire(
  network: Network,
  placement: Placement,
  wireOf: (id: NetworkId) => Wire | undefined,
): ServicePart | undefined {
  const { dhcpMode, interfaceName } = network;
  if (placement.kind === 'direct') return undefined;
  if (placement.kind === 'nowhere') return { state: 'failed', detail: interfaceName, error: placement.error };
  const { carrier } = placement;
  const detail = `${dhcpMode} on ${interfaceName} by relay (${network.cidr})`;
  if (carrier.dhcpMode !== 'full' && carrier.dhcpMode !== dhcpMode) {
    const text = `relays reach ${network.name} through ${carrier.name}, which is ${carrier.dhcpMode}`;
    const error = new CodedError('dhcp.not_full', text, { network: carrier.name });
    return { state: 'failed', detail, error };
  }
  const wire = wireOf(carrier.id);
  const isHeard = dhcpMode === 'full' ? isServing(wire) : (wire?.ports.dhcp ?? 0) !== 0;
  // What is wrong with the carrier stands in the carrier's own part.
  return isHeard ? { state: 'on', detail } : undefined;
}

/** Sockets stay where device, address and wanted ports do. */
function isSamePlace(one: WirePlan, other: WirePlan): boolean {
  const placeOf = ({ network, address, interfaceIndex, ports }: WirePlan) =>
    JSON.stringify([network.interfaceName, network.cidr, address, interfaceIndex, ports]);
  return placeOf(one) === placeOf(other);
}

function isServing(wire: Wire | undefined): boolean {
  if (wire === undefined) return false;
  const { plan, ports } = wire;
  const isKept = plan.held instanceof CodedError || plan.lost !== undefined;
  return plan.network.dhcpMode === 'full' && !isKept && ports.dhcp !== 0 && ports.http !== 0;
}

/** The wire's own network and those behind relays on it. */
export function servedBy({ plan }: Pick<Wire, 'plan'>): readonly Network[] {
  return [plan.network, ...plan.relayed];
}

/** The network of a wire to which this address belongs. */
export function networkOn(wire: Pick<Wire, 'plan'>, address: Ipv4): Network | undefined {
  return servedBy(wire).find(({ cidr }) => {
    const subnet = parseCidr(cidr);
    return subnet !== undefined && subnetContains(subnet, address);
  });
}
