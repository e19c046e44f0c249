import { Box } from '@mui/material';
import type { RescueMounts } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';

/** File systems that can be read in the rescue, and why the others cannot. */
export function MountedList({ mounted: { mounts, left } }: { readonly mounted: RescueMounts }) {
  const t = useT();
  const isEmpty = mounts.length === 0;
  return (
    <>
      {isEmpty && <span>{t('rescue.nothingMounted')}</span>}
      {!isEmpty && (
        <List
          label={t('rescue.mounted')}
          lines={mounts.map(({ device, type, mountPoint }) => t('rescue.at', { device, type, mountPoint }))}
        />
      )}
      {left.length > 0 && (
        <List
          label={t('rescue.notMounted')}
          lines={left.map(({ device, reason }) =>
            t('rescue.leftAs', { device, reason: t(`notMounted.${reason}`) }),
          )}
        />
      )}
    </>
  );
}

function List({ label, lines }: { readonly label: string; readonly lines: readonly string[] }) {
  return (
    <Box>
      <span aria-hidden>{label}</span>
      <Box component="ul" aria-label={label} sx={{ m: 0, pl: 2.5 }}>
        {lines.map(line => (
          <li key={line}>{line}</li>
        ))}
      </Box>
    </Box>
  );
}
