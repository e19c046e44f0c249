import type { Node, Port, Portgroup } from '#shared/contract/index.ts';

/** All that the engine tells of a server. Credentials are not among it. */
export function rawFacts(node: Node, ports: readonly Port[], bonds: readonly Portgroup[]) {
  const { inventory, ...server } = node;
  return { server, ports, bonds, inventory };
}

interface RawFact {
  /** `inventory.disks[0].serial` */
  readonly path: string;
  readonly text: string;
}

/** One line a value, in the order in which they stand. */
export function factLines(value: unknown, path = ''): readonly RawFact[] {
  if (Array.isArray(value) && value.length > 0)
    return value.flatMap((item: unknown, index) => factLines(item, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null && Object.keys(value).length > 0)
    return Object.entries(value).flatMap(([name, item]) =>
      factLines(item, path === '' ? name : `${path}.${name}`),
    );
  return [{ path, text: typeof value === 'string' ? value : JSON.stringify(value) }];
}

/** Those that have every word in path or value. */
export function matchingFacts(facts: readonly RawFact[], search: string): readonly RawFact[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  return facts.filter(({ path, text }) => {
    const all = `${path}\n${text}`.toLowerCase();
    return words.every(word => all.includes(word));
  });
}
