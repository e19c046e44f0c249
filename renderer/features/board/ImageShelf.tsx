import { Box, Button } from '@mui/material';
import type { Image } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useWorld } from '../../client/world-store.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { bytesText } from '../../ui/measure-text.ts';
import { BootsLamps } from '../images/BootsLamps.tsx';
import { Shelf, ShelfItem } from './Shelf.tsx';

/** The images, those that are not ready last. */
export function ImageShelf() {
  const t = useT();
  const images = useWorld(world => world.images);
  const isLoaded = useWorld(world => world.isLoaded);
  const sorted = [...images.values()].toSorted(
    (one, other) =>
      Number(other.state === 'ready') - Number(one.state === 'ready') || one.name.localeCompare(other.name),
  );
  return (
    <Shelf
      title={t('board.images')}
      isEmpty={isLoaded && images.size === 0}
      empty={
        <>
          {t('board.noImages')}
          <Button variant="outlined" onClick={() => openOverlay({ is: 'import-image' })}>
            {t('images.import')}
          </Button>
        </>
      }
    >
      {sorted.map(image => (
        <ShelfItem
          key={image.id}
          held={{ is: 'image', imageId: image.id }}
          name={image.name}
          refusal={stateText(t, image)}
        >
          <Box
            sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', color: 'text.secondary' }}
          >
            {image.rawSizeBytes > 0 && <span>{bytesText(image.rawSizeBytes)}</span>}
            {image.kind === 'whole-disk' ? (
              <BootsLamps boots={image.boots} />
            ) : (
              <span>{t(`imageKind.${image.kind}`)}</span>
            )}
          </Box>
        </ShelfItem>
      ))}
    </Shelf>
  );
}

function stateText(t: Translate, { state }: Image): string | null {
  return state === 'ready' ? null : t(`board.image.${state}`);
}
