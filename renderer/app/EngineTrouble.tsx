import { Box, Button } from '@mui/material';
import { useEffect } from 'react';
import type { HostBridge } from '#shared/contract/host.ts';
import { useCommand } from '../client/use-command.ts';
import { useQuery } from '../client/use-query.ts';
import { useT } from '../i18n/i18n.ts';
import { ErrorLines } from '../ui/ErrorLines.tsx';
import { Mono } from '../ui/Mono.tsx';

const lookEveryMs = 2000;

/** In the desktop window: how the engine's process is, why it ended last, and a way to start it. */
export function EngineTrouble({ host }: { readonly host: HostBridge }) {
  const t = useT();
  const status = useQuery('engine-status', () => host.calls.engineStatus({}));
  const restart = useCommand(() => host.calls.restartEngine({}));
  const { reload } = status;
  useEffect(() => {
    const timer = setInterval(reload, lookEveryMs);
    return () => clearInterval(timer);
  }, [reload]);
  const { data } = status;
  return (
    <>
      {data && (
        <Box sx={{ flexBasis: '100%', order: 1, overflowWrap: 'anywhere' }}>
          {t(`engineState.${data.state}`)}
          {data.failures > 0 && ` · ${t('connection.engineFailures', { count: data.failures })} `}
          {data.lastFailure !== '' && <Mono>{data.lastFailure}</Mono>}
        </Box>
      )}
      <Button variant="outlined" disabled={restart.isPending} onClick={() => void restart.run()}>
        {t('connection.restartEngine')}
      </Button>
      {restart.error && <ErrorLines error={restart.error} />}
    </>
  );
}
