import DeleteSweepIcon from '@mui/icons-material/DeleteSweepOutlined';
import { Button, IconButton, Tooltip } from '@mui/material';
import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { useVirtualRack } from './use-virtual-rack.ts';

/** Beside the title while simulated servers are there: takes them away again. */
export function VirtualRackButton({ isSmall }: { readonly isSmall: boolean }) {
  const t = useT();
  const { isRunning, stop } = useVirtualRack();
  const [isAsking, setAsking] = useState(false);
  if (!isRunning) return null;
  const confirm = async () => {
    if ((await stop.run()) !== undefined) setAsking(false);
  };
  return (
    <>
      {isSmall ? (
        <Tooltip title={t('virtualRack.stop')}>
          <IconButton aria-label={t('virtualRack.stop')} onClick={() => setAsking(true)}>
            <DeleteSweepIcon fontSize="small" />
          </IconButton>
        </Tooltip>
      ) : (
        <Button onClick={() => setAsking(true)}>{t('virtualRack.stop')}</Button>
      )}
      {isAsking && (
        <ConfirmDialog
          title={t('virtualRack.stopTitle')}
          action={t('virtualRack.stop')}
          isPending={stop.isPending}
          error={stop.error}
          onConfirm={() => void confirm()}
          onClose={() => setAsking(false)}
        >
          {t('virtualRack.stopText')}
        </ConfirmDialog>
      )}
    </>
  );
}
