import { afterEach, beforeEach, expect, it } from 'vitest';
import { openStore, type Store } from '#engine/store/store.ts';
import type { WorldPatch } from '#shared/contract/index.ts';
import type { NodeId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNetwork, aNode, aPort, nodeId } from '#test/fakes/rows.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
});
afterEach(() => store.close());

it('rows that go together are told together: a thousand servers are one patch of each table', () => {
  const uuid = (kind: number, number: number) =>
    `${kind}1111111-1111-4111-8111-${String(number).padStart(12, '0')}` as NodeId;
  const ids = Array.from({ length: 1000 }, (_, number) => uuid(1, number));
  const ports = ids.map((_, number) => uuid(5, number) as string as PortId);
  store.transaction(() => {
    for (const [number, id] of ids.entries()) {
      store.nodes.save(aNode({ id, name: `r${number}` }));
      const address = `52:54:00:aa:${(number >> 8).toString(16).padStart(2, '0')}:${(number & 255).toString(16).padStart(2, '0')}`;
      store.ports.save(aPort({ id: ports[number] ?? aPort().id, nodeId: id, address: address as Mac }));
    }
  });
  const seen: WorldPatch[] = [];
  store.changes.subscribe(patch => seen.push(patch));
  store.transaction(() => {
    for (const id of ids) store.nodes.remove(id);
  });
  expect(seen).toEqual([
    { op: 'remove', table: 'ports', ids: ports },
    { op: 'remove', table: 'nodes', ids },
  ]);
});

it('rows that come again in the same transaction are not taken away after it', () => {
  store.nodes.save(aNode());
  const seen: WorldPatch[] = [];
  store.changes.subscribe(patch => seen.push(patch));
  store.transaction(() => {
    store.nodes.remove(nodeId);
    store.nodes.save(aNode({ name: 'again' }));
    store.networks.save(aNetwork());
    store.nodes.remove(nodeId);
    store.nodes.save(aNode({ name: 'and again' }));
  });
  expect(seen.map(patch => `${patch.op} ${patch.table}`)).toEqual([
    'remove nodes',
    'put nodes',
    'put networks',
    'remove nodes',
    'put nodes',
  ]);
});
