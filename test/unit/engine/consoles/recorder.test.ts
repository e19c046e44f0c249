import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { consoleText } from '#engine/consoles/console-text.ts';
import { readRecording, searchRecordings, textAt } from '#engine/consoles/read-recording.ts';
import { createRecorder, type Recorder } from '#engine/consoles/recorder.ts';
import { startRecordingRetention } from '#engine/consoles/recording-retention.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { RecordedEvent } from '#shared/contract/index.ts';
import type { NodeId, RecordingId } from '#shared/model/ids.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aDeployment, aNode, deploymentId, nodeId } from '#test/fakes/rows.ts';

const otherId = '11111111-1111-4111-8111-111111111112' as NodeId;
const noon = Date.UTC(2026, 10, 26, 12);
const hourMs = 3_600_000;

let folder: string;
let clock: ReturnType<typeof manualClock>;
let store: Store;
let recorder: Recorder;
let faults: unknown[];

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-recorder-'));
  clock = manualClock(noon);
  faults = [];
  begin();
});
afterEach(async () => {
  await recorder.close();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

/** The engine starts. */
function begin(): void {
  store = openStore(join(folder, 'rackside.db'), new Uint8Array(32), clock.now);
  if (store.nodes.list().length === 0) {
    store.nodes.save(aNode());
    store.nodes.save(aNode({ id: otherId, name: 'other' }));
  }
  const mine = faults;
  recorder = createRecorder({ store, clock, onFault: error => mine.push(error) });
}

/** A console that is recorded, as `server-console.ts` does it. */
function recorded(id = nodeId) {
  const text = consoleText(line => recording.line(line));
  const recording = recorder.ofNode(id, text.openLine, () => undefined);
  recording.begin();
  const say = (said: string | Uint8Array) => {
    recording.output(Buffer.from(said));
    text.feed(Buffer.from(said));
  };
  return { recording, say };
}

/** All of it, as a page reads it. */
function eventsOf(id: RecordingId | null): RecordedEvent[] {
  const events: RecordedEvent[] = [];
  for (let next: number | null = 0; next !== null && id !== null; ) {
    const part = readRecording(store, id, next);
    events.push(...part.events);
    next = part.nextPart;
  }
  return events;
}

const textOf = (events: readonly RecordedEvent[]) =>
  Buffer.concat(events.filter(({ kind }) => kind === 'o').map(({ data }) => Buffer.from(data, 'base64')));
const found = async (text: string, id?: NodeId) =>
  (await searchRecordings(store, text, id, 100, new AbortController().signal)).map(({ line }) => line);

describe('a recording', () => {
  it('has what was said, byte for byte and at its time, marks, and of what was typed the length', async () => {
    const { recording, say } = recorded();
    say('login: ');
    await clock.advance(250);
    recording.typed(4);
    await clock.advance(3000);
    recording.mark('lost');
    say(Buffer.from([0xff, 0x00, 0x1b]));
    await recorder.flush();
    expect(eventsOf(recording.id)).toEqual([
      { atMs: 0, kind: 'o', data: Buffer.from('login: ').toString('base64') },
      { atMs: 250, kind: 'i', data: '4' },
      { atMs: 3250, kind: 'm', data: 'lost' },
      { atMs: 3250, kind: 'o', data: '/wAb' },
    ]);
  });

  it('is listed with its bytes and with the deployments that ran meanwhile', async () => {
    store.deployments.create(aDeployment({ state: 'running', createdAt: noon - 5000 }), aRequest());
    const { recording, say } = recorded();
    say('x'.repeat(1000));
    await recorder.flush();
    const [listed] = store.consoleRecordings.list({ nodeId }, 10);
    expect(listed).toMatchObject({
      id: recording.id,
      endedAt: null,
      outputBytes: 1000,
      columns: 80,
      rows: 24,
    });
    expect(listed?.deploymentIds).toEqual([deploymentId]);
    expect(listed?.storedBytes).toBeLessThan(600);
    expect(store.consoleRecordings.list({ nodeId: otherId }, 10)).toEqual([]);
  });

  it('is found by the time of a deployment, and not by that of another server', async () => {
    store.deployments.create(aDeployment({ state: 'running', createdAt: noon + 5000 }), aRequest());
    const { recording } = recorded();
    recorded(otherId);
    recording.end();
    await clock.advance(10_000);
    const { recording: during } = recorded();
    await recorder.flush();
    expect(store.consoleRecordings.list({ deploymentId }, 10).map(({ id }) => id)).toEqual([during.id]);
  });

  it('tells the last lines until a moment, and when nothing was recorded then', async () => {
    const { recording, say } = recorded();
    for (let second = 0; second < 30; second += 1) {
      say(`second ${second}\r\n`);
      await clock.advance(1000);
    }
    recording.end();
    await recorder.flush();
    const linesAt = (at: number) => textAt(store, nodeId, at, 3)?.lines.map(({ line }) => line);
    expect(textAt(store, nodeId, noon - 1, 3)).toBeNull();
    expect(textAt(store, otherId, noon + 9000, 3)).toBeNull();
    expect(linesAt(noon + 9500)).toEqual(['second 7', 'second 8', 'second 9']);
    expect(linesAt(noon + 500)).toEqual(['second 0']);
    expect(textAt(store, nodeId, noon + hourMs, 1)).toMatchObject({
      endedAt: noon + 30_000,
      atMs: 30_000,
      lines: [{ at: noon + 29_000, line: 'second 29' }],
    });
  });

  it('ends with the day, and with eight mebibytes', async () => {
    const { recording, say } = recorded();
    say('before midnight\r\n');
    await clock.advance(13 * hourMs);
    say('after midnight\r\n');
    for (let index = 0; index < 130; index += 1) recording.output(Buffer.alloc(65_536, index));
    await recorder.flush();
    const listed = store.consoleRecordings.list({ nodeId }, 10);
    expect(listed.map(({ endedAt }) => endedAt === null)).toEqual([true, false, false]);
    expect(listed[2]?.outputBytes).toBe(17);
    expect(recording.id).toBe(listed[0]?.id);
    expect(eventsOf(listed[1]?.id ?? null).length).toBe(129);
  });

  it('never goes back in time, whatever is done to the clock', async () => {
    const { recording, say } = recorded();
    await clock.advance(5000);
    say('one');
    clock.jump(-hourMs);
    say('two');
    recording.end();
    await recorder.flush();
    expect(
      eventsOf(store.consoleRecordings.list({ nodeId }, 1)[0]?.id ?? null).map(({ atMs }) => atMs),
    ).toEqual([5000, 5000]);
  });

  it('of an engine that was killed has all but the last second, and ends there', async () => {
    const { recording, say } = recorded();
    const { id } = recording;
    say('stored\r\n');
    await clock.advance(1500);
    await recorder.flush();
    say('lost with the engine\r\n');
    store.close();
    await clock.advance(hourMs);
    begin();
    store.consoleRecordings.endOpen();
    expect(textOf(eventsOf(id)).toString()).toBe('stored\r\n');
    expect(store.consoleRecordings.list({ nodeId }, 1)).toMatchObject([{ id, endedAt: noon }]);
  });

  it('waits in memory while the database cannot be written, and says where that was too much', async () => {
    const { recording, say } = recorded();
    say('kept\r\n');
    const real = store.transaction;
    Object.assign(store, {
      transaction: () => {
        throw new Error('disk full');
      },
    });
    await recorder.flush();
    for (let index = 0; index < 300; index += 1) recording.output(Buffer.alloc(65_536));
    await recorder.flush();
    expect(faults.length).toBe(1);
    Object.assign(store, { transaction: real });
    await recorder.flush();
    say('again\r\n');
    await recorder.flush();
    const all = store.consoleRecordings.list({ nodeId }, 10).flatMap(({ id }) => eventsOf(id));
    expect(all.some(({ kind, data }) => kind === 'm' && /^not_recorded \d+$/.test(data))).toBe(true);
    expect(textOf(all).includes('kept')).toBe(true);
    expect(textOf(all).includes('again')).toBe(true);
    expect(recording.id).not.toBeNull();
  });
});

describe('a search', () => {
  it('finds lines that have all words, newest first, with their place', async () => {
    const { recording, say } = recorded();
    say('[1.0] ata1: SATA link up\r\n');
    await clock.advance(2000);
    say('[2.0] Kernel panic - not syncing\r\n');
    await clock.advance(2000);
    say('\u001b[1mkernel\u001b[0m PANIC again\r\n');
    await recorder.flush();
    const hits = await searchRecordings(store, 'panic KERN', undefined, 10, new AbortController().signal);
    expect(hits).toEqual([
      { recordingId: recording.id, nodeId, at: noon + 4000, atMs: 4000, line: 'kernel PANIC again' },
      {
        recordingId: recording.id,
        nodeId,
        at: noon + 2000,
        atMs: 2000,
        line: '[2.0] Kernel panic - not syncing',
      },
    ]);
    expect(await found('panic', otherId)).toEqual([]);
  });

  it('finds Chinese, CP437, numbers with signs in them, and words that are signs alone', async () => {
    const { say } = recorded();
    say('系统启动完成，请登录\r\n');
    say(Buffer.from([...Buffer.from('Men'), 0x81, 0x0d, 0x0a]));
    say('mlx5_core 0000:3b:00.0: link up\r\n--> ***\r\n');
    await recorder.flush();
    expect(await found('启动')).toEqual(['系统启动完成，请登录']);
    expect(await found('完')).toEqual(['系统启动完成，请登录']);
    expect(await found('menü')).toEqual(['Menü']);
    expect(await found('0000:3b:00.0')).toEqual(['mlx5_core 0000:3b:00.0: link up']);
    expect(await found('***')).toEqual(['--> ***']);
  });

  it('finds a line over two parts, and a prompt that stands without an end', async () => {
    const { say } = recorded();
    say('Welcome to ');
    await recorder.flush();
    say('GRUB\r\nlogin: ');
    await clock.advance(5000);
    await recorder.flush();
    expect(await found('welcome grub')).toEqual(['Welcome to GRUB']);
    expect(await found('login')).toEqual(['login:']);
  });

  it('gives no more than it is asked for, and takes what a person types as text', async () => {
    const { say } = recorded();
    for (let index = 0; index < 50; index += 1) say(`line ${index}\r\n`);
    await recorder.flush();
    const { signal } = new AbortController();
    expect((await searchRecordings(store, 'line', undefined, 3, signal)).map(({ line }) => line)).toEqual([
      'line 49',
      'line 48',
      'line 47',
    ]);
    const signs = [
      '"',
      "'",
      '*',
      'NEAR(',
      'words:',
      'AND',
      '-',
      '\0',
      '\ud800',
      'é',
      'e\u0301',
      'क्षि',
      '启',
      'a',
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.array(fc.constantFrom(...signs)).map(all => all.join('')),
        ),
        async typed => {
          const lines = await found(typed);
          return lines.every(line => /^line \d+$/.test(line));
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('room', () => {
  it('is made by forgetting the oldest recordings, with what they are found by', async () => {
    const maxBytes = 200_000;
    const { recording, say } = recorded();
    let seed = 1;
    const noise = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed >>> 8;
    };
    for (let index = 0; index < 9; index += 1) {
      say(`kept${index}\r\n`);
      recording.output(Buffer.from(Array.from({ length: 50_000 }, noise)));
      recording.end();
      recording.begin();
      await clock.advance(1000);
    }
    await recorder.flush();
    const before = store.consoleRecordings.list({}, 100);
    while (store.consoleRecordings.prune(maxBytes, 2));
    const after = store.consoleRecordings.list({}, 100);
    const stored = (rows: typeof after) => rows.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
    expect(stored(before)).toBeGreaterThan(maxBytes);
    expect(stored(after)).toBeLessThanOrEqual(maxBytes);
    expect(after).toEqual(before.slice(0, after.length));
    expect(after[0]?.id).toBe(recording.id);
    expect(await found('kept0')).toEqual([]);
    expect(await found('kept8')).toEqual(['kept8']);
  });

  it('of a removed recording, and of those of a removed server, is given back', async () => {
    const mine = recorded();
    const other = recorded(otherId);
    mine.say('mine\r\n');
    other.say('other\r\n');
    await recorder.flush();
    store.consoleRecordings.remove(mine.recording.id as RecordingId);
    store.nodes.remove(otherId);
    expect(store.consoleRecordings.list({}, 10)).toEqual([]);
    expect([...(await found('mine')), ...(await found('other'))]).toEqual([]);
    mine.say('nobody keeps this\r\n');
    const stop = startRecordingRetention(store, clock, error => faults.push(error));
    await clock.advance(2000);
    await recorder.flush();
    stop();
    expect(faults).toEqual([]);
    expect(store.consoleRecordings.prune(2 ** 40, 10)).toBe(false);
  });
});
