import { Box } from '@mui/material';
import type { FilteredDisk } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { bytesText } from '../../ui/measure-text.ts';

/** Disks that nothing of ours touches, each with the reason. */
export function LeftAlone({ filtered }: { readonly filtered: readonly FilteredDisk[] }) {
  const t = useT();
  if (filtered.length === 0) return null;
  return (
    <Box>
      <strong>{t('review.leftAlone')}</strong>
      <Box component="ul" aria-label={t('review.leftAlone')} sx={{ m: 0, pl: 2.5 }}>
        {filtered.map(({ disk, reason, rule }) => (
          <li key={disk.name}>
            <Mono>{disk.name}</Mono> {disk.model || t('disk.noModel')} {bytesText(disk.sizeBytes)}:{' '}
            {rule === null
              ? t(`diskFilter.${reason}`)
              : t('review.byRule', { reason: t(`diskFilter.${reason}`), number: rule + 1 })}
          </li>
        ))}
      </Box>
    </Box>
  );
}
