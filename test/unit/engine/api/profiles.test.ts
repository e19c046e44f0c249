import { afterEach, beforeEach, expect, it } from 'vitest';
import { profileHandlers } from '#engine/api/profiles.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { aRequest, aServerPlan } from '#test/fakes/engine/stored-request.ts';
import { aBatch, aDeployment, aNode, aProfile, deploymentId } from '#test/fakes/rows.ts';

const signal = new AbortController().signal;
const { id: profileId } = aProfile();
let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.profiles.save(aProfile());
  store.nodes.save(aNode());
});
afterEach(() => store.close());

const remove = () =>
  profileHandlers({
    store,
    now: () => 1,
    hashPassword: password => password,
    standardTemplate: () => '',
    standardPhrases: () => [],
    preview: () => ({ text: '', problems: [] }),
  }).remove({ id: profileId }, signal);
const inUse = (by: string) => ({
  code: 'input.in_use',
  details: { what: aProfile().name, by },
});

it('a profile that a server of a batch waits for is not removed, and the batch is named', async () => {
  const batch = aBatch({ name: 'wave', state: 'stopped' });
  store.batches.create(batch, [aServerPlan({ profileId })]);
  await expect(remove()).rejects.toMatchObject(inUse('wave'));
  const servers = batch.servers.map(server => ({ ...server, state: 'cancelled' as const }));
  store.batches.save({ ...batch, state: 'ended', servers });
  await remove();
  expect(store.profiles.list()).toEqual([]);
});

it('nor is one with which a server is installed, or waits to be tried again', async () => {
  store.deployments.create(aDeployment({ state: 'running' }), aRequest({ profileId }));
  await expect(remove()).rejects.toMatchObject(inUse('r1u01'));
  store.deployments.save(aDeployment({ state: 'failed' }));
  const servers = aBatch().servers.map(server => ({ ...server, deploymentId }));
  store.batches.create(aBatch({ name: 'wave', servers }), []);
  await expect(remove()).rejects.toMatchObject(inUse('wave'));
});
