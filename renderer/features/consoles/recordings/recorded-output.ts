import type { RecordedEvent } from '#shared/contract/index.ts';
import { bytesOfBase64 } from '../session/kept-tail.ts';
import { type CodePageChoice, newDecoder } from '../text/code-page.ts';
import { newLineReader, type PlainLine } from './plain-lines.ts';

export interface OutputPart {
  readonly atMs: number;
  readonly text: string;
}

export interface Mark {
  readonly atMs: number;
  readonly text: string;
}

/** A recording as it is played: what the machine said, as text, and where something is missing. */
export interface RecordedOutput {
  readonly parts: readonly OutputPart[];
  /** Of the parts, for the clock. */
  readonly times: readonly number[];
  readonly sizes: readonly number[];
  readonly marks: readonly Mark[];
  readonly endMs: number;
}

export function outputOf(events: readonly RecordedEvent[], codePage: CodePageChoice): RecordedOutput {
  const decoder = newDecoder(codePage);
  const parts: OutputPart[] = [];
  const marks: Mark[] = [];
  for (const { atMs, kind, data } of events) {
    if (kind === 'o') parts.push({ atMs, text: decoder.decode(bytesOfBase64(data)) });
    else if (kind === 'm') marks.push({ atMs, text: data });
  }
  return {
    parts,
    times: parts.map(({ atMs }) => atMs),
    sizes: parts.map(({ text }) => text.length),
    marks,
    endMs: events.at(-1)?.atMs ?? 0,
  };
}

export function linesOf({ parts }: RecordedOutput): readonly PlainLine[] {
  const reader = newLineReader();
  for (const { text, atMs } of parts) reader.add(text, atMs);
  return reader.lines();
}
