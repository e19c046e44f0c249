import { describe, expect, it } from 'vitest';
import { emptyWorld, patchWorld, worldFrom } from '#renderer/client/world.ts';
import type { Service, WorldPatch, WorldSnapshot } from '#shared/contract/index.ts';
import { aNode } from '#test/fakes/rows.ts';
import { aDiscovered, aSnapshot } from '../rows.ts';

const dhcp: Service = { name: 'dhcp', state: 'on', detail: 'full on eth0', lastPacketAt: 1, error: null };

describe('the world', () => {
  it('is a snapshot by keys: ids, MACs and service names', () => {
    const world = worldFrom(aSnapshot({ nodes: [aNode()], discovered: [aDiscovered()], services: [dhcp] }));
    expect([...world.nodes.keys()]).toEqual([aNode().id]);
    expect([...world.discovered.keys()]).toEqual(['aa:bb:cc:dd:ee:ff']);
    expect([...world.services.keys()]).toEqual(['dhcp']);
    expect(world.isLoaded).toBe(true);
  });

  it('takes patches in order, the last one wins', () => {
    const world = worldFrom(aSnapshot({ nodes: [aNode()] }));
    const put = (name: string): WorldPatch => ({ op: 'put', table: 'nodes', row: aNode({ name }) });
    const after = patchWorld(world, [put('first'), put('second')]);
    expect(after.nodes.get(aNode().id)?.name).toBe('second');
    const gone = patchWorld(after, [put('third'), { op: 'remove', table: 'nodes', ids: [aNode().id] }]);
    expect(gone.nodes.size).toBe(0);
  });

  it('leaves untouched tables as they were, so that nobody draws them again', () => {
    const world = worldFrom(aSnapshot({ nodes: [aNode()], services: [dhcp] }));
    const after = patchWorld(world, [{ op: 'put', table: 'services', row: { ...dhcp, state: 'failed' } }]);
    expect(after.nodes).toBe(world.nodes);
    expect(after.services).not.toBe(world.services);
    expect(world.services.get('dhcp')?.state).toBe('on');
    expect(after.services.get('dhcp')?.state).toBe('failed');
  });

  it('replaces settings and forgets discovered machines by MAC', () => {
    const snapshot: WorldSnapshot = aSnapshot({ discovered: [aDiscovered()] });
    const after = patchWorld(worldFrom(snapshot), [
      { op: 'put', table: 'settings', row: { ...snapshot.settings, tftpPort: 6969 } },
      { op: 'remove', table: 'discovered', ids: ['aa:bb:cc:dd:ee:ff'] },
    ]);
    expect(after.settings?.tftpPort).toBe(6969);
    expect(after.discovered.size).toBe(0);
  });

  it('is not loaded before the first snapshot', () => {
    expect(emptyWorld.isLoaded).toBe(false);
    expect(emptyWorld.settings).toBeNull();
  });
});
