import type { RacksideClient } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { World } from '../../../client/world.ts';
import type { NewServer, RowOutcome } from './import-check.ts';

type Taken = Exclude<RowOutcome, { readonly is: 'bad' }>;

/** A row that is taken over. */
export interface ImportItem {
  readonly name: string;
  readonly outcome: Taken;
}

export interface ImportCounts {
  readonly bad: number;
  readonly created: number;
  /** Servers that exist already. */
  readonly known: number;
  /** Those of them of which a row says something else. */
  readonly changed: number;
}

export function countsOf(outcomes: readonly RowOutcome[]): ImportCounts {
  const count = (matches: (outcome: RowOutcome) => boolean) => outcomes.filter(matches).length;
  return {
    bad: count(({ is }) => is === 'bad'),
    created: count(({ is }) => is === 'new'),
    known: count(({ is }) => is === 'known'),
    changed: count(outcome => outcome.is === 'known' && isChange(outcome)),
  };
}

/** The rows without a problem; those of servers that exist only where a person wants these changed. */
export function itemsOf(outcomes: readonly RowOutcome[], changesKnown: boolean): readonly ImportItem[] {
  return outcomes.flatMap((outcome): ImportItem[] => {
    switch (outcome.is) {
      case 'bad':
        return [];
      case 'new':
        return [{ name: outcome.input.name, outcome }];
      case 'known':
        return changesKnown && isChange(outcome) ? [{ name: outcome.node.name, outcome }] : [];
      default:
        return assertNever(outcome);
    }
  });
}

export function isChange({ change, newMacs }: Extract<RowOutcome, { is: 'known' }>): boolean {
  return Object.keys(change).length > 1 || newMacs.length > 0;
}

interface ImportClient {
  readonly nodes: Pick<RacksideClient['nodes'], 'enroll' | 'update'>;
  readonly ports: Pick<RacksideClient['ports'], 'create'>;
}

/**
 * A new server and what belongs to it are stored together; of a known one each part by itself. What `world` has already is
 * not stored again: a row whose answer was lost is tried once more.
 */
export async function importOne(
  client: ImportClient,
  world: Pick<World, 'nodes' | 'ports'>,
  { outcome }: ImportItem,
): Promise<void> {
  if (outcome.is === 'new') {
    if (!isStored(world, outcome.input)) await client.nodes.enroll(outcome.input);
    return;
  }
  const { node, change, newMacs } = outcome;
  if (Object.keys(change).length > 1) await client.nodes.update(change);
  const stored = macsOf(world, node.id);
  for (const address of newMacs)
    if (!stored.has(address)) await client.ports.create({ nodeId: node.id, address });
}

function isStored(world: Pick<World, 'nodes' | 'ports'>, { name, bmc, macs = [] }: NewServer): boolean {
  const node = [...world.nodes.values()].find(stored => stored.name === name);
  if (node === undefined || node.bmc?.address !== bmc?.address || node.bmc?.username !== bmc?.username)
    return false;
  const stored = macsOf(world, node.id);
  return macs.every(mac => stored.has(mac));
}

function macsOf({ ports }: Pick<World, 'ports'>, nodeId: NodeId): ReadonlySet<string> {
  return new Set([...ports.values()].filter(port => port.nodeId === nodeId).map(({ address }) => address));
}

/** The columns that have something wrong in this row. */
export function badColumnsOf(outcome: RowOutcome): readonly number[] {
  return outcome.is === 'bad' ? outcome.problems.map(({ column }) => column) : [];
}
