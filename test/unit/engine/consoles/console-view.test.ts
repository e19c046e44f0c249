import { beforeEach, describe, expect, it } from 'vitest';
import { createConsoleView } from '#engine/consoles/console-view.ts';
import { createOutputRing, type OutputRing, ringBytes } from '#engine/consoles/output-ring.ts';
import type { AttachedConsolePatch, ServerConsole } from '#shared/contract/index.ts';
import { nodeId } from '#test/fakes/rows.ts';

const row: ServerConsole = {
  nodeId,
  state: 'connected',
  since: 1,
  retryAt: null,
  error: null,
  writer: null,
  watchers: [],
  recordingId: null,
};
let ring: OutputRing;
beforeEach(() => {
  ring = createOutputRing();
});

/** A window; `text` is what it was sent, `patches` how. */
function opened() {
  const view = createConsoleView(ring, 'browser', 1);
  const attached = view.snapshot(row);
  const patches: AttachedConsolePatch[] = [];
  view.start(patch => patches.push(patch));
  const bytes = () =>
    patches.reduce(
      (sum, patch) => sum + (patch.op === 'output' ? Buffer.from(patch.data, 'base64').length : 0),
      0,
    );
  const say = (data: string | Uint8Array) => {
    ring.push(Buffer.from(data));
    view.pump();
  };
  return { view, attached, patches, bytes, say };
}

const output = (offset: number, text: string) => ({
  op: 'output',
  offset,
  data: Buffer.from(text).toString('base64'),
});

describe('a view', () => {
  it('begins with the last of what was said, and goes on where that ends', () => {
    ring.push(Buffer.from('before'));
    const { attached, patches, say } = opened();
    expect(Buffer.from(attached.tail, 'base64').toString()).toBe('before');
    expect(attached.offset).toBe(0);
    say('after');
    expect(patches).toEqual([output(6, 'after')]);
  });

  it('is sent 256 KiB and no more until it says that it has shown some', () => {
    const { view, say, bytes, patches } = opened();
    for (let index = 0; index < 5; index += 1) say(Buffer.alloc(60_000));
    expect(bytes()).toBe(ringBytes);
    expect(patches.every(patch => patch.op !== 'output' || patch.data.length <= 96 * 1024)).toBe(true);
    view.taken(100_000);
    expect(bytes()).toBe(300_000);
  });

  it('that was too slow is told what it missed, and goes on with the oldest that is left', () => {
    const { view, say, bytes, patches } = opened();
    for (let index = 0; index < 20; index += 1) say(Buffer.alloc(50_000));
    expect(bytes()).toBe(ringBytes);
    view.taken(ringBytes);
    expect(patches).toContainEqual({ op: 'skipped', from: ringBytes, to: 1_000_000 - ringBytes });
    const next = patches[patches.findIndex(({ op }) => op === 'skipped') + 1];
    expect(next).toMatchObject({ op: 'output', offset: 1_000_000 - ringBytes });
    expect(bytes()).toBe(2 * ringBytes);
  });

  it('that skipped and acknowledges only what it was sent is sent more', () => {
    const { view, say, bytes } = opened();
    say(Buffer.alloc(ringBytes));
    say(Buffer.alloc(3 * ringBytes));
    view.taken(ringBytes);
    expect(bytes()).toBe(2 * ringBytes);
    say(Buffer.alloc(10));
    expect(bytes()).toBe(2 * ringBytes);
    view.taken(3 * ringBytes + 10);
    expect(bytes()).toBe(2 * ringBytes + 10);
  });

  it('does not believe an offset that nobody sent', () => {
    const { view, say, bytes } = opened();
    view.taken(Number.MAX_SAFE_INTEGER);
    say(Buffer.alloc(2 * ringBytes));
    expect(bytes()).toBe(ringBytes);
    view.taken(0);
    expect(bytes()).toBe(ringBytes);
  });

  it('is told of a gap between the bytes before and behind it', () => {
    const { view, patches, say } = opened();
    say('one');
    ring.mark(5, 'lost');
    say('two');
    expect(patches).toEqual([output(0, 'one'), { op: 'gap', at: 5, why: 'lost' }, output(3, 'two')]);
    ring.mark(6, 'deactivated');
    view.pump();
    expect(patches.at(-1)).toEqual({ op: 'gap', at: 6, why: 'deactivated' });
  });

  it('is not told of gaps before it was opened, nor of endless ones', () => {
    ring.mark(1, 'lost');
    const { view, patches } = opened();
    view.pump();
    expect(patches).toEqual([]);
    for (let index = 0; index < 500; index += 1) ring.mark(index, 'lost');
    view.pump();
    expect(patches.length).toBe(100);
  });
});

it('the ring gives every byte that it still has, however it was filled', () => {
  const said = Buffer.from(Array.from({ length: 700_000 }, (_, index) => (index * 31) % 251));
  for (let offset = 0; offset < said.length; offset += 7919) ring.push(said.subarray(offset, offset + 7919));
  expect(ring.end - ring.start).toBe(ringBytes);
  expect(ring.read(ring.start, ringBytes).equals(said.subarray(-ringBytes))).toBe(true);
  ring.push(said);
  expect(ring.read(ring.end - 10, 100).equals(said.subarray(-10))).toBe(true);
});
