import { Box, Button } from '@mui/material';
import { useStore } from 'zustand';
import type { ServerConsole } from '#shared/contract/index.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { useT } from '../../../i18n/i18n.ts';
import { bytesText } from '../../../ui/measure-text.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { clockText, secondsText, zonedText } from '../../../ui/time-text.ts';
import { useNow } from '../../../ui/use-now.ts';
import type { ConsoleSession } from '../session/console-session.ts';
import { mayType, othersOf, writerName } from '../session/writers.ts';
import { consoleTone } from '../state-tone.ts';

interface Props {
  readonly session: ConsoleSession;
  readonly name: string;
  readonly isCompact: boolean;
}

/** How the connection is, what is missing, who types and who watches. */
export function StateLine({ session, name, isCompact }: Props) {
  const t = useT();
  const state = useStore(session.state);
  const { console: row, viewId, gaps, leftOutBytes } = state;
  if (row === null)
    return (
      <Line>
        <strong>{name}</strong>
        <ToneText tone="busy">{t('console.opening')}</ToneText>
      </Line>
    );
  const others = othersOf(row, viewId);
  return (
    <Line>
      <strong>{name}</strong>
      <ToneText tone={consoleTone[row.state]} title={zonedText(row.since)}>
        <StateText row={row} isCompact={isCompact} />
      </ToneText>
      {gaps > 0 && <Quiet>{t('console.gaps', { count: gaps })}</Quiet>}
      {leftOutBytes > 0 && <Quiet>{t('console.leftOut', { size: bytesText(leftOutBytes) })}</Quiet>}
      {row.state === 'connected' && <Writer session={session} row={row} isCompact={isCompact} />}
      {others.length > 0 && (
        <span className="text-quiet" title={others.join('\n')}>
          {t('console.others', { count: others.length })}
        </span>
      )}
    </Line>
  );
}

function StateText({ row, isCompact }: { readonly row: ServerConsole; readonly isCompact: boolean }) {
  const t = useT();
  return row.state === 'waiting' ? <WaitingText row={row} /> : settledText(t, row, isCompact);
}

/** By itself, because it changes every second. */
function WaitingText({ row }: { readonly row: ServerConsole }) {
  const t = useT();
  const now = useNow();
  if (row.retryAt === null) return <>{t('consoleState.waiting')}</>;
  const seconds = Math.max(0, Math.ceil((row.retryAt - now) / 1000));
  return <>{t('console.triesAgain', { duration: secondsText(t, seconds) })}</>;
}

function settledText(t: Translate, { state, since }: ServerConsole, isCompact: boolean): string {
  if (state === 'connected' && !isCompact) return t('console.connectedSince', { time: clockText(since) });
  return t(`consoleState.${state}`);
}

interface WriterProps {
  readonly session: ConsoleSession;
  readonly row: ServerConsole;
  readonly isCompact: boolean;
}

function Writer({ session, row, isCompact }: WriterProps) {
  const t = useT();
  const viewId = useStore(session.state, state => state.viewId);
  if (viewId === null || row.writer === null) return null;
  if (row.writer === viewId) return <Quiet>{t('console.youType')}</Quiet>;
  return (
    <>
      <span className="tone-waiting text-strong" title={writerName(row)}>
        {isCompact ? t('console.readOnly') : t('console.otherTypes', { name: writerName(row) })}
      </span>
      <TypeHere session={session} />
    </>
  );
}

/** Takes the keyboard; who had it sees that. */
export function TypeHere({ session }: { readonly session: ConsoleSession }) {
  const t = useT();
  const client = useClient();
  const { viewId, console: row } = useStore(session.state);
  const take = useCommand(async () => {
    if (viewId !== null) await client.consoles.becomeWriter({ viewId });
    session.state.setState({ notice: null });
    session.focus();
  });
  if (viewId === null || row === null || (row.writer !== null && mayType(row, viewId))) return null;
  return (
    <Button variant="outlined" disabled={take.isPending} onClick={() => void take.run()}>
      {t('console.typeHere')}
    </Button>
  );
}

function Line({ children }: { readonly children: React.ReactNode }) {
  return (
    <Box
      sx={{
        // The tools stay beside it, however much it says.
        flex: '1 1 0',
        minWidth: 130,
        minHeight: 34,
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        columnGap: 1.25,
      }}
    >
      {children}
    </Box>
  );
}

function Quiet({ children }: { readonly children: React.ReactNode }) {
  return <span className="text-quiet">{children}</span>;
}
