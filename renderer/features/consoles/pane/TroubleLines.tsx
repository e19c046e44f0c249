import { Box, Button } from '@mui/material';
import { useStore } from 'zustand';
import type { ServerConsole } from '#shared/contract/index.ts';
import { openOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import type { ConsoleSession } from '../session/console-session.ts';

type Repair = 'takeOver' | 'repairSol' | 'reconnect';

/** Why there is no connection, with what mends it. */
export function TroubleLines({ session }: { readonly session: ConsoleSession }) {
  const t = useT();
  const client = useClient();
  const row = useStore(session.state, state => state.console);
  const { nodeId } = session;
  const act = useCommand(async (command: Repair) => void (await client.consoles[command]({ nodeId })));
  if (row === null || row.state === 'connected' || row.state === 'connecting') return null;
  const button = (command: Repair, label: string) => (
    <Button variant="outlined" disabled={act.isPending} onClick={() => void act.run(command)}>
      {label}
    </Button>
  );
  return (
    <Box sx={{ flex: 'none', p: 1, display: 'grid', gap: 1, maxHeight: '45%', overflow: 'auto' }}>
      {row.error === null ? (
        <Box sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
          {t(row.state === 'off' ? 'console.offText' : 'console.waitingText')}
          {button('reconnect', t(row.state === 'off' ? 'console.connect' : 'console.tryNow'))}
        </Box>
      ) : (
        <ErrorLines
          error={row.error}
          actions={{
            retry: () => void act.run('reconnect'),
            'edit-server': () => openOverlay({ is: 'edit-server', nodeId }),
          }}
        >
          {row.error.code === 'console.in_use' && button('takeOver', t('console.takeOver'))}
          {row.error.code === 'console.sol_off' && button('repairSol', t('console.repairSol'))}
          {needsTryNow(row) && button('reconnect', t('console.tryNow'))}
          {row.error.code !== 'bmc.auth_failed' && (
            <Button onClick={() => openOverlay({ is: 'edit-server', nodeId })}>
              {t('console.checkBmc')}
            </Button>
          )}
        </ErrorLines>
      )}
      {act.error && <ErrorLines error={act.error} actions={{ retry: () => void act.run('reconnect') }} />}
    </Box>
  );
}

/** Where the error's own next step is not the same thing. */
function needsTryNow({ error }: ServerConsole): boolean {
  return error !== null && !error.retryable;
}
