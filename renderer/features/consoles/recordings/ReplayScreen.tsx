import { Box, Button } from '@mui/material';
import { useMemo, useRef } from 'react';
import type { ConsoleRecording } from '#shared/contract/index.ts';
import type { RecordingId } from '#shared/model/ids.ts';
import { goTo } from '../../../app/route.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { ScreenHeader } from '../../../ui/ScreenHeader.tsx';
import { clockText, dateText } from '../../../ui/time-text.ts';
import { useNodeName } from '../deck/TabStrip.tsx';
import { openConsole } from '../open-console.ts';
import { settingsOf, useViewSettings } from '../session/view-settings.ts';
import { ExportRecording } from './ExportRecording.tsx';
import { PlayerBar } from './PlayerBar.tsx';
import { ReplaySearch } from './ReplaySearch.tsx';
import { ReplayTerminal } from './ReplayTerminal.tsx';
import { linesOf, outputOf } from './recorded-output.ts';
import { usePlayer } from './use-player.ts';
import { type LoadedRecording, useRecording } from './use-recording.ts';

interface Props {
  readonly recordingId: RecordingId;
  /** The moment to begin with, since its start. */
  readonly startMs: number;
}

/** A recording as it was seen, from any moment on. */
export function ReplayScreen({ recordingId, startMs }: Props) {
  const t = useT();
  const loaded = useRecording(recordingId);
  const { recording, error, isWhole } = loaded;
  if (error !== null)
    return (
      <>
        <ScreenHeader title={t('recordings.replay')} />
        <Box sx={{ p: 2 }}>
          <ErrorLines error={error}>
            <Button onClick={() => goTo('consoles', 'recordings')}>{t('recordings.all')}</Button>
          </ErrorLines>
        </Box>
      </>
    );
  if (recording === null || !isWhole) return <EmptyState title={t('recordings.loading')} />;
  return <Replay loaded={loaded} recording={recording} startMs={startMs} />;
}

interface ReplayProps {
  readonly loaded: LoadedRecording;
  readonly recording: ConsoleRecording;
  readonly startMs: number;
}

function Replay({ loaded, recording, startMs }: ReplayProps) {
  const t = useT();
  const search = useRef<HTMLInputElement>(null);
  const { nodeId, startedAt } = recording;
  const name = useNodeName(nodeId);
  const codePage = useViewSettings(state => settingsOf(state, nodeId).codePage);
  const output = useMemo(() => outputOf(loaded.events, codePage), [loaded.events, codePage]);
  const lines = useMemo(() => linesOf(output), [output]);
  const player = usePlayer(output.times, output.endMs, Math.min(startMs, output.endMs));
  const focusSearch = () => search.current?.focus();
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <ScreenHeader
        title={t('recordings.of', { name })}
        detail={`${dateText(startedAt)} ${clockText(startedAt)}`}
      >
        <ReplaySearch ref={search} lines={lines} atMs={player.atMs} onSeek={player.seek} />
        <ExportRecording
          recording={recording}
          name={name}
          events={loaded.events}
          codePage={codePage}
          lines={lines}
        />
        <Button onClick={() => goTo('consoles', 'recordings', nodeId)}>{t('recordings.title')}</Button>
        <Button onClick={() => openConsole(nodeId)}>{t('recordings.toConsole')}</Button>
      </ScreenHeader>
      {loaded.isCut && <Box sx={{ px: 2, py: 0.5 }}>{t('recordings.cut')}</Box>}
      <ReplayTerminal
        label={t('recordings.of', { name })}
        output={output}
        atMs={player.atMs}
        onFind={focusSearch}
        onLeave={focusSearch}
      />
      <PlayerBar player={player} startedAt={startedAt} endMs={output.endMs} marks={output.marks} />
    </Box>
  );
}
