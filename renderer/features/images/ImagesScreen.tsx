import { Box, Button } from '@mui/material';
import { useCallback, useMemo, useState } from 'react';
import type { Image } from '#shared/contract/index.ts';
import type { ScreenProps } from '../../app/feature.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { EmptyState } from '../../ui/EmptyState.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { nextSort, type Sort, sortedRows } from '../../ui/table-columns.ts';
import { VirtualTable } from '../../ui/VirtualTable.tsx';
import { ImageSheet } from './ImageSheet.tsx';
import { imageColumns } from './image-columns.tsx';

export function ImagesScreen({ path: [openId] }: ScreenProps) {
  const t = useT();
  const images = useWorld(world => world.images);
  const isLoaded = useWorld(world => world.isLoaded);
  const [sort, setSort] = useState<Sort>({ columnId: 'name', isDescending: false });
  const columns = useMemo(() => imageColumns(t), [t]);
  const rows = useMemo(() => sortedRows([...images.values()], columns, sort), [images, columns, sort]);
  const open = useCallback((image: Image) => goTo('images', image.id), []);
  const onSort = useCallback((columnId: string) => setSort(known => nextSort(known, columnId)), []);
  const storedBytes = rows.reduce((sum, image) => sum + image.storedSizeBytes, 0);
  const shown = openId === undefined ? undefined : images.get(openId);
  const importButton = (
    <Button variant="contained" onClick={() => openOverlay({ is: 'import-image' })}>
      {t('images.import')}
    </Button>
  );
  const detail = t('images.summary', { count: rows.length, stored: bytesText(storedBytes) });
  return (
    <Box sx={{ display: 'flex', height: '100%', minHeight: 0 }}>
      <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
        <ScreenHeader title={t('images.title')} detail={rows.length > 0 ? detail : ''}>
          {rows.length > 0 && importButton}
        </ScreenHeader>
        <Box sx={{ flex: 1, minHeight: 0, display: 'flex', backgroundColor: 'background.paper' }}>
          {isLoaded && rows.length === 0 ? (
            <EmptyState title={t('images.emptyTitle')} actions={importButton}>
              {t('images.emptyText')}
            </EmptyState>
          ) : (
            <Box sx={{ flex: 1, minWidth: 0 }}>
              <VirtualTable<Image>
                label={t('images.title')}
                columns={columns}
                rows={rows}
                rowKey={imageKey}
                rowName={imageName}
                sort={sort}
                onSort={onSort}
                onOpen={open}
                openKey={openId ?? null}
              />
            </Box>
          )}
        </Box>
      </Box>
      {shown && <ImageSheet key={shown.id} image={shown} />}
    </Box>
  );
}

const imageKey = (image: Image): string => image.id;
const imageName = (image: Image): string => image.name;
