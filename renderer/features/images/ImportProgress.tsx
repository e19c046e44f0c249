import { Box, Button } from '@mui/material';
import type { Image } from '#shared/contract/index.ts';
import { notify } from '../../app/notifications.ts';
import { useClient } from '../../client/client-context.tsx';
import { toCodedError } from '../../client/coded-error.ts';
import { useT } from '../../i18n/i18n.ts';
import { bytesText, fraction, rateText } from '../../ui/measure-text.ts';
import { ThinBar } from '../../ui/ThinBar.tsx';
import { secondsText } from '../../ui/time-text.ts';
import { useImportRate } from './use-import-rate.ts';

/** Bytes, rate and time left of an import, with its way out. */
export function ImportProgress({ image }: { readonly image: Image }) {
  const t = useT();
  const { doneBytes, totalBytes, phase } = image.progress ?? { doneBytes: 0, totalBytes: 0, phase: null };
  const rate = useImportRate(doneBytes);
  const parts = [phase === null ? '' : t(`imagePhase.${phase}`)];
  if (totalBytes > 0)
    parts.push(t('progress.of', { done: bytesText(doneBytes), total: bytesText(totalBytes) }));
  if (rate > 0) parts.push(rateText(rate));
  if (rate > 0 && totalBytes > 0)
    parts.push(t('progress.left', { duration: secondsText(t, (totalBytes - doneBytes) / rate) }));
  const label = t('images.importOf', { name: image.name });
  return (
    <Box sx={{ display: 'grid', gap: '2px', minWidth: 0 }}>
      <Box sx={{ overflow: 'hidden', textOverflow: 'ellipsis' }}>{parts.filter(Boolean).join(' · ')}</Box>
      <ThinBar value={totalBytes > 0 ? fraction(doneBytes, totalBytes) : null} label={label} />
    </Box>
  );
}

export function CancelImportButton({ image }: { readonly image: Image }) {
  const t = useT();
  const client = useClient();
  const cancel = async () => {
    try {
      await client.images.cancelImport({ id: image.id });
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) }, ['images', image.id]);
    }
  };
  return (
    <Button variant="outlined" onClick={() => void cancel()}>
      {t('images.cancelImport')}
    </Button>
  );
}
