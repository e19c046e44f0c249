import { Button, Menu, MenuItem } from '@mui/material';
import { useState } from 'react';
import { asciicast } from '#shared/console/asciicast.ts';
import type { ConsoleRecording, RecordedEvent } from '#shared/contract/index.ts';
import { notify } from '../../../app/notifications.ts';
import { useConnection } from '../../../client/client-context.tsx';
import { toCodedError } from '../../../client/coded-error.ts';
import { saveSheet } from '../../../client/save-sheet.ts';
import { useT } from '../../../i18n/i18n.ts';
import { dateText, preciseClockText } from '../../../ui/time-text.ts';
import { bytesOfBase64 } from '../session/kept-tail.ts';
import { type CodePageChoice, newDecoder } from '../text/code-page.ts';
import type { PlainLine } from './plain-lines.ts';

interface Props {
  readonly recording: ConsoleRecording;
  readonly name: string;
  readonly events: readonly RecordedEvent[];
  readonly codePage: CodePageChoice;
  readonly lines: readonly PlainLine[];
}

/** The recording for asciinema's programs, or as text with the time of each line. */
export function ExportRecording({ recording, name, events, codePage, lines }: Props) {
  const t = useT();
  const { host } = useConnection();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const castFile = (title: string) => {
    const decoder = newDecoder(codePage);
    const textOf = (base64: string) => decoder.decode(bytesOfBase64(base64));
    return [...asciicast(recording, title, events, textOf)].join('');
  };
  const save = async (form: 'cast' | 'txt') => {
    setAnchor(null);
    const title = t('recordings.of', { name });
    const content = form === 'cast' ? castFile(title) : plainText(recording.startedAt, lines);
    try {
      await saveSheet(host, title, fileName(name, recording.startedAt, form), content);
    } catch (thrown) {
      notify('failed', { error: toCodedError(thrown) });
    }
  };
  return (
    <>
      <Button variant="outlined" aria-haspopup="menu" onClick={event => setAnchor(event.currentTarget)}>
        {t('report.export')}
      </Button>
      <Menu anchorEl={anchor} open={anchor !== null} onClose={() => setAnchor(null)}>
        <MenuItem onClick={() => void save('cast')}>{t('recordings.asCast')}</MenuItem>
        <MenuItem onClick={() => void save('txt')}>{t('recordings.asText')}</MenuItem>
      </Menu>
    </>
  );
}

function plainText(startedAt: number, lines: readonly PlainLine[]): string {
  return lines
    .map(({ atMs, text }) => `${preciseClockText(startedAt + Math.floor(atMs))} ${text}\n`)
    .join('');
}

/** Letters that every file system takes; `r4u02-2026-11-26.cast`. */
function fileName(name: string, startedAt: number, form: 'cast' | 'txt'): string {
  const plain = name
    .replaceAll(/[^A-Za-z0-9._-]+/g, '-')
    .replace(/^[^A-Za-z0-9]+/, '')
    .slice(0, 50);
  return `${plain || 'server'}-${dateText(startedAt)}.${form}`;
}
