import { Box } from '@mui/material';
import type { Image } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { bytesText } from '../../ui/measure-text.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import type { Column } from '../../ui/table-columns.ts';
import { dateText, zonedText } from '../../ui/time-text.ts';
import type { Tone } from '../../ui/tone.ts';
import { BootsLamps } from './BootsLamps.tsx';
import { ImportProgress } from './ImportProgress.tsx';
import { installerText } from './installer-form.ts';
import { RetryImport } from './RetryImport.tsx';

export const imageTone: Readonly<Record<Image['state'], Tone>> = {
  importing: 'busy',
  ready: 'good',
  failed: 'failed',
};

export function imageColumns(t: Translate): readonly Column<Image>[] {
  return [
    {
      id: 'name',
      header: t('images.name'),
      width: 180,
      grow: 2,
      rank: 1,
      cell: image => <strong>{image.name}</strong>,
      sortValue: image => image.name,
    },
    {
      id: 'state',
      header: t('rack.state'),
      width: 260,
      rank: 2,
      cell: image =>
        image.state === 'importing' ? (
          <ImportProgress image={image} />
        ) : (
          <>
            <ToneText tone={imageTone[image.state]}>{t(`imageState.${image.state}`)}</ToneText>
            {image.canRetry && <RetryImport image={image} />}
          </>
        ),
      sortValue: image => image.state,
    },
    {
      id: 'kind',
      header: t('images.kind'),
      width: 185,
      grow: 1,
      rank: 3,
      cell: image => kindText(t, image),
      sortValue: image => kindText(t, image),
    },
    {
      id: 'size',
      header: t('images.size'),
      width: 100,
      rank: 4,
      cell: image => (image.rawSizeBytes > 0 ? bytesText(image.rawSizeBytes) : ''),
      sortValue: image => image.rawSizeBytes,
    },
    {
      id: 'boots',
      header: t('images.bootsOn'),
      width: 140,
      rank: 5,
      cell: image =>
        image.state === 'ready' && image.kind === 'whole-disk' ? <BootsLamps boots={image.boots} /> : null,
    },
    {
      id: 'format',
      header: t('images.format'),
      width: 120,
      grow: 1,
      rank: 6,
      cell: image => <span title={image.sourceFormat}>{image.sourceFormat}</span>,
      sortValue: image => image.sourceFormat,
    },
    {
      id: 'stored',
      header: t('images.stored'),
      width: 100,
      rank: 7,
      cell: image => (image.storedSizeBytes > 0 ? bytesText(image.storedSizeBytes) : ''),
      sortValue: image => image.storedSizeBytes,
    },
    {
      id: 'created',
      header: t('images.created'),
      width: 110,
      rank: 8,
      cell: image => (
        <Box component="span" title={zonedText(image.createdAt)}>
          {dateText(image.createdAt)}
        </Box>
      ),
      sortValue: image => image.createdAt,
    },
  ];
}

/** Nobody knows what a file is before it was read. */
function kindText(t: Translate, { kind, state, installer }: Image): string {
  if (state !== 'ready') return '';
  const what = t(`imageKind.${kind}`);
  return installer === null ? what : `${what} · ${installerText(installer)}`;
}
