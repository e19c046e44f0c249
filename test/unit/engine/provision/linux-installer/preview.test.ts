import { afterEach, beforeEach, expect, test } from 'vitest';
import { previewAnswerFile } from '#engine/provision/deploy/linux-installer/preview.ts';
import { profileSecrets } from '#engine/provision/profile-secrets.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { installerFamilies } from '#shared/contract/index.ts';
import { aProfile } from '#test/fakes/rows.ts';
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
