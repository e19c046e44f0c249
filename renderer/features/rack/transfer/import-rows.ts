import type { RacksideClient } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { RowOutcome } from './import-check.ts';

type Taken = Exclude<RowOutcome, { readonly is: 'bad' }>;

/** A row that is taken over. */
export interface ImportItem {
  readonly name: string;
  readonly outcome: Taken;
}

export interface ImportCounts {
  readonly bad: number;
  readonly created: number;
  /** Servers that exist already and of which a row says something else. */
  readonly changed: number;
}

export function countsOf(outcomes: readonly RowOutcome[]): ImportCounts {
  const count = (matches: (outcome: RowOutcome) => boolean) => outcomes.filter(matches).length;
  return {
    bad: count(({ is }) => is === 'bad'),
    created: count(({ is }) => is === 'new'),
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

/** A new server and what belongs to it are stored together; of a known one each part by itself. */
export async function importOne(client: RacksideClient, { outcome }: ImportItem): Promise<void> {
  if (outcome.is === 'new') {
    await client.nodes.enroll(outcome.input);
    return;
  }
  if (Object.keys(outcome.change).length > 1) await client.nodes.update(outcome.change);
  for (const address of outcome.newMacs) await client.ports.create({ nodeId: outcome.node.id, address });
}
