import {
  type DiskRule,
  type IdentityDrive,
  type Profile,
  type ProfileInput,
  profileInput,
  type Repository,
} from '#shared/contract/index.ts';
import { storageLayoutProblems } from '#shared/contract/storage-layout.ts';
import { type Keyed, newRowKey } from '../../ui/list-rows.ts';
import { areSshKeys, readKeys } from '../deploy/deploy-form.ts';
import { formOfStorage, formOfTemplate, type StorageForm, storageOf } from './storage-form.ts';

export interface DiskRuleForm extends Keyed {
  readonly action: DiskRule['action'];
  readonly pciId: string;
  readonly driver: string;
  readonly transport: string;
  readonly wwnFrom: string;
  readonly wwnTo: string;
  readonly multipath: 'any' | 'yes' | 'no';
}

export interface UserForm extends Keyed {
  readonly name: string;
  readonly fullName: string;
  readonly sudo: boolean;
  readonly keys: string;
  /** What is typed now; the stored one is never shown. */
  readonly password: string;
  readonly removesPassword: boolean;
  /** Under which name the engine has this user; empty: it does not. */
  readonly storedName: string;
  readonly hasPassword: boolean;
}

export type RepositoryForm = Keyed & Repository;

export interface ScriptForm extends Keyed {
  readonly name: string;
  readonly text: string;
}

/** What the fields hold: text, as typed. */
export interface ProfileForm {
  readonly name: string;
  readonly description: string;
  readonly storage: StorageForm | null;
  readonly diskRules: readonly DiskRuleForm[];
  readonly timeZone: string;
  readonly locale: string;
  readonly keyboard: string;
  readonly users: readonly UserForm[];
  readonly packages: string;
  readonly repositories: readonly RepositoryForm[];
  readonly postScripts: readonly ScriptForm[];
  readonly kernelArguments: string;
  readonly rebuildInitramfs: boolean;
  readonly identityDrive: IdentityDrive;
}

export function newProfile(timeZone: string): ProfileForm {
  return {
    name: '',
    description: '',
    storage: formOfTemplate('lvm'),
    diskRules: [],
    timeZone,
    locale: 'en_US.UTF-8',
    keyboard: 'us',
    users: [],
    packages: '',
    repositories: [],
    postScripts: [],
    kernelArguments: '',
    rebuildInitramfs: true,
    identityDrive: 'config-drive',
  };
}

export function formOfProfile(profile: Profile): ProfileForm {
  const { name, description, timeZone, locale, keyboard } = profile;
  const { kernelArguments, rebuildInitramfs, identityDrive } = profile;
  return {
    name,
    description,
    timeZone,
    locale,
    keyboard,
    kernelArguments,
    rebuildInitramfs,
    identityDrive,
    storage: formOfStorage(profile.storage),
    diskRules: profile.diskRules.map(formOfRule),
    users: profile.users.map(user => ({
      key: newRowKey(),
      name: user.name,
      fullName: user.fullName,
      sudo: user.sudo,
      keys: user.sshAuthorizedKeys.join('\n'),
      password: '',
      removesPassword: false,
      storedName: user.name,
      hasPassword: user.hasPassword,
    })),
    packages: profile.packages.join('\n'),
    repositories: profile.repositories.map(one => ({ key: newRowKey(), ...one })),
    postScripts: profile.postScripts.map(one => ({ key: newRowKey(), ...one })),
  };
}

/** A password can only be kept where it is. */
export function formOfCopy(source: Profile, name: string): ProfileForm {
  const form = formOfProfile(source);
  const users = form.users.map(user => ({ ...user, storedName: '', hasPassword: false }));
  return { ...form, name, users };
}

/** The password that the engine holds for a user hangs on the name: another name is without it. */
export function storedPassword({ name, storedName, hasPassword }: UserForm): 'none' | 'there' | 'lost' {
  if (!hasPassword) return 'none';
  return name.trim() === storedName ? 'there' : 'lost';
}

/** Of a user with a name that the engine knows from another one, nothing is kept by chance. */
function passwordOf({ name, storedName, password, removesPassword }: UserForm) {
  if (password !== '') return { password };
  return name.trim() === storedName && !removesPassword ? {} : { password: '' };
}

function formOfRule({ action, match }: DiskRule): DiskRuleForm {
  const { pciId = '', driver = '', transport = '', wwnFrom = '', wwnTo = '', multipath } = match;
  const onPaths = multipath === undefined ? 'any' : multipath ? 'yes' : 'no';
  return { key: newRowKey(), action, pciId, driver, transport, wwnFrom, wwnTo, multipath: onPaths };
}

function ruleOf({ action, pciId, driver, transport, wwnFrom, wwnTo, multipath }: DiskRuleForm): DiskRule {
  const texts = Object.entries({ pciId, driver, transport, wwnFrom, wwnTo })
    .map(([name, text]) => [name, text.trim()])
    .filter(([, text]) => text !== '');
  return {
    action,
    match: { ...Object.fromEntries(texts), ...(multipath !== 'any' && { multipath: multipath === 'yes' }) },
  };
}

export const readLines = (text: string): readonly string[] =>
  text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '');

/** As the contract has it, right or wrong. */
function candidateOf(form: ProfileForm): ProfileInput {
  return {
    name: form.name,
    description: form.description,
    storage: storageOf(form.storage),
    diskRules: form.diskRules.map(ruleOf),
    timeZone: form.timeZone.trim(),
    locale: form.locale.trim(),
    keyboard: form.keyboard.trim(),
    users: form.users.map(user => ({
      name: user.name.trim(),
      fullName: user.fullName,
      sudo: user.sudo,
      sshAuthorizedKeys: [...readKeys(user.keys)],
      ...passwordOf(user),
    })),
    packages: [...readLines(form.packages)],
    repositories: form.repositories.map(({ name, url, suite, checkSignatures }) => ({
      name: name.trim(),
      url: url.trim(),
      suite: suite.trim(),
      checkSignatures,
    })),
    postScripts: form.postScripts.map(({ name, text }) => ({ name, text })),
    kernelArguments: form.kernelArguments.trim(),
    rebuildInitramfs: form.rebuildInitramfs,
    identityDrive: form.identityDrive,
  };
}

/** Null while something is wrong. */
export function profileInputOf(form: ProfileForm): ProfileInput | null {
  if (profileProblems(form).length > 0) return null;
  return profileInput.safeParse(candidateOf(form)).data ?? null;
}

export interface ProfileProblem {
  /** `storage.partitions.0.size`, `users.1.name`. */
  readonly path: string;
  /** Catalogue key with its values. */
  readonly key: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** What is wrong and where; empty: it can be stored. */
export function profileProblems(form: ProfileForm): readonly ProfileProblem[] {
  const candidate = candidateOf(form);
  const issues = profileInput.safeParse(candidate).error?.issues ?? [];
  const shape = issues
    // Those of the layout are found below, also while something else is wrong.
    .filter(issue => issue.code !== 'custom')
    .map(({ path }) => ({
      path: path.join('.'),
      key: `profileProblem.${problemName(path)}`,
      values: path[0] === 'packages' ? { found: candidate.packages[Number(path[1])] ?? '' } : {},
    }));
  const layout = (candidate.storage === null ? [] : storageLayoutProblems(candidate.storage)).map(
    ({ path, code, values }) => ({
      path: ['storage', ...path].join('.'),
      key: `layoutProblem.${code}`,
      values,
    }),
  );
  return [...shape, ...layout, ...relations(form)];
}

/** `users.1.name` → `users.name`; a list as a whole and a choice keep their names. */
function problemName(path: readonly PropertyKey[]): string {
  const [first, ...rest] = path.filter(part => typeof part === 'string' && part !== 'match');
  return [first, rest.at(-1)].filter(part => part !== undefined).join('.');
}

/** What a field's own shape does not tell. */
function relations(form: ProfileForm): readonly ProfileProblem[] {
  const problems: ProfileProblem[] = [];
  const add = (path: string, key: string) => void problems.push({ path, key, values: {} });
  const twice = (list: 'users' | 'repositories') => {
    const names = form[list].map(({ name }) => name.trim());
    for (const [index, name] of names.entries())
      if (name !== '' && names.indexOf(name) !== index)
        add(`${list}.${index}.name`, 'profileProblem.nameTwice');
  };
  twice('users');
  twice('repositories');
  for (const [index, { keys }] of form.users.entries())
    if (!areSshKeys(keys)) add(`users.${index}.sshAuthorizedKeys`, 'profileProblem.users.sshAuthorizedKeys');
  return problems;
}

export const profileSections = [
  'general',
  'storage',
  'diskRules',
  'system',
  'users',
  'software',
  'scripts',
] as const;
export type ProfileSection = (typeof profileSections)[number];

const sectionOfField: Readonly<Record<keyof ProfileForm, ProfileSection>> = {
  name: 'general',
  description: 'general',
  storage: 'storage',
  diskRules: 'diskRules',
  timeZone: 'system',
  locale: 'system',
  keyboard: 'system',
  kernelArguments: 'system',
  rebuildInitramfs: 'system',
  identityDrive: 'system',
  users: 'users',
  packages: 'software',
  repositories: 'software',
  postScripts: 'scripts',
};

/** What somebody else has stored since `before`: a save would put this form's in its place. */
function changedFields(before: Profile, now: Profile): readonly (keyof ProfileForm)[] {
  const fields = Object.keys(sectionOfField) as (keyof ProfileForm)[];
  return fields.filter(field => JSON.stringify(before[field]) !== JSON.stringify(now[field]));
}

export function changedSections(before: Profile, now: Profile): readonly ProfileSection[] {
  const fields = changedFields(before, now);
  return profileSections.filter(section => fields.some(field => sectionOfField[field] === section));
}

/** The form with what somebody else has stored meanwhile; the rest as it was typed. */
export function withStored(form: ProfileForm, before: Profile, now: Profile): ProfileForm {
  const stored = formOfProfile(now);
  const theirs = changedFields(before, now).map(field => [field, stored[field]]);
  return { ...form, ...Object.fromEntries(theirs) };
}

export function sectionOf({ path }: ProfileProblem): ProfileSection {
  const field = path.split('.')[0] as keyof ProfileForm;
  return sectionOfField[field];
}

/**
 * What a change is about: the field, and which rows it has in which order. What is typed into the same rows is undone
 * together; a row that came, went or moved is undone by itself.
 */
export function partOf(change: Partial<ProfileForm>): string {
  const rows = JSON.stringify(change).match(/"key":"\d+"/g) ?? [];
  return [...Object.keys(change), ...rows].join(' ');
}
