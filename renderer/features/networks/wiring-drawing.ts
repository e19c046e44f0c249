import type { NetworkId, NodeId } from '#shared/model/ids.ts';
import { isSimulated } from '#shared/model/simulated-network.ts';
import type { Tone } from '../../ui/tone.ts';
import type { VlanWire, Wire, WiredNetwork } from './wiring.ts';

/** Where a box leads to. */
export type Goal =
  | { readonly is: 'network'; readonly id: NetworkId }
  | { readonly is: 'node'; readonly id: NodeId }
  | { readonly is: 'none' };

export interface Box {
  readonly key: string;
  readonly kind: 'interface' | 'virtual-rack' | 'vlan' | 'network' | 'nic' | 'more' | 'strangers';
  readonly column: 0 | 1 | 2 | 3;
  readonly y: number;
  readonly title: string;
  readonly detail: string;
  /** For `more` and `strangers`, which are words of the page. */
  readonly count: number;
  readonly tone: Tone;
  readonly goal: Goal;
}

export interface Line {
  readonly from: Box;
  readonly to: Box;
  readonly tone: Tone;
}

export interface Drawing {
  readonly boxes: readonly Box[];
  readonly lines: readonly Line[];
  /** Pixels. */
  readonly height: number;
}

export const boxHeight = 38;
const step = boxHeight + 8;
/** A wire with a full rack on it is still one picture: the table has the rest. */
const nicsMost = 6;

/** Boxes from left to right: interface, VLAN, network, the servers' NICs seen there. Each stands at its first follower. */
export function drawWiring(wires: readonly Wire[]): Drawing {
  const boxes: Box[] = [];
  const lines: Line[] = [];
  let row = 0;

  const put = (box: Omit<Box, 'y'>, at: number): Box => {
    const placed = { ...box, y: at * step };
    boxes.push(placed);
    return placed;
  };
  const follow = (from: Box, to: Box) =>
    lines.push({ from, to, tone: from.tone === 'failed' ? 'failed' : to.tone });

  const putNetworks = (from: Box, networks: readonly WiredNetwork[]) => {
    for (const wired of networks) {
      const box = put(networkBox(wired), row);
      follow(from, box);
      const nics = nicBoxes(wired);
      for (const [index, nic] of nics.entries()) follow(box, put(nic, row + index));
      row += Math.max(1, nics.length);
    }
  };

  for (const wire of wires) {
    const start = row;
    const box = put(interfaceBox(wire), row);
    putNetworks(box, wire.networks);
    for (const vlan of wire.vlans) {
      const vlanStart = row;
      const vlanBox = put(vlanBoxOf(vlan), row);
      follow(box, vlanBox);
      putNetworks(vlanBox, vlan.networks);
      row = Math.max(row, vlanStart + 1);
    }
    row = Math.max(row, start + 1);
  }
  return { boxes, lines, height: Math.max(1, row) * step };
}

const nowhere: Goal = { is: 'none' };

function interfaceBox({ name, nic, networks }: Wire): Omit<Box, 'y'> {
  const box = { key: name, column: 0, title: name, count: 0, goal: nowhere } as const;
  if (nic === undefined) {
    const isRack = networks.some(({ network }) => isSimulated(network));
    return {
      ...box,
      kind: isRack ? 'virtual-rack' : 'interface',
      detail: '',
      tone: isRack ? 'good' : 'failed',
    };
  }
  const [first] = nic.addresses;
  const detail = first === undefined ? '' : `${first.address}/${first.prefixLength}`;
  return { ...box, kind: 'interface', detail, tone: nic.up && nic.carrier ? 'good' : 'idle' };
}

function vlanBoxOf({ name, nic, vlanId }: VlanWire): Omit<Box, 'y'> {
  const tone = nic.up && nic.carrier ? 'good' : 'idle';
  return { key: name, kind: 'vlan', column: 1, title: name, detail: '', count: vlanId, tone, goal: nowhere };
}

const modeTone = { off: 'idle', watching: 'waiting', full: 'good' } as const;

function networkBox({ network }: WiredNetwork): Omit<Box, 'y'> {
  const { id, name, cidr, dhcpMode, otherServers } = network;
  const isContested = dhcpMode === 'full' && otherServers.length > 0;
  const tone = isContested ? 'waiting' : modeTone[dhcpMode];
  const goal = { is: 'network', id } as const;
  return { key: id, kind: 'network', column: 2, title: name, detail: cidr, count: 0, tone, goal };
}

function nicBoxes({ network, nics, strangers }: WiredNetwork): Omit<Box, 'y'>[] {
  const shown: Omit<Box, 'y'>[] = nics.slice(0, nicsMost).map(({ mac, address, name, nodeId }) => ({
    key: `${network.id} ${mac} ${address}`,
    kind: 'nic',
    column: 3,
    title: name,
    detail: address,
    count: 0,
    tone: nodeId === null ? 'waiting' : 'good',
    goal: nodeId === null ? nowhere : { is: 'node', id: nodeId },
  }));
  const note = (kind: 'more' | 'strangers', count: number, tone: Tone) => {
    if (count > 0)
      shown.push({
        key: `${network.id} ${kind}`,
        kind,
        column: 3,
        title: '',
        detail: '',
        count,
        tone,
        goal: nowhere,
      });
  };
  note('more', nics.length - nicsMost, 'good');
  note('strangers', strangers, 'waiting');
  return shown;
}
