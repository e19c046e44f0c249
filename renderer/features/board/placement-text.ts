import type { NetworkPlace } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { PortId } from '#shared/model/ids.ts';
import type { NetworkMachine } from '#shared/placement/network-links.ts';
import type { Refusal } from '#shared/placement/verdict.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { translateLoose } from '../../i18n/i18n.ts';
import { messageValues } from '../../i18n/message-values.ts';
import type { Board, BoardServer } from './board-servers.ts';
import { type Held, ofSelection, type Target } from './carry.ts';

/** `Image needs 40 GB, largest allowed disk is 32 GB` */
export function refusalText(t: Translate, { code, values }: Refusal): string {
  const words = messageValues(t, values);
  for (const name of ['firmware', 'asked', 'seen'])
    if (name in values) words[name] = translateLoose(`bootMode.${values[name]}`, {});
  if ('state' in values) words['state'] = translateLoose(`state.${values['state']}`, {});
  return translateLoose(`placement.${code}`, words);
}

export function heldText(t: Translate, held: Held, { images, networks, byId }: Board): string {
  switch (held.is) {
    case 'image':
      return images.get(held.imageId)?.name ?? t('board.gone');
    case 'network':
      return networks.find(({ id }) => id === held.networkId)?.name ?? t('board.gone');
    case 'nic': {
      const server = byId.get(held.nodeId);
      return server === undefined ? t('board.gone') : nicName(t, held.portId, server.machine);
    }
    default:
      return assertNever(held);
  }
}

/** `r4u04`, `bond0 of r4u04`, `3 selected servers` */
export function targetText(t: Translate, target: Target, board: Board): string {
  if (target.is === 'selection') return t('board.selectedServers', { count: board.selected.size });
  const server = board.byId.get(target.nodeId);
  const name = server?.node.name ?? t('board.gone');
  if (target.is === 'server' || server === undefined) return name;
  return t('board.linkOf', { link: placeName(t, target.place, server), name });
}

/** `eno1`, `bond0` */
export function placeName(t: Translate, place: NetworkPlace, { machine }: BoardServer): string {
  switch (place.by) {
    case 'port':
      return nicName(t, place.portId, machine);
    case 'portgroup':
      return machine.portgroups.find(({ id }) => id === place.portgroupId)?.name ?? t('board.gone');
    case 'match':
    case 'provisioning':
      return t(`deployNetwork.place.${place.by}`);
    default:
      return assertNever(place);
  }
}

/** As a person or the ramdisk calls it, else its MAC. */
function nicName(t: Translate, id: PortId, { ports, nics }: NetworkMachine): string {
  const port = ports.find(candidate => candidate.id === id);
  if (port === undefined) return t('board.gone');
  return port.name || nics?.find(({ mac }) => mac === port.address)?.name || port.address;
}

/** What a drop on several servers came to: how many, and the first that could not. */
export function droppedText(t: Translate, held: Held, target: Target, board: Board): string {
  const what = heldText(t, held, board);
  const isForAll = target.is !== 'link' && (target.is === 'selection' || board.selected.has(target.nodeId));
  if (!isForAll) return t('board.put', { what, where: targetText(t, target, board) });
  const { takers, refusals } = ofSelection(held, board);
  const put = t('board.put', { what, where: t('board.servers', { count: takers.length }) });
  const [first] = refusals;
  if (first === undefined) return put;
  const not = t('board.notOn', { name: first.server.node.name, reason: refusalText(t, first.refusal) });
  return `${put}. ${not}`;
}
