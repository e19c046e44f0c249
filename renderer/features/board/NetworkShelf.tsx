import { Box, Button } from '@mui/material';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { Shelf, ShelfItem } from './Shelf.tsx';

export function NetworkShelf() {
  const t = useT();
  const networks = useWorld(world => world.networks);
  const isLoaded = useWorld(world => world.isLoaded);
  return (
    <Shelf
      title={t('board.networks')}
      isEmpty={isLoaded && networks.size === 0}
      empty={
        <>
          {t('board.noNetworks')}
          <Button variant="outlined" onClick={() => goTo('networks')}>
            {t('board.openNetworks')}
          </Button>
        </>
      }
    >
      {[...networks.values()].map(({ id, name, cidr, segmentationId }) => (
        <ShelfItem key={id} held={{ is: 'network', networkId: id }} name={name} refusal={null}>
          <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, color: 'text.secondary' }}>
            <Mono>{cidr}</Mono>
            {segmentationId !== null && <span>{t('nic.vlan', { id: segmentationId })}</span>}
          </Box>
        </ShelfItem>
      ))}
    </Shelf>
  );
}
