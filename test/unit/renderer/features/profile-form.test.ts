import { describe, expect, it } from 'vitest';
import { withDraft, withoutSaved } from '#renderer/features/profiles/answer-files/drafts.ts';
import {
  formsOfPhrases,
  phrasesOf,
  wrongPhraseFields,
} from '#renderer/features/profiles/answer-files/phrase-form.ts';
import { copyProfile } from '#renderer/features/profiles/copy-profile.ts';
import {
  changedSections,
  formOfCopy,
  formOfProfile,
  newProfile,
  type ProfileForm,
  partOf,
  profileInputOf,
  profileProblems,
  sectionOf,
  storedPassword,
  withStored,
} from '#renderer/features/profiles/profile-form.ts';
import {
  formOfStorage,
  formOfTemplate,
  layoutTemplates,
  newPlace,
  sizeOf,
  storageOf,
  templateOf,
} from '#renderer/features/profiles/storage-form.ts';
import { en } from '#renderer/i18n/en.ts';
import { withMovedRow } from '#renderer/ui/list-rows.ts';
import { type Profile, type RacksideClient, storageLayout } from '#shared/contract/index.ts';
import { aProfile } from '#test/fakes/rows.ts';

const named: ProfileForm = { ...newProfile('Europe/Berlin'), name: 'web' };
const problemsOf = (change: Partial<ProfileForm>) =>
  profileProblems({ ...named, ...change }).map(({ path, key }) => `${path} ${key}`);

describe('the form of a layout', () => {
  it('begins from layouts that can be made', () => {
    for (const template of layoutTemplates) {
      const layout = storageOf(formOfTemplate(template));
      if (layout !== null) expect(storageLayout.safeParse(layout).success, template).toBe(true);
      expect(templateOf(formOfTemplate(template))).toBe(template);
    }
  });

  it('gives the same sizes back that it was given', () => {
    const sizes = [2 ** 20, 1536 * 2 ** 20, 2 ** 30, 5 * 2 ** 40, 2 ** 30 + 512] as const;
    for (const size of sizes) {
      const layout = {
        partitionTable: 'gpt',
        raidLevel: null,
        partitions: [{ mountPoint: '/', fileSystem: 'ext4', size }],
        volumeGroup: null,
      } as const;
      expect(storageOf(formOfStorage({ ...layout, partitions: [...layout.partitions] }))).toEqual(layout);
    }
  });

  it('reads a size as a person types it, and nothing else', () => {
    expect(sizeOf({ amount: ' 1,5', unit: 'GiB' })).toBe(1.5 * 2 ** 30);
    for (const amount of ['', '-1', '1e3', '10G']) expect(sizeOf({ amount, unit: 'GiB' })).toBeNaN();
  });

  it('is one of its own after a change, and proposes a place that is free', () => {
    const lvm = formOfTemplate('lvm');
    if (lvm === null) throw new Error('no layout');
    expect(newPlace(lvm)).toMatchObject({ mountPoint: '/var', name: 'var' });
    expect(templateOf({ ...lvm, partitions: [...lvm.partitions, newPlace(lvm)] })).toBe('own');
  });
});

describe('the form of a profile', () => {
  it('comes back as it was stored', () => {
    const {
      id: _,
      createdAt: _c,
      updatedAt: _u,
      ownTemplates: _o,
      users,
      ...stored
    } = aProfile({
      storage: storageOf(formOfTemplate('raid-lvm')),
      diskRules: [{ action: 'exclude', match: { pciId: '1077:*', multipath: true, wwnFrom: '0x5000' } }],
      users: [{ name: 'ops', fullName: '', sshAuthorizedKeys: [], sudo: true, hasPassword: true }],
      packages: ['vim', '@core'],
      repositories: [{ name: 'extra', url: 'image:x/', suite: '', checkSignatures: true }],
      postScripts: [{ name: 'motd', text: 'echo hi' }],
    });
    const kept = users.map(({ hasPassword: _h, ...user }) => user);
    expect(profileInputOf(formOfProfile({ ...aProfile(), ...stored, users }))).toEqual({
      ...stored,
      users: kept,
    });
  });

  const user = (name: string, hasPassword = true) => ({
    name,
    fullName: '',
    sshAuthorizedKeys: [],
    sudo: true,
    hasPassword,
  });
  const withUsers = (...users: ReturnType<typeof user>[]) => formOfProfile(aProfile({ users }));
  const passwords = (form: ProfileForm) =>
    profileInputOf(form)?.users.map(({ name, password }) => [name, password]);

  it('keeps a password that nobody typed, replaces it, or takes it away', () => {
    const form = withUsers(user('ops'));
    const sent = (change: object) =>
      passwords({ ...form, users: form.users.map(row => ({ ...row, ...change })) });
    expect(sent({})).toEqual([['ops', undefined]]);
    expect(sent({ password: 'new' })).toEqual([['ops', 'new']]);
    expect(sent({ removesPassword: true })).toEqual([['ops', '']]);
  });

  it('says that a stored password is lost with its name, and lets nobody have that of another one', () => {
    const form = withUsers(user('admin'), user('ops'), user('web', false));
    const names = (...wanted: string[]) => ({
      ...form,
      users: form.users.map((row, index) => ({ ...row, name: wanted[index] ?? row.name })),
    });
    expect(form.users.map(storedPassword)).toEqual(['there', 'there', 'none']);
    const swapped = names('ops', 'admin');
    expect(swapped.users.map(storedPassword)).toEqual(['lost', 'lost', 'none']);
    expect(passwords(swapped)).toEqual([
      ['ops', ''],
      ['admin', ''],
      ['web', undefined],
    ]);
    const taken = { ...form, users: names('root2', 'ops', 'admin').users };
    expect(passwords(taken)?.at(-1)).toEqual(['admin', '']);
    const renamed = names('root2');
    const unticked = {
      ...renamed,
      users: renamed.users.map(row => ({ ...row, removesPassword: true, password: 'new' })),
    };
    expect(passwords(unticked)?.[0]).toEqual(['root2', 'new']);
  });

  it('of a copy has no password of the first one', () => {
    const copy = formOfCopy(aProfile({ users: [user('admin')] }), 'web (copy)');
    expect(copy.name).toBe('web (copy)');
    expect(copy.users.map(storedPassword)).toEqual(['none']);
  });

  it('knows what somebody else has stored meanwhile, and takes that over alone', () => {
    const before = aProfile({ packages: ['vim'] });
    const diskRules = [{ action: 'exclude' as const, match: { driver: 'megaraid_sas' } }];
    const now = { ...before, diskRules, updatedAt: before.updatedAt + 1 };
    expect(changedSections(before, now)).toEqual(['diskRules']);
    const texts = { ...before, ownTemplates: ['anaconda' as const], updatedAt: before.updatedAt + 1 };
    expect(changedSections(before, texts)).toEqual([]);
    const typed = { ...formOfProfile(before), packages: 'vim\nnginx' };
    expect(profileInputOf(withStored(typed, before, now))).toMatchObject({
      diskRules,
      packages: ['vim', 'nginx'],
    });
  });

  it('says what is wrong where it is, each with a sentence', () => {
    const row = { key: '1' };
    const [wrongUser] = withUsers(user('Ops')).users.map(one => ({ ...one, keys: 'nonsense' }));
    if (wrongUser === undefined) throw new Error('no user');
    const rule = {
      ...row,
      action: 'exclude',
      pciId: '10',
      driver: '',
      transport: '',
      multipath: 'any',
    } as const;
    const storage = formOfTemplate('lvm');
    const [boot] = storage?.partitions ?? [];
    if (storage === null || boot === undefined) throw new Error('no layout');
    const wrong: Partial<ProfileForm> = {
      name: '',
      timeZone: 'Berlin, Germany',
      locale: 'german',
      keyboard: '',
      kernelArguments: 'ü',
      packages: 'vim\n-rf',
      users: [wrongUser, wrongUser],
      repositories: [{ ...row, name: '', url: 'ftp://x', suite: 'ü', checkSignatures: true }],
      postScripts: [{ ...row, name: '', text: '' }],
      diskRules: [{ ...rule, wwnFrom: 'x', wwnTo: 'y' }],
      storage: { ...storage, partitions: [{ ...boot, amount: '', mountPoint: 'boot' }] },
    };
    const problems = problemsOf(wrong);
    expect(problems).toEqual(
      expect.arrayContaining([
        'name profileProblem.name',
        'packages.1 profileProblem.packages',
        'users.1.name profileProblem.nameTwice',
        'repositories.0.url profileProblem.repositories.url',
        'diskRules.0.match.pciId profileProblem.diskRules.pciId',
        'storage.partitions.0.size profileProblem.storage.size',
        'storage.partitions.0 layoutProblem.bad_mount_point',
      ]),
    );
    for (const { key } of profileProblems({ ...named, ...wrong })) expect(Object.keys(en)).toContain(key);
    expect(profileInputOf({ ...named, ...wrong })).toBeNull();
  });

  it('knows the section of a problem', () => {
    expect(
      profileProblems({ ...named, postScripts: [{ key: '1', name: '', text: '' }] }).map(sectionOf),
    ).toEqual(['scripts']);
  });
});

describe('what is undone together', () => {
  const users = (...names: string[]) =>
    partOf({
      users: names.map(name => ({
        key: name.slice(0, 1),
        name,
        fullName: '',
        sudo: true,
        keys: '',
        password: '',
        removesPassword: false,
        storedName: '',
        hasPassword: false,
      })),
    });

  it('is what is typed into the same rows', () => {
    expect(users('1 op')).toBe(users('1 ops'));
    expect(users('1 a', '2 b')).not.toBe(users('2 b', '1 a'));
    expect(users('1 a')).not.toBe(users('1 a', '2 b'));
    expect(partOf({ name: '"key":"1"' })).toBe(partOf({ name: '' }));
  });
});

describe('a list in a form', () => {
  it('moves a row one place, and not beyond its ends', () => {
    expect(withMovedRow(['a', 'b', 'c'], 2, -1)).toEqual(['a', 'c', 'b']);
    expect(withMovedRow(['a', 'b'], 0, -1)).toEqual(['a', 'b']);
    expect(withMovedRow(['a', 'b'], 1, 1)).toEqual(['a', 'b']);
  });
});

describe('the phrases of an installer', () => {
  it('are sent only when every row is whole', () => {
    const phrases = [{ words: 'Installing *', phase: 'packages', percent: 40, quietSeconds: 600 }];
    const forms = formsOfPhrases(phrases);
    expect(phrasesOf(forms)).toEqual(phrases);
    const broken = forms.map(form => ({ ...form, percent: '', quietSeconds: '5' }));
    expect(phrasesOf(broken)).toBeNull();
    expect(broken.flatMap(form => [...wrongPhraseFields(form)])).toEqual(['percent', 'quietSeconds']);
  });
});

describe('what was typed into an answer file and not saved', () => {
  it('is gone when it was saved, and stays when more was typed meanwhile', () => {
    const sent = withDraft({ subiquity: 'other' }, 'anaconda', 'text\n');
    expect(withoutSaved(sent, 'anaconda', 'text\n')).toEqual({ subiquity: 'other' });
    const typedOn = withDraft(sent, 'anaconda', 'text\nreboot\n');
    expect(withoutSaved(typedOn, 'anaconda', 'text\n')).toBe(typedOn);
    expect(withoutSaved(typedOn, 'anaconda', undefined)).toBe(typedOn);
  });
});

describe('a copy of a profile', () => {
  const texts = (setTemplate: (input: { text: string | null }) => Promise<Profile>) => {
    const calls: unknown[] = [];
    const note =
      <Input>(name: string, answer: (input: Input) => Promise<unknown>) =>
      (input: Input) => {
        calls.push([name, input]);
        return answer(input);
      };
    const isFirst = (input: { id: string; family: string }) =>
      input.id === source.id && input.family === 'subiquity';
    const profiles = {
      template: async (input: { id: string; family: string }) => ({
        text: isFirst(input) ? '#cloud-config' : 'ours',
        isOwn: isFirst(input),
      }),
      phrases: async (input: { id: string; family: string }) => ({ phrases: [], isOwn: isFirst(input) }),
      create: note('create', async () => copy),
      setTemplate: note('setTemplate', setTemplate),
      setPhrases: note('setPhrases', async () => copy),
      remove: note('remove', async () => ({})),
    };
    return { calls, client: { profiles } as unknown as Pick<RacksideClient, 'profiles'> };
  };
  const source = aProfile();
  const copy = aProfile({ id: '99999999-9999-4999-8999-999999999999' as Profile['id'], name: 'web (copy)' });
  const input = profileInputOf(formOfCopy(source, copy.name));
  if (input === null) throw new Error('not complete');
  const toCopy = { id: copy.id, family: 'subiquity' };

  it('has the own answer files and phrases of the first one', async () => {
    const { client, calls } = texts(async () => copy);
    expect(await copyProfile(client, source.id, input)).toBe(copy);
    expect(calls).toEqual([
      ['create', input],
      ['setTemplate', { ...toCopy, text: '#cloud-config' }],
      ['setPhrases', { ...toCopy, phrases: [] }],
    ]);
  });

  it('is not there at all when an answer file cannot be copied', async () => {
    const { client, calls } = texts(() => Promise.reject(new Error('broken')));
    await expect(copyProfile(client, source.id, input)).rejects.toThrow('broken');
    expect(calls.at(-1)).toEqual(['remove', { id: copy.id }]);
  });
});
