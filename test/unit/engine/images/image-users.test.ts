import { afterEach, beforeEach, expect, it } from 'vitest';
import { neededBy, servedTo, usersOf } from '#engine/images/image-users.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { Deployment } from '#shared/contract/index.ts';
import type { DeploymentId, ImageId, NodeId } from '#shared/model/ids.ts';
import { aRequest, aServerPlan } from '#test/fakes/engine/stored-request.ts';
import { aBatch, aDeployment, aNode, anImage, anInstaller, imageId } from '#test/fakes/rows.ts';

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
});
afterEach(() => store.close());

const server = (digit: number) => `00000000-0000-4000-8000-00000000000${digit}` as NodeId;
function deploy(digit: number, change: Partial<Deployment>): void {
  const id = `33333333-3333-4333-8333-33333333333${digit}` as DeploymentId;
  store.deployments.create(aDeployment({ id, ...change }), aRequest());
}

it('an image is used by who needs it, and by servers that still run what was installed from it', () => {
  for (const digit of [1, 2, 3]) store.nodes.save(aNode({ id: server(digit), name: `r${digit}` }));
  deploy(1, { nodeId: server(1), nodeName: 'r1', state: 'running' });
  deploy(2, { nodeId: server(2), state: 'succeeded', createdAt: 1 });
  deploy(3, { nodeId: server(2), state: 'succeeded', createdAt: 2, imageId: server(9) as string as ImageId });
  deploy(4, { nodeId: server(3), state: 'succeeded' });
  const batch = aBatch({ name: 'wave' });
  store.batches.create(batch, [aServerPlan()]);
  const needing = [
    { kind: 'deployment', id: server(1), name: 'r1' },
    { kind: 'batch', id: batch.id, name: 'wave' },
  ];
  expect(neededBy(store, imageId)).toEqual(needing);
  expect(usersOf(store, imageId)).toEqual([...needing, { kind: 'installed', id: server(3), name: 'r3' }]);
});

it('an image whose kernel or initrd another one is booted with is needed by it, and served with it', () => {
  const own = server(9) as string as ImageId;
  const installer = anInstaller({ kernelImageId: imageId, initrdImageId: imageId });
  store.images.save({
    ...anImage({ id: own, name: 'netinst', kind: 'installer', installer }),
    sourcePath: '/x',
  });
  store.nodes.save(aNode({ id: server(1), name: 'r1' }));
  expect(neededBy(store, imageId)).toEqual([{ kind: 'image', id: own, name: 'netinst' }]);
  deploy(1, { nodeId: server(1), nodeName: 'r1', state: 'running', kind: 'linux-installer', imageId: own });
  expect(servedTo(store, imageId)).toEqual([{ kind: 'deployment', id: server(1), name: 'r1' }]);
});

it('a batch needs an image once, and only as long as one of its servers waits', () => {
  const [first] = aBatch().servers;
  if (first === undefined) throw new Error('no server');
  const batch = aBatch({ servers: [first, { ...first, nodeId: server(2) }] });
  store.batches.create(batch, [aServerPlan(), aServerPlan({ nodeId: server(2) })]);
  expect(neededBy(store, imageId)).toEqual([{ kind: 'batch', id: batch.id, name: batch.name }]);
  const servers = batch.servers.map(one => ({ ...one, state: 'refused' as const }));
  store.batches.save({ ...batch, servers });
  expect(neededBy(store, imageId)).toEqual([]);
});

it('a batch in which a server waits to be tried again needs its image too', () => {
  store.nodes.save(aNode({ id: server(1), name: 'r1' }));
  deploy(1, { nodeId: server(1), state: 'failed' });
  const [deployment] = store.deployments.list();
  const servers = aBatch().servers.map(one => ({ ...one, deploymentId: deployment?.id ?? null }));
  const batch = aBatch({ servers });
  store.batches.create(batch, []);
  expect(neededBy(store, imageId)).toEqual([{ kind: 'batch', id: batch.id, name: batch.name }]);
});
