import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { notify } from '../../../app/notifications.ts';
import { useClient } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { placeOf, placeText, type RackPlace } from '../rack-place.ts';
import type { NodeRow } from '../rack-rows.ts';
import { occupantsOf } from './elevation.ts';
import { moveServer, shifted } from './move-server.ts';
import type { DropPlace } from './RackColumn.tsx';

export interface Moving {
  /** What happened last, for a reader of the screen. */
  readonly said: string;
  readonly hold: (row: NodeRow | null) => void;
  /** Whether what is held may be let go there. */
  readonly over: (rack: string, topUnit: number | null) => boolean;
  readonly drop: () => void;
  readonly dropIn: (rack: string) => DropPlace | null;
  readonly shift: (node: Node, by: 1 | -1) => void;
}

/** Servers that are taken to other units: with the pointer, or one unit at a time. */
export function useMoving(): Moving {
  const t = useT();
  const client = useClient();
  const [held, setHeld] = useState<Node | null>(null);
  const [target, setTarget] = useState<(RackPlace & { readonly isFree: boolean }) | null>(null);
  const [said, setSaid] = useState('');
  const blockers = (place: RackPlace, node: Node) =>
    occupantsOf(useWorld.getState().nodes.values(), place, node);
  const move = async (node: Node, place: RackPlace) => {
    const inTheWay = blockers(place, node);
    if (inTheWay.length > 0) {
      setSaid(t('elevation.occupied', { names: inTheWay.map(({ name }) => name).join(', ') }));
      return;
    }
    try {
      await moveServer(client, node, place);
      setSaid(t('elevation.moved', { name: node.name, place: placeText(place) }));
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) }, ['rack', node.id]);
    }
  };
  return {
    said,
    hold(row) {
      setHeld(row?.node ?? null);
      setTarget(null);
    },
    over(rack, topUnit) {
      if (held === null) return false;
      if (topUnit === null) {
        setTarget(null);
        return false;
      }
      const { heightUnits } = placeOf(held);
      const unit = Math.max(1, topUnit - heightUnits + 1);
      if (target?.rack === rack && target.unit === unit) return target.isFree;
      const place = { rack, unit, heightUnits };
      const isFree = blockers(place, held).length === 0;
      setTarget({ ...place, isFree });
      return isFree;
    },
    drop() {
      if (held !== null && target?.isFree) void move(held, target);
      setHeld(null);
      setTarget(null);
    },
    dropIn(rack) {
      if (target === null || target.unit === null || target.rack !== rack) return null;
      return { unit: target.unit, heightUnits: target.heightUnits, isFree: target.isFree };
    },
    shift(node, by) {
      const place = shifted(node, by);
      if (place === null) setSaid(t('elevation.noUnit', { name: node.name }));
      else void move(node, place);
    },
  };
}
