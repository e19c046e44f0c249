import type { NetworkPlace } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { placeKey } from '../deploy/network-rows.ts';
import { networkName } from '../deploy/network-text.ts';
import type { BoardServer } from './board-servers.ts';
import { stage } from './plan-store.ts';
import { StagedChip } from './StagedChip.tsx';

interface Props {
  readonly server: BoardServer;
  readonly place: NetworkPlace;
  readonly tabIndex: number;
}

/** The networks that are staged for one place of a server. */
export function NetworkChips({ server: { node, staged }, place, tabIndex }: Props) {
  const t = useT();
  const networks = useWorld(world => world.networks);
  const isMatched = place.by === 'match';
  return staged.networks.map((row, index) => {
    if (placeKey(row.place) !== placeKey(place)) return null;
    const name = networkName(t, row, index, networks);
    return (
      <StagedChip
        key={row.key}
        label={isMatched ? t('board.byTag', { name }) : name}
        tabIndex={tabIndex}
        onRemove={() => stage({ is: 'remove-network', nodeId: node.id, key: row.key })}
      />
    );
  });
}
