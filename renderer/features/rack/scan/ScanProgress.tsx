import { Box, Button } from '@mui/material';
import type { Scan } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { fraction } from '../../../ui/measure-text.ts';
import { ThinBar } from '../../../ui/ThinBar.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { secondsText } from '../../../ui/time-text.ts';
import type { Tone } from '../../../ui/tone.ts';
import { secondsLeft, shortened } from './scan-state.ts';

const tones = { running: 'busy', finished: 'good', cancelled: 'waiting' } as const satisfies Record<
  Scan['status']['state'],
  Tone
>;

/** How far the scan is, and its way out. */
export function ScanProgress({ scan }: { readonly scan: Scan }) {
  const t = useT();
  const client = useClient();
  const { id, state, ranges, addresses, settled, unsent } = scan.status;
  const stop = useCommand(() => client.scan.cancel({ scanId: id }));
  const tried = scan.found.filter(({ login }) => login.is === 'trying' || login.is === 'waiting').length;
  const seconds = secondsLeft(scan);
  const parts = [t('scan.asked', { settled, addresses }), t('scan.found', { count: scan.found.length })];
  if (tried > 0) parts.push(t('scan.trying', { count: tried }));
  if (state === 'running' && seconds >= 1) parts.push(t('scan.left', { duration: secondsText(t, seconds) }));
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', gap: 1.5, alignItems: 'center', minHeight: 32 }}>
        <Box role="status">
          <ToneText tone={tones[state]}>{t(`scan.state.${state}`)}</ToneText>
        </Box>
        <Box component="span" sx={{ flex: 1, minWidth: 0 }}>
          {parts.join(' · ')}
        </Box>
        {state === 'running' && (
          <Button variant="outlined" disabled={stop.isPending} onClick={() => void stop.run()}>
            {t('scan.stop')}
          </Button>
        )}
      </Box>
      <ThinBar
        value={fraction(settled, addresses)}
        label={t('scan.progress', { ranges: shortened(ranges) })}
      />
      {unsent && (
        <ToneText tone="waiting" title={unsent.reason}>
          {t('scan.unsent', { count: unsent.count, reason: unsent.reason })}
        </ToneText>
      )}
      {stop.error && <ErrorLines error={stop.error} />}
    </Box>
  );
}
