import { Button } from '@mui/material';
import { useCallback, useMemo } from 'react';
import type { Image } from '#shared/contract/index.ts';
import type { ScreenProps } from '../../app/feature.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ListScreen } from '../../ui/ListScreen.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import { ImageSheet } from './ImageSheet.tsx';
import { imageColumns } from './image-columns.tsx';
import { LibrarySpace } from './LibrarySpace.tsx';
import { UndoRemove } from './UndoRemove.tsx';
import { WaitingFiles } from './WaitingFiles.tsx';

export function ImagesScreen({ path: [openId] }: ScreenProps) {
  const t = useT();
  const images = useWorld(world => world.images);
  const isLoaded = useWorld(world => world.isLoaded);
  const columns = useMemo(() => imageColumns(t), [t]);
  const rows = useMemo(() => [...images.values()], [images]);
  const open = useCallback((image: Image) => goTo('images', image.id), []);
  const stored = bytesText(rows.reduce((sum, image) => sum + image.storedSizeBytes, 0));
  const shown = openId === undefined ? undefined : images.get(openId);
  return (
    <ListScreen<Image>
      title={t('images.title')}
      detail={t('images.summary', { count: rows.length, stored })}
      rows={rows}
      isLoaded={isLoaded}
      columns={columns}
      openId={openId}
      onOpen={open}
      create={
        <>
          <LibrarySpace />
          <Button variant="contained" onClick={() => openOverlay({ is: 'import-image' })}>
            {t('images.import')}
          </Button>
        </>
      }
      emptyTitle={t('images.emptyTitle')}
      emptyText={t('images.emptyText')}
      notices={
        <>
          <WaitingFiles />
          <UndoRemove />
        </>
      }
    >
      {shown && <ImageSheet key={shown.id} image={shown} />}
    </ListScreen>
  );
}
