import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Store } from '#engine/store/store.ts';
import {
  CodedError,
  type ConsoleHit,
  type ConsoleRecording,
  type ConsoleText,
  type RecordedEvent,
} from '#shared/contract/index.ts';
import type { NodeId, RecordingId } from '#shared/model/ids.ts';
import { decodeEvents, linesOf, type RecordedLine, unpacked } from './recorded-part.ts';

/** About so much output is one answer: what is stored has less than half of its bytes. */
const answerStoredBytes = 96 * 1024;
const partsAtOnce = 32;
/** A second with output is a part; of a console that says little they are all read within a moment. */
const mostPartsOfText = 16;
/** A word that is not in the index is looked for in the newest so many parts: some hours of all consoles together. */
const mostPartsSearched = 20_000;

export function requireRecording(store: Store, id: RecordingId): ConsoleRecording {
  const recording = store.consoleRecordings.find(id);
  if (recording !== undefined) return recording;
  throw new CodedError('input.not_found', `no recording ${id}`, { what: 'recording', id });
}

/** What cannot be read is left out: the rest is still evidence. */
export function readRecording(
  store: Store,
  id: RecordingId,
  afterPart: number,
): { readonly events: RecordedEvent[]; readonly nextPart: number | null } {
  const parts = store.consoleRecordings.parts(id, afterPart, answerStoredBytes);
  const events = parts.flatMap(({ events: bytes, fromMs }) => {
    const found = decodeEvents(unpacked(bytes) ?? Buffer.alloc(0), fromMs);
    return found.ok ? found.value : [];
  });
  const last = parts.at(-1)?.id ?? afterPart;
  const isMore = store.consoleRecordings.parts(id, last, 1).length > 0;
  return { events, nextPart: isMore ? last : null };
}

/** What the console had said by then: of the newest recording that had begun, even if it was over. */
export function textAt(store: Store, nodeId: NodeId, at: number, most: number): ConsoleText | null {
  const recording = store.consoleRecordings.begunBy(nodeId, at);
  if (recording === undefined) return null;
  const { id: recordingId, startedAt } = recording;
  const endedAt = recording.endedAt !== null && recording.endedAt < at ? recording.endedAt : null;
  const atMs = (endedAt ?? at) - startedAt;
  let found: RecordedLine[] = [];
  for (const bytes of store.consoleRecordings.linesBefore(recordingId, atMs, mostPartsOfText)) {
    const lines = linesOf(unpacked(bytes)?.toString() ?? '').filter(line => line.atMs <= atMs);
    found = [...lines.slice(-most), ...found].slice(-most);
    if (found.length === most) break;
  }
  const lines = found.map(line => ({ at: startedAt + line.atMs, line: line.line }));
  return { recordingId, atMs, endedAt, lines };
}

/** Lines that have all these words, whatever their case; newest first. */
export async function searchRecordings(
  store: Store,
  text: string,
  nodeId: NodeId | undefined,
  limit: number,
  signal: AbortSignal,
): Promise<ConsoleHit[]> {
  const words = text.toLowerCase().split(/\s+/);
  const hits: ConsoleHit[] = [];
  let before = Number.MAX_SAFE_INTEGER;
  for (let searched = 0; searched < mostPartsSearched && !signal.aborted; searched += partsAtOnce) {
    const parts = store.consoleRecordings.toSearch(text, nodeId, before, partsAtOnce);
    for (const { recordingId, nodeId: id, startedAt, lines } of parts) {
      for (const { atMs, line } of linesOf(unpacked(lines)?.toString() ?? '').toReversed()) {
        const lowered = line.toLowerCase();
        if (!words.every(word => lowered.includes(word))) continue;
        hits.push({ recordingId, nodeId: id, at: startedAt + atMs, atMs, line });
        if (hits.length === limit) return hits;
      }
    }
    const last = parts.at(-1);
    if (last === undefined) break;
    before = last.id;
    await nextTurn();
  }
  return hits;
}
