import type { Node, Port } from '#shared/contract/index.ts';
import type { Mac } from '#shared/model/mac.ts';

/** What there is already, in the forms in which rows are compared. */
export interface KnownServers {
  readonly byName: ReadonlyMap<string, Node>;
  readonly byBmc: ReadonlyMap<string, Node>;
  readonly byMac: ReadonlyMap<Mac, Node>;
}

export function knownServers(nodes: ReadonlyMap<string, Node>, ports: Iterable<Port>): KnownServers {
  const all = [...nodes.values()];
  return {
    byName: new Map(all.map(node => [nameKey(node.name), node])),
    byBmc: new Map(
      all.flatMap(node => (node.bmc ? [[bmcPlace(node.bmc.address, node.bmc.port), node]] : [])),
    ),
    byMac: new Map(
      [...ports].flatMap(({ address, nodeId }) => {
        const node = nodes.get(nodeId);
        return node === undefined ? [] : [[address, node]];
      }),
    ),
  };
}

/** Two names are one where they differ in the case of A to Z only: so the engine compares them. */
export function nameKey(name: string): string {
  return name.replaceAll(/[A-Z]/g, letter => letter.toLowerCase());
}

export function bmcPlace(address: string, port: number): string {
  return `${address.toLowerCase()} ${port}`;
}

/** Nothing of it changed that a row is compared with: power and states do, many times a second. */
export function isSameInventory(one: ReadonlyMap<string, Node>, other: ReadonlyMap<string, Node>): boolean {
  if (one === other) return true;
  if (one.size !== other.size) return false;
  for (const [id, node] of other) {
    const before = one.get(id);
    if (before === undefined || (before !== node && compared(before) !== compared(node))) return false;
  }
  return true;
}

function compared({ name, bmc, bootMode, resourceClass, cleanOnRelease, extra }: Node): string {
  return JSON.stringify([name, bmc, bootMode, resourceClass, cleanOnRelease, extra]);
}
