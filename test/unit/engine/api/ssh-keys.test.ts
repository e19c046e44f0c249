import { afterEach, beforeEach, expect, it } from 'vitest';
import { profileHandlers } from '#engine/api/profiles.ts';
import { settingsHandlers } from '#engine/api/settings.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { profileInput } from '#shared/contract/index.ts';
import type { ProfileId } from '#shared/model/ids.ts';
import { aProfile } from '#test/fakes/rows.ts';
import { ed25519Key, rsaKey } from '#test/unit/engine/identity/keys.ts';

let store: Store;
const signal = new AbortController().signal;
const withOptions = `from="10.0.0.0/8" ${rsaKey}`;

beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
});
afterEach(() => store.close());

const profiles = () =>
  profileHandlers({
    store,
    now: () => 1,
    hashPassword: password => password,
    standardTemplate: () => '',
    standardPhrases: () => [],
    preview: () => ({ text: '', problems: [] }),
  });
const withKeys = (...sshAuthorizedKeys: string[]) =>
  profileInput.parse({
    ...aProfile(),
    users: [
      { name: 'dev', fullName: '', sshAuthorizedKeys: [], sudo: false },
      { name: 'ops', fullName: '', sshAuthorizedKeys, sudo: true },
    ],
  });
const refusedAt = (path: string, code: string) =>
  expect.objectContaining({
    code: 'input.invalid',
    details: { issues: [expect.objectContaining({ path, code, values: { line: 2 } })] },
  });

it.each([
  ['options', withOptions, 'ssh_key.options'],
  ['its end missing', ed25519Key.slice(0, 59), 'ssh_key.bad_base64'],
])('a profile with a key that has %s is not stored', async (_name, bad, code) => {
  const refused = refusedAt('users.1.sshAuthorizedKeys', code);
  await expect(profiles().create(withKeys(ed25519Key, bad), signal)).rejects.toEqual(refused);
  expect(store.profiles.list()).toEqual([]);
  const created = await profiles().create(withKeys(ed25519Key, rsaKey), signal);
  const id = created.id as ProfileId;
  await expect(profiles().update({ ...withKeys(ed25519Key, bad), id }, signal)).rejects.toEqual(refused);
  expect(store.profiles.find(id)?.users[1]?.sshAuthorizedKeys).toEqual([ed25519Key, rsaKey]);
});

it('the default keys are checked when they are stored', async () => {
  const settings = settingsHandlers(store, async () => undefined);
  await expect(settings.update({ defaultSshKeys: [ed25519Key, withOptions] }, signal)).rejects.toEqual(
    refusedAt('defaultSshKeys', 'ssh_key.options'),
  );
  expect(store.settings.get().defaultSshKeys).toEqual([]);
  expect((await settings.update({ defaultSshKeys: [ed25519Key] }, signal)).defaultSshKeys).toEqual([
    ed25519Key,
  ]);
});
