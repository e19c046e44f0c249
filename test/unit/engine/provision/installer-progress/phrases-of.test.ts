import { afterEach, beforeEach, expect, it } from 'vitest';
import { phrasesOf, progressTables } from '#engine/provision/deploy/linux-installer/progress/phrases-of.ts';
import { withProfile } from '#engine/provision/deploy/storage-of.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, aNode, anImage, anInstaller, aProfile, imageId } from '#test/fakes/rows.ts';

const installer = anInstaller({ version: '12' });
const deployment = aDeployment({ kind: 'linux-installer' });
/** The answer file is made from our template: its script has the last word. */
const ours = { ...progressTables['debian-installer'], lastWordIsHook: true };
const own = [{ words: 'my words', phase: 'mine', percent: 50, quietSeconds: 60 }];
const { id: profileId } = aProfile();

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.nodes.save(aNode());
  store.images.save({ ...anImage({ kind: 'installer', installer }), sourcePath: '/iso' });
  store.profiles.save(aProfile());
});
afterEach(() => store.close());

it('are ours for the installer of the image', () => {
  store.deployments.create(deployment, aRequest());
  expect(phrasesOf(store, deployment)).toEqual(ours);
});

it('are ours where the profile has some for another installer only', () => {
  store.profiles.saveText(profileId, 'anaconda', 'phrases', JSON.stringify([]));
  store.deployments.create(deployment, withProfile(store, aRequest({ profileId })));
  expect(phrasesOf(store, deployment)).toEqual(ours);
});

it('are the profile’s own as it was when the deployment was made, with our words for dialogs', () => {
  store.profiles.saveText(profileId, 'debian-installer', 'phrases', JSON.stringify(own));
  store.deployments.create(deployment, withProfile(store, aRequest({ profileId })));
  store.profiles.remove(profileId);
  expect(phrasesOf(store, deployment)).toEqual({
    phrases: own,
    waits: progressTables['debian-installer'].waits,
    lastWordIsHook: true,
  });
});

it('say when all is done only where a template of somebody’s own may have no hook', () => {
  store.profiles.saveText(profileId, 'debian-installer', 'template', 'd-i x');
  store.deployments.create(deployment, withProfile(store, aRequest({ profileId })));
  expect(phrasesOf(store, deployment).lastWordIsHook).toBe(false);
});

it.each(['{', '{}', '[{"words":""}]', 'null'])('are ours while a profile’s own do not parse: %s', text => {
  store.profiles.saveText(profileId, 'debian-installer', 'phrases', text);
  store.deployments.create(deployment, withProfile(store, aRequest({ profileId })));
  expect(phrasesOf(store, deployment)).toEqual(ours);
});

it('are none when the image is gone while its installer still logs', () => {
  store.deployments.create(deployment, aRequest());
  store.images.remove(imageId);
  expect(phrasesOf(store, deployment)).toEqual({ phrases: [], waits: [] });
});
