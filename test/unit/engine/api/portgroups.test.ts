import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portgroupHandlers } from '#engine/api/ports.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNode, aPort, nodeId } from '#test/fakes/rows.ts';

const noAbort = new AbortController().signal;
const ports = [1, 2, 3].map(count =>
  aPort({
    id: `55555555-5555-4555-8555-55555555550${count}` as PortId,
    address: `52:54:00:aa:00:0${count}` as Mac,
  }),
);
const [first, second, third] = ports.map(({ id }) => id) as [PortId, PortId, PortId];
const input = { nodeId, name: 'bond0', mode: 'active-backup', properties: { miimon: '100' } } as const;

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.nodes.save(aNode());
  for (const port of ports) store.ports.save(port);
});
afterEach(() => store.close());

const handlers = () => portgroupHandlers(store);
async function create(portIds: PortId[], name = 'bond0'): Promise<{ id: PortgroupId }> {
  const made = await handlers().create({ ...input, name, portIds }, noAbort);
  return { id: made.id as PortgroupId };
}
const membersOf = (id: string) =>
  store.ports.list().flatMap(port => (port.portgroupId === id ? port.id : []));

describe('a bond', () => {
  it('changes what is named and keeps the rest, its members too', async () => {
    const { id } = await create([first, second]);
    expect(await handlers().update({ id, mode: '802.3ad' }, noAbort)).toEqual({
      ...input,
      id,
      address: null,
      mode: '802.3ad',
    });
    expect(membersOf(id)).toEqual([first, second]);
  });

  it('takes its members from another one and lets go of those that are not named', async () => {
    const { id } = await create([first, second]);
    const other = await create([third], 'bond1');
    await handlers().update({ id, portIds: [second, third], properties: {} }, noAbort);
    expect(membersOf(id)).toEqual([second, third]);
    expect(membersOf(other.id)).toEqual([]);
    expect(store.portgroups.find(id)?.properties).toEqual({});
    await handlers().remove({ id }, noAbort);
    expect(membersOf(id)).toEqual([]);
  });

  it("is not changed at all where one of its NICs is another server's or its name is taken", async () => {
    const { id } = await create([first]);
    await create([], 'bond1');
    const stranger = '11111111-1111-4111-8111-111111111112' as NodeId;
    store.nodes.save(aNode({ id: stranger, name: 'r1u02' }));
    store.ports.save(aPort({ id: third, nodeId: stranger, address: '52:54:00:aa:00:03' as Mac }));
    const wrong = { id, name: 'bond9', portIds: [second, third] };
    await expect(handlers().update(wrong, noAbort)).rejects.toMatchObject({ code: 'input.not_found' });
    const taken = handlers().update({ id, name: 'bond1', portIds: [second] }, noAbort);
    await expect(taken).rejects.toMatchObject({ code: 'input.conflict', details: { field: 'name' } });
    expect(store.portgroups.find(id)?.name).toBe('bond0');
    expect(membersOf(id)).toEqual([first]);
  });
});
