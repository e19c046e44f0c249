import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '#engine/store/store.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aNode } from '#test/fakes/rows.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
});
afterEach(() => store.close());

function aServer(number: number): NodeId {
  const id = `${String(number).padStart(8, '0')}-0000-4000-8000-000000000000` as NodeId;
  store.nodes.save(aNode({ id, name: `r${number}` }));
  return id;
}

const keep = (nodeId: NodeId, at: number, bytes = Buffer.from('logs')) =>
  store.ramdiskLogs.keep(nodeId, `${nodeId} ${at}`, at, 'ab', bytes);
const timesOf = (nodeId: NodeId) => store.ramdiskLogs.ofNode(nodeId).map(({ takenAt }) => takenAt);

it('the logs of a ramdisk are kept five a server, newest first, and go with it', () => {
  const id = aServer(1);
  for (const at of [1, 2, 3, 4, 5, 6]) keep(id, at);
  expect(timesOf(id)).toEqual([6, 5, 4, 3, 2]);
  store.nodes.remove(id);
  expect(timesOf(id)).toEqual([]);
});

it('all together stay below 256 MiB, the oldest going first', () => {
  const bytes = Buffer.alloc(16 * 2 ** 20);
  const ids = Array.from({ length: 18 }, (_, index) => aServer(index));
  for (const [index, id] of ids.entries()) keep(id, index, bytes);
  expect(ids.map(id => timesOf(id).length)).toEqual([0, 0, ...Array<number>(16).fill(1)]);
});
