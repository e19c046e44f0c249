import { Box, Button } from '@mui/material';
import type { NodeId } from '#shared/model/ids.ts';
import { openOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { ageText, zonedText } from '../../../ui/time-text.ts';
import { useNow } from '../../../ui/use-now.ts';
import { useFleet } from '../fleet/use-fleet.ts';
import { healthTone, measureText } from '../health-text.ts';

interface Props {
  readonly nodeId: NodeId;
  /** Shows what the machine drew until now. */
  readonly onPower: () => void;
}

/** How the server is as a whole, when it was read, and why not. */
export function ReadingHeader({ nodeId, onPower }: Props) {
  const t = useT();
  const client = useClient();
  const health = useFleet()?.get(nodeId);
  const refresh = useCommand(() => client.health.refresh({ nodeId }));
  const read = () => void refresh.run();
  const error = refresh.error ?? health?.error;
  return (
    <Box sx={{ display: 'grid', gap: 1 }}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 2 }}>
        {health && <ToneText tone={healthTone[health.state]}>{t(`healthState.${health.state}`)}</ToneText>}
        {health?.powerWatts != null && (
          <Button onClick={onPower} aria-haspopup="dialog" title={t('sensors.powerDraw')}>
            {measureText(health.powerWatts, 'watts')}
          </Button>
        )}
        <Box component="span" role="status" sx={{ color: 'text.secondary' }}>
          {refresh.isPending && t('sensors.reading')}
        </Box>
        {!refresh.isPending && <ReadAt at={health?.readAt ?? null} />}
        <Button variant="outlined" disabled={refresh.isPending} onClick={read} sx={{ ml: 'auto' }}>
          {t('sensors.readNow')}
        </Button>
      </Box>
      {error && (
        <ErrorLines
          error={error}
          actions={{ retry: read, 'edit-server': () => openOverlay({ is: 'edit-server', nodeId }) }}
        />
      )}
    </Box>
  );
}

function ReadAt({ at }: { readonly at: number | null }) {
  const t = useT();
  const now = useNow();
  return (
    <Box component="span" sx={{ color: 'text.secondary' }} title={at === null ? '' : zonedText(at)}>
      {at === null ? t('sensors.neverRead') : t('sensors.readAt', { age: ageText(t, at, now) })}
    </Box>
  );
}
