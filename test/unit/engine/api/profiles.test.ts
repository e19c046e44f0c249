import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { profileHandlers } from '#engine/api/profiles.ts';
import { profileSecrets } from '#engine/provision/profile-secrets.ts';
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

const handlersOf = (of: Store) =>
  profileHandlers({
    store: of,
    now: () => 1,
    hashPassword: password => `hash of ${password}`,
    standardTemplate: () => '',
    standardPhrases: () => [],
    preview: () => ({ text: '', problems: [] }),
  });
const remove = () => handlersOf(store).remove({ id: profileId }, signal);
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

it("a user's password that another computer sealed is kept when the profile is changed, until it is typed anew", async () => {
  const folder = mkdtempSync(join(tmpdir(), 'rk-profiles-'));
  const here = new Uint8Array(32).fill(1);
  const elsewhere = new Uint8Array(32).fill(2);
  const user = (name: string, password?: string) => ({
    name,
    fullName: '',
    sshAuthorizedKeys: [],
    sudo: false,
    ...(password !== undefined && { password }),
  });
  const withKey = async <Found>(key: Uint8Array, act: (opened: Store) => Promise<Found>) => {
    const opened = openStore(join(folder, 'rackside.db'), key);
    try {
      return await act(opened);
    } finally {
      opened.close();
    }
  };
  const updated = (users: ReturnType<typeof user>[]) => async (opened: Store) =>
    (await handlersOf(opened).update({ ...aProfile(), users }, signal)).users.map(each => each.hasPassword);
  const stored = async (opened: Store) =>
    ['anna', 'bert', 'carl'].map(name => opened.secrets.get(profileSecrets(profileId), name));
  try {
    await withKey(elsewhere, async opened => {
      opened.profiles.save(aProfile());
      await updated([user('anna', 'a'), user('bert', 'b'), user('carl', 'c')])(opened);
    });
    const kept = updated([user('anna'), user('bert', ''), user('carl', 'new')]);
    expect(await withKey(here, kept)).toEqual([true, false, true]);
    expect(await withKey(here, stored)).toEqual([undefined, undefined, 'hash of new']);
    expect(await withKey(elsewhere, stored)).toEqual(['hash of a', undefined, undefined]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
