import { useMemo } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { type ProvisionState, provisionStates } from '#shared/model/provision-state.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { modelText } from '../hardware-text.ts';
import { placeOf } from '../rack-place.ts';
import type { FilterChoice } from './FilterSelect.tsx';
import { useShownRack } from './rack-view-store.ts';

export interface FilterChoices {
  readonly states: readonly FilterChoice<ProvisionState>[];
  readonly racks: readonly FilterChoice<string>[];
  readonly models: readonly FilterChoice<string>[];
}

const collator = new Intl.Collator(undefined, { numeric: true });

/** What the inventory has to choose from; what is chosen already stays in the list when its last server is gone. */
export function useChoices(): FilterChoices {
  const t = useT();
  const nodes = useWorld(world => world.nodes);
  const { states, racks, models } = useShownRack(state => state.view.filter);
  return useMemo(() => {
    const byState = countsBy(nodes, node => node.provisionState, states);
    return {
      states: provisionStates
        .filter(state => byState.has(state))
        .map(value => ({ value, label: t(`state.${value}`), count: byState.get(value) ?? 0 })),
      racks: named(
        countsBy(nodes, node => placeOf(node).rack, racks),
        t('group.noRack'),
      ),
      models: named(countsBy(nodes, modelText, models), t('group.noModel')),
    };
  }, [nodes, states, racks, models, t]);
}

function countsBy(
  nodes: ReadonlyMap<string, Node>,
  read: (node: Node) => string,
  chosen: readonly string[],
): ReadonlyMap<string, number> {
  const counts = new Map(chosen.map(value => [value, 0]));
  for (const node of nodes.values()) {
    const value = read(node);
    counts.set(value, (counts.get(value) ?? 0) + 1);
  }
  return counts;
}

function named(counts: ReadonlyMap<string, number>, nameOfNone: string): readonly FilterChoice<string>[] {
  return [...counts]
    .sort(([a], [b]) => collator.compare(a, b))
    .map(([value, count]) => ({ value, label: value === '' ? nameOfNone : value, count }));
}
