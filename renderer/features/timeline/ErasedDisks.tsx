import { Box } from '@mui/material';
import { type Deployment, erasedDisks } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { ToneText } from '../../ui/ToneText.tsx';

/** Of an erasure that failed: which disks are erased all the same, and why the others are not. */
export function ErasedDisks({ deployment }: { readonly deployment: Deployment }) {
  const t = useT();
  const step = deployment.steps.find(({ name }) => name === 'erase-disks');
  const disks = erasedDisks.safeParse(step?.evidence['disks']);
  if (step?.state !== 'failed' || !disks.success) return null;
  return (
    <Box component="ul" aria-label={t('clean.result')} sx={{ m: 0, pl: 2.5 }}>
      {disks.data.map(({ disk, erased, code, message }) => (
        <li key={disk.name}>
          <Mono>{[disk.name, disk.serial].filter(Boolean).join(' ')}</Mono>{' '}
          <ToneText tone={erased ? 'good' : 'failed'}>
            {erased ? t('clean.erased') : t('clean.notErased', { reason: message || code })}
          </ToneText>
        </li>
      ))}
    </Box>
  );
}
