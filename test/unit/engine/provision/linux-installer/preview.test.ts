import { afterEach, beforeEach, expect, test } from 'vitest';
import { previewAnswerFile } from '#engine/provision/deploy/linux-installer/preview.ts';
import { profileSecrets } from '#engine/provision/profile-secrets.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { installerFamilies } from '#shared/contract/index.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aNode, aProfile, nodeId } from '#test/fakes/rows.ts';
import { assets } from './plans.ts';

const storedHash = `$6$storedsalt$${'a'.repeat(86)}`;
const user = { name: 'ops', fullName: '', sshAuthorizedKeys: [], sudo: true, hasPassword: true };
const profile = aProfile({ users: [user] });

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.profiles.save(profile);
  store.secrets.put(profileSecrets(profile.id), 'ops', storedHash);
});
afterEach(() => store.close());

test.each(installerFamilies)(
  'a preview for %s shows that a user has a password, and not its hash',
  family => {
    const request = { profile, family, nodeId: null, imageId: null, templateText: undefined };
    const { text } = previewAnswerFile(store, assets, request);
    expect(text).not.toContain('storedsalt');
    expect(text).toContain('$6$notshown$');
  },
);

test('a preview is for the boot mode that is asked for, also before the server was inspected in it', () => {
  const ofNode = (bootMode: 'bios' | 'uefi') => {
    store.nodes.save(aNode({ bootMode, inventory: anInventory({ firmware: 'bios' }) }));
    const request = { profile, nodeId, imageId: null, templateText: undefined };
    return previewAnswerFile(store, assets, { ...request, family: 'debian-installer' }).text;
  };
  expect(ofNode('uefi')).toContain('method{ efi }');
  expect(ofNode('bios')).toContain('method{ biosgrub }');
});
