import { Box, Button } from '@mui/material';
import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';

interface Props {
  readonly node: Node;
  readonly onDone: () => void;
}

/** Makes room in the BMC. What was in its log stays here. */
export function SaveAndClear({ node, onDone }: Props) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const [saved, setSaved] = useState<number | null>(null);
  const clear = useCommand(async () => {
    setSaved((await client.health.saveAndClear({ nodeId: node.id })).saved);
    setAsking(false);
    onDone();
  });
  return (
    <>
      <Button variant="outlined" onClick={() => setAsking(true)}>
        {t('eventLog.saveAndClear')}
      </Button>
      <Box component="span" role="status" sx={{ color: 'text.secondary' }}>
        {saved !== null && t('eventLog.cleared', { count: saved })}
      </Box>
      {isAsking && (
        <ConfirmDialog
          title={t('eventLog.clearTitle', { name: node.name })}
          action={t('eventLog.clearAction')}
          isDangerous
          isPending={clear.isPending}
          error={clear.error}
          onConfirm={() => void clear.run()}
          onClose={() => setAsking(false)}
        >
          <Box>{t('eventLog.clearText')}</Box>
          <Box>{t('eventLog.clearKept')}</Box>
        </ConfirmDialog>
      )}
    </>
  );
}
