import { Box, Button } from '@mui/material';
import { useCallback, useEffect, useState } from 'react';
import type { RamdiskLogFile } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useConnection } from '../../../client/client-context.tsx';
import { bringFile } from '../../../client/saved-files.ts';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { bytesText } from '../../../ui/measure-text.ts';
import { zonedText } from '../../../ui/time-text.ts';

/** Archives that ramdisks of this server made of their logs; a new one is asked for here. */
export function RamdiskLogs({ nodeId }: { readonly nodeId: NodeId }) {
  const t = useT();
  const connection = useConnection();
  const { client } = connection;
  const [logs, setLogs] = useState<readonly RamdiskLogFile[]>([]);
  const [saved, setSaved] = useState('');
  const load = useCallback(async () => setLogs((await client.rescue.get({ nodeId })).logs), [client, nodeId]);
  const look = useCommand(load);
  const { run: lookNow } = look;
  useEffect(() => void lookNow(), [lookNow]);
  const collect = useCommand(async () => {
    await client.rescue.collectLogs({ nodeId });
    await load();
  });
  const save = useCommand(async (id: string) => {
    const { name } = await client.rescue.saveLog({ id });
    await bringFile(connection, 'support', name, t('rescue.logs'));
    setSaved(t('rescue.saved', { name }));
  });
  const error = collect.error ?? save.error ?? look.error;
  return (
    <>
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Button variant="outlined" disabled={collect.isPending} onClick={() => void collect.run()}>
          {t('rescue.collect')}
        </Button>
        <span role="status">{collect.isPending ? t('rescue.working') : saved}</span>
      </Box>
      {logs.length > 0 && (
        <Box component="ul" aria-label={t('rescue.logs')} sx={{ m: 0, pl: 2.5 }}>
          {logs.map(({ id, takenAt, sizeBytes }) => (
            <li key={id}>
              {t('rescue.logOf', { when: zonedText(takenAt), size: bytesText(sizeBytes) })}{' '}
              <Button
                size="small"
                disabled={save.isPending}
                aria-label={t('rescue.saveLogOf', { when: zonedText(takenAt) })}
                onClick={() => void save.run(id)}
              >
                {t('rescue.saveLog')}
              </Button>
            </li>
          ))}
        </Box>
      )}
      {error && <ErrorLines error={error} />}
    </>
  );
}
