import type {
  ConsoleHit,
  ConsoleRecording,
  ConsoleText,
  Deployment,
  RecordedEvent,
} from '#shared/contract/index.ts';
import type { NodeId, RecordingId } from '#shared/model/ids.ts';
import { deploymentOf, uuid } from './ids.ts';

const startedAt = Date.UTC(2026, 10, 26, 6, 30);
const lines = [
  '[    0.000000] Linux version 6.12.48+deb13-amd64',
  '[    1.204117] ata1: SATA link up 6.0 Gbps (SStatus 133 SControl 300)',
  '[    2.410904] Kernel panic - not syncing: VFS: Unable to mount root fs on unknown-block(0,0)',
];

/** Of each server the one that is being made, and a shorter one of the day before with its deployment. */
export function consoleRecordings(nodeId: NodeId): ConsoleRecording[] {
  const number = Number(nodeId.slice(-4));
  const shape = { nodeId, columns: 80, rows: 24 };
  return [
    {
      ...shape,
      id: uuid('5', 2 * number) as RecordingId,
      startedAt,
      endedAt: null,
      outputBytes: 48_211,
      storedBytes: 9120,
      deploymentIds: [],
    },
    {
      ...shape,
      id: uuid('5', 2 * number + 1) as RecordingId,
      startedAt: startedAt - 86_400_000,
      endedAt: startedAt - 86_000_000,
      outputBytes: 8_388_608,
      storedBytes: 1_204_224,
      deploymentIds: [deploymentOf(number)],
    },
  ];
}

/** Of a deployment: from a quarter of a minute after its start on; it goes on while that runs. */
export function recordingOf({ id, nodeId, createdAt, finishedAt }: Deployment): ConsoleRecording {
  const startedAt = createdAt + 15_000;
  return {
    id: uuid('5', 2 * Number(nodeId.slice(-4)) + 1) as RecordingId,
    nodeId,
    startedAt,
    endedAt: finishedAt === null ? null : Math.max(startedAt, finishedAt),
    columns: 80,
    rows: 24,
    outputBytes: 48_211,
    storedBytes: 9120,
    deploymentIds: [id],
  };
}

/** A line a second, over and over. */
export function textOf({ id, startedAt, endedAt }: ConsoleRecording, at: number): ConsoleText | null {
  if (at < startedAt) return null;
  const atMs = Math.min(at, endedAt ?? at) - startedAt;
  return {
    recordingId: id,
    atMs,
    endedAt: endedAt !== null && endedAt < at ? endedAt : null,
    lines: lines.map((line, index) => ({ at: startedAt + atMs - 1000 * (lines.length - index), line })),
  };
}

/** In two parts: lines half a second behind each other, then what was typed, a gap and the last line. */
export function recordedEvents(afterPart: number): readonly RecordedEvent[] {
  const output = (atMs: number, text: string): RecordedEvent => ({
    atMs,
    kind: 'o',
    data: Buffer.from(text).toString('base64'),
  });
  if (afterPart > 0)
    return [
      { atMs: 2000, kind: 'i', data: '5' },
      { atMs: 2500, kind: 'm', data: 'lost' },
      output(9000, 'login: '),
    ];
  return lines.map((line, index) => output(index * 500, `${line}\r\n`));
}

export function hitsFor(nodeId: NodeId, text: string): ConsoleHit[] {
  const [recording] = consoleRecordings(nodeId);
  const words = text.toLowerCase().split(/\s+/);
  return lines.flatMap((line, index) => {
    const isHit = recording !== undefined && words.every(word => line.toLowerCase().includes(word));
    const atMs = index * 500;
    return isHit ? [{ recordingId: recording.id, nodeId, at: startedAt + atMs, atMs, line }] : [];
  });
}
