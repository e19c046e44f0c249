import { Box, Button } from '@mui/material';
import type { Discovered } from '#shared/contract/index.ts';
import { notify } from '../../app/notifications.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { toCodedError } from '../../client/coded-error.ts';
import { useT } from '../../i18n/i18n.ts';
import { Mono } from '../../ui/Mono.tsx';
import { ageText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';

/** *Seen by PXE on enp3s0, unknown: Enroll.* */
export function DiscoveredLine({ machine }: { readonly machine: Discovered }) {
  const t = useT();
  const now = useNow();
  const client = useClient();
  const forget = async () => {
    try {
      await client.nodes.forgetDiscovered({ mac: machine.mac });
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) });
    }
  };
  return (
    <Box sx={{ display: 'flex', alignItems: 'center', gap: 2, minWidth: 0 }}>
      <Mono isWrapped={false}>{machine.mac}</Mono>
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', flex: 1, minWidth: 0 }}>
        {t('discovered.seen', { interfaceName: machine.interfaceName })}
        <Box component="span" sx={{ color: 'text.secondary', ml: 2 }}>
          {[
            machine.architecture,
            t('discovered.times', { count: machine.timesSeen }),
            ageText(t, machine.lastSeenAt, now),
          ]
            .filter(part => part !== '')
            .join(' · ')}
        </Box>
      </Box>
      <Box sx={{ display: 'flex', gap: 1 }} onClick={event => event.stopPropagation()}>
        <Button tabIndex={-1} onClick={() => void forget()} sx={{ py: 0.25 }}>
          {t('discovered.forget')}
        </Button>
        <Button
          variant="contained"
          tabIndex={-1}
          onClick={() => openOverlay({ is: 'add-server', mac: machine.mac })}
          sx={{ py: 0.25 }}
        >
          {t('discovered.enroll')}
        </Button>
      </Box>
    </Box>
  );
}
