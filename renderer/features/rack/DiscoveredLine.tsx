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

interface Props {
  readonly machine: Discovered;
  /** It is the row at which the grid's keyboard is: Tab goes on to its buttons. */
  readonly isActive: boolean;
}

/** *Seen by PXE on enp3s0, unknown: Enroll.* */
export function DiscoveredLine({ machine, isActive }: Props) {
  const t = useT();
  const now = useNow();
  const client = useClient();
  const tabIndex = isActive ? 0 : -1;
  const forget = async (button: HTMLElement) => {
    // The row is about to go, and the keyboard with it.
    button.closest<HTMLElement>('[role$=grid]')?.focus();
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
        <Button tabIndex={tabIndex} onClick={event => void forget(event.currentTarget)} sx={{ py: 0.25 }}>
          {t('discovered.forget')}
        </Button>
        <Button
          variant="contained"
          tabIndex={tabIndex}
          onClick={() => openOverlay({ is: 'add-server', mac: machine.mac })}
          sx={{ py: 0.25 }}
        >
          {t('discovered.enroll')}
        </Button>
      </Box>
    </Box>
  );
}
