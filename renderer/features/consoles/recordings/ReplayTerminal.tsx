import { Box } from '@mui/material';
import { useEffect, useRef, useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { copyText } from '../../../ui/copy-text.ts';
import type { ConsoleTerminal, TerminalEvents } from '../session/terminal.ts';
import { useViewSettings } from '../session/view-settings.ts';
import type { RecordedOutput } from './recorded-output.ts';
import { drawnFrom, firstAfter } from './replay-clock.ts';

interface Props {
  readonly label: string;
  readonly output: RecordedOutput;
  readonly atMs: number;
  readonly onFind: () => void;
  readonly onLeave: () => void;
}

/** A screen of 80 by 24 in many colours is some 30 kB: enough of them that what is shown is whole. */
const drawnLetters = 1_000_000;

/** The terminal as it was at a moment: forwards it goes on, backwards it is drawn anew. */
export function ReplayTerminal({ label, output, atMs, onFind, onLeave }: Props) {
  const t = useT();
  const host = useRef<HTMLDivElement>(null);
  const [terminal, setTerminal] = useState<ConsoleTerminal | null>(null);
  const drawn = useRef<{ readonly output: RecordedOutput; readonly parts: number } | null>(null);
  const latest = useRef({ onFind, onLeave });
  latest.current = { onFind, onLeave };
  const { fontFamily, fontSize, readsAloud } = useViewSettings();
  const [fault, setFault] = useState<{ readonly error: unknown } | null>(null);
  useEffect(() => {
    const abort = new AbortController();
    const show = async () => {
      const { createTerminal } = await import('../session/terminal.ts');
      if (host.current === null || abort.signal.aborted) return;
      const made = createTerminal(firstLook, {
        ...deafEvents,
        onCopy: text => void copyText(text),
        onFind: () => latest.current.onFind(),
        onLeave: () => latest.current.onLeave(),
      });
      const detach = made.attach(host.current);
      abort.signal.addEventListener('abort', () => {
        detach();
        made.dispose();
      });
      drawn.current = null;
      setTerminal(made);
    };
    show().catch((error: unknown) => setFault({ error }));
    return () => abort.abort();
  }, []);
  if (fault !== null) throw fault.error;
  useEffect(() => {
    terminal?.arrange({ fontFamily, fontSize, readsAloud, geometry: '80x24' });
  }, [terminal, fontFamily, fontSize, readsAloud]);
  useEffect(() => terminal?.setLabel(label), [terminal, label]);
  useEffect(() => {
    if (terminal === null) return;
    const end = firstAfter(output.times, atMs);
    const known = drawn.current;
    let start = known?.output === output && known.parts <= end ? known.parts : -1;
    const begin = drawnFrom(output.sizes, end, drawnLetters);
    if (start < begin) {
      terminal.reset();
      start = begin;
    }
    const text = output.parts.slice(start, end).map(part => part.text);
    if (text.length > 0) terminal.write(text.join(''));
    drawn.current = { output, parts: end };
  }, [terminal, output, atMs]);
  return (
    <Box sx={{ position: 'relative', flex: 1, minHeight: 0, backgroundColor: '#0c0f13' }}>
      <Box ref={host} role="group" aria-label={t('replay.screen')} sx={{ position: 'absolute', inset: 0 }} />
    </Box>
  );
}

const nothing = () => undefined;
/** Nobody types into the past, and nothing in it is answered. */
const deafEvents = {
  keyMap: () => 'xterm',
  onTyped: nothing,
  onPaste: nothing,
  onAnswer: nothing,
  onFound: nothing,
  mayAnswer: () => false,
} satisfies Partial<TerminalEvents>;
const firstLook = { fontFamily: 'system', fontSize: 'auto', readsAloud: false, geometry: '80x24' } as const;
