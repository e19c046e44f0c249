import { useMemo } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { type ProvisionState, provisionStates } from '#shared/model/provision-state.ts';
import type { World } from '../../../client/world.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { modelText } from '../hardware-text.ts';
import { placeOf } from '../rack-place.ts';
import type { FilterChoice } from './FilterSelect.tsx';
import { useShownRack } from './rack-view-store.ts';

const collator = new Intl.Collator(undefined, { numeric: true });

// Each gives what the inventory has to choose from while somebody looks, and what is chosen already always.

export function useStateChoices(isOpen: boolean): readonly FilterChoice<ProvisionState>[] {
  const t = useT();
  const counts = useCounts(
    isOpen,
    stateOf,
    useShownRack(state => state.view.filter.states),
  );
  return provisionStates
    .filter(state => counts.has(state))
    .map(value => ({ value, label: t(`state.${value}`), count: counts.get(value) ?? 0 }));
}

export function useRackChoices(isOpen: boolean): readonly FilterChoice<string>[] {
  const t = useT();
  const counts = useCounts(
    isOpen,
    rackOf,
    useShownRack(state => state.view.filter.racks),
  );
  return named(counts, t('group.noRack'));
}

export function useModelChoices(isOpen: boolean): readonly FilterChoice<string>[] {
  const t = useT();
  const counts = useCounts(
    isOpen,
    modelText,
    useShownRack(state => state.view.filter.models),
  );
  return named(counts, t('group.noModel'));
}

const stateOf = (node: Node): string => node.provisionState;
const rackOf = (node: Node): string => placeOf(node).rack;
const noNodes: World['nodes'] = new Map();

/** What is chosen stays in the list when its last server is gone. */
function useCounts(
  isOpen: boolean,
  read: (node: Node) => string,
  chosen: readonly string[],
): ReadonlyMap<string, number> {
  const nodes = useWorld(world => (isOpen ? world.nodes : noNodes));
  return useMemo(() => {
    const counts = new Map(chosen.map(value => [value, 0]));
    for (const node of nodes.values()) {
      const value = read(node);
      counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return counts;
  }, [nodes, read, chosen]);
}

function named(counts: ReadonlyMap<string, number>, nameOfNone: string): readonly FilterChoice<string>[] {
  return [...counts]
    .sort(([a], [b]) => collator.compare(a, b))
    .map(([value, count]) => ({ value, label: value === '' ? nameOfNone : value, count }));
}
