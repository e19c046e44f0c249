import type { ConsoleRecording } from '#shared/contract/index.ts';
import type { RecordedOutput } from './recorded-output.ts';

/**
 * asciicast v2 (docs.asciinema.org/manual/asciicast/v2): a header, then one event a line. What was typed is not recorded, so only
 * output and marks are in it.
 */
export function castFile(recording: ConsoleRecording, title: string, output: RecordedOutput): string {
  const header = {
    version: 2,
    width: recording.columns,
    height: recording.rows,
    timestamp: Math.floor(recording.startedAt / 1000),
    title,
    env: { TERM: 'xterm-256color' },
  };
  const events = [
    ...output.parts.map(({ atMs, text }) => ({ atMs, line: [atMs / 1000, 'o', text] })),
    ...output.marks.map(({ atMs, text }) => ({ atMs, line: [atMs / 1000, 'm', text] })),
  ].sort((a, b) => a.atMs - b.atMs);
  return `${[header, ...events.map(({ line }) => line)].map(line => JSON.stringify(line)).join('\n')}\n`;
}
