import type { ConsoleRecording, RecordedEvent } from '../contract/index.ts';

/** Of what was typed only the length is known. */
const typedSign = '*';

/**
 * A recording as asciicast v2 (https://docs.asciinema.org/manual/asciicast/v2/): a header, then a line an event, each with
 * its line end. `textOf` decodes the base64 of an output event; it gets them in order and may keep what a cut left of a
 * character.
 */
export function* asciicast(
  recording: Pick<ConsoleRecording, 'startedAt' | 'columns' | 'rows'>,
  title: string,
  events: Iterable<RecordedEvent>,
  textOf: (base64: string) => string,
): Generator<string> {
  const { startedAt, columns, rows } = recording;
  const timestamp = Math.floor(startedAt / 1000);
  yield `${JSON.stringify({ version: 2, width: columns, height: rows, timestamp, title })}\n`;
  for (const { atMs, kind, data } of events)
    yield `${JSON.stringify([atMs / 1000, kind, dataOf(kind, data, textOf)])}\n`;
}

function dataOf(kind: RecordedEvent['kind'], data: string, textOf: (base64: string) => string): string {
  if (kind === 'm') return data;
  return kind === 'o' ? textOf(data) : typedSign.repeat(Number(data));
}
