import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openStore } from '#engine/store/store.ts';
import { demoImage } from '#engine/virtual-rack/demo-image.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, aNode } from '#test/fakes/rows.ts';
import { openRack } from './rack-rig.ts';

let rack: Awaited<ReturnType<typeof openRack>>;
beforeEach(async () => {
  rack = await openRack();
});
afterEach(() => rack.close());

async function rows(): Promise<number[]> {
  const { client } = rack;
  const lists = [client.nodes.list({}), client.networks.list({}), client.images.list({})] as const;
  return (await Promise.all(lists)).map(list => list.length);
}

/** An image of a person, with the name that ours has. */
async function importOwn(): Promise<ImageId> {
  const path = join(rack.dataDir, 'own.raw');
  writeFileSync(path, demoImage(2 * 2 ** 20));
  const { id } = await rack.client.images.import({ path, name: 'Demo image' });
  await rack.theImage();
  return id;
}

describe('removing the virtual rack', () => {
  it('takes its servers, network, disks and image away, also while that is still imported', async () => {
    expect((await rack.client.images.list({}))[0]?.state).toBe('importing');
    await rack.client.virtualRack.stop({});
    expect(await rows()).toEqual([0, 0, 0]);
    expect(existsSync(join(rack.dataDir, 'virtual-rack'))).toBe(false);
  });

  it("leaves a person's image alone, whatever its name", async () => {
    const own = await importOwn();
    await rack.client.virtualRack.stop({});
    expect((await rack.client.images.list({})).map(({ id }) => id)).toEqual([own]);
  });

  it('takes nothing away while a deployment of another server needs its image', async () => {
    const image = await rack.theImage();
    // Its own connection to the same database: no network of this test could serve a real server.
    const store = openStore(join(rack.dataDir, 'rackside.db'), new Uint8Array(32), () => 1);
    store.nodes.save(aNode({ name: 'real' }));
    store.deployments.create(aDeployment({ state: 'running', imageId: image.id }), aRequest());
    store.close();
    const before = await rows();
    const stopped = rack.client.virtualRack.stop({});
    await expect(stopped).rejects.toMatchObject({ code: 'input.in_use', details: { by: 'r1u01' } });
    expect(await rows()).toEqual(before);
  });
});
