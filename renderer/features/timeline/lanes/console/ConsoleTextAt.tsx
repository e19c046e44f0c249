import { Box, Button } from '@mui/material';
import type { NodeId } from '#shared/model/ids.ts';
import { goTo } from '../../../../app/route.ts';
import { useClient } from '../../../../client/client-context.tsx';
import { useQuery } from '../../../../client/use-query.ts';
import { useT } from '../../../../i18n/i18n.ts';
import { ErrorLines } from '../../../../ui/ErrorLines.tsx';
import { clockText, zonedText } from '../../../../ui/time-text.ts';

interface Props {
  readonly nodeId: NodeId;
  readonly atMs: number;
}

const lines = 12;
/** Whoever goes along the lane second by second is not asked for each of them. */
const settleMs = 120;

/** The console's last lines at that moment, and the way to the recording. */
export function ConsoleTextAt({ nodeId, atMs }: Props) {
  const t = useT();
  const client = useClient();
  const at = Math.floor(atMs);
  const { data, error, reload } = useQuery(
    `${nodeId} ${at}`,
    signal => client.consoles.textAt({ nodeId, at, lines }, signal),
    settleMs,
  );
  if (error !== null) return <ErrorLines error={error} actions={{ retry: reload }} />;
  if (data === undefined) return null;
  if (data === null) return <Box sx={{ color: 'text.secondary' }}>{t('lanes.consoleNothing')}</Box>;
  const { recordingId, endedAt } = data;
  return (
    <Box
      component="section"
      aria-label={t('lanes.consoleText')}
      sx={{ display: 'grid', gap: 0.5, minWidth: 0 }}
    >
      <Box sx={{ display: 'flex', alignItems: 'center', gap: 1 }}>
        <Box component="span" title={zonedText(at)} sx={{ flex: 1, color: 'text.secondary' }}>
          {endedAt === null
            ? t('lanes.consoleAt', { time: clockText(at) })
            : t('lanes.consoleAway', { time: clockText(at), ended: clockText(endedAt) })}
        </Box>
        <Button onClick={() => goTo('consoles', 'replay', recordingId, String(Math.floor(data.atMs)))}>
          {t('lanes.consoleReplay')}
        </Button>
      </Box>
      <Box
        component="pre"
        className="mono"
        sx={theme => ({
          m: 0,
          p: 1,
          whiteSpace: 'pre-wrap',
          border: `1px solid ${theme.colours.line}`,
          borderRadius: 1,
          backgroundColor: theme.colours.raised,
        })}
      >
        {data.lines.length === 0 ? t('lanes.consoleSilent') : data.lines.map(({ line }) => line).join('\n')}
      </Box>
    </Box>
  );
}
