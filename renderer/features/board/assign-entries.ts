import type { NodeId } from '#shared/model/ids.ts';
import type { Verdict } from '#shared/placement/verdict.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import type { Board } from './board-servers.ts';
import { type Held, ofSelection, placeOfLink, type Target, verdictOf } from './carry.ts';
import { heldText, targetText } from './placement-text.ts';

/** A line of an *Assign…* menu: the same drop, chosen from a list. */
export interface AssignEntry {
  readonly key: string;
  readonly group: string;
  readonly label: string;
  readonly verdict: Verdict;
  readonly held: Held;
  readonly target: Target;
  /** On what it is done, where that is not the board as it is. */
  readonly board: Board;
}

/** Where this can be put: what is selected, all that is shown; a NIC with the others of its server. */
export function placesFor(t: Translate, held: Held, board: Board): readonly AssignEntry[] {
  if (held.is === 'nic') {
    const links = board.byId.get(held.nodeId)?.links ?? [];
    return links
      .filter(({ portId }) => portId !== held.portId)
      .flatMap(link => {
        const place = placeOfLink(link);
        if (place === undefined) return [];
        const target: Target = { is: 'link', nodeId: held.nodeId, place };
        return entryOf(held, target, board, t('board.bondWith'), targetText(t, target, board));
      });
  }
  const shown = { ...board, selected: new Set<NodeId>(board.servers.map(({ node }) => node.id)) };
  const selection: Target = { is: 'selection' };
  const count = (of: Board) =>
    t('board.takers', { takers: ofSelection(held, of).takers.length, count: of.selected.size });
  const group = t('board.assignTo');
  return [
    ...entryOf(held, selection, board, group, t('board.toSelected', { count: count(board) })),
    ...entryOf(held, selection, shown, group, t('board.toShown', { count: count(shown) })),
  ];
}

/** What can be put there. */
export function thingsFor(t: Translate, target: Target, board: Board): readonly AssignEntry[] {
  const entries = (held: Held, group: string) =>
    entryOf(held, target, board, group, heldText(t, held, board));
  const nodeId = target.is === 'link' ? target.nodeId : undefined;
  const nics = nodeId === undefined ? [] : (board.byId.get(nodeId)?.links ?? []);
  return [
    ...[...board.images.values()].flatMap(({ id }) =>
      entries({ is: 'image', imageId: id }, t('board.images')),
    ),
    ...board.networks.flatMap(({ id }) => entries({ is: 'network', networkId: id }, t('board.networks'))),
    ...nics.flatMap(({ portId }) =>
      portId === null || nodeId === undefined || isSelf(target, portId)
        ? []
        : entries({ is: 'nic', nodeId, portId }, t('board.bondWith')),
    ),
  ];
}

function isSelf(target: Target, portId: string): boolean {
  return target.is === 'link' && target.place.by === 'port' && target.place.portId === portId;
}

/** None where such a thing does not go to such a place. */
function entryOf(
  held: Held,
  target: Target,
  board: Board,
  group: string,
  label: string,
): readonly AssignEntry[] {
  const verdict = verdictOf(held, target, board);
  if (verdict === undefined) return [];
  return [{ key: JSON.stringify([held, target, group, label]), group, label, verdict, held, target, board }];
}
