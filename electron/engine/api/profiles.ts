import { randomUUID } from 'node:crypto';
import type { PreviewRequest } from '#engine/provision/deploy/linux-installer/preview.ts';
import { parsePhrases } from '#engine/provision/deploy/linux-installer/progress/phrases-of.ts';
import { profileSecrets } from '#engine/provision/profile-secrets.ts';
import type { Store } from '#engine/store/store.ts';
import {
  type AnswerFileProblem,
  CodedError,
  type InstallerFamily,
  type Profile,
  type ProfileInput,
  type ProgressPhrase,
  type RacksideHandlers,
} from '#shared/contract/index.ts';
import type { ProfileId } from '#shared/model/ids.ts';
import { refuseBadKeys } from './ssh-keys.ts';

export interface ProfileHandlerParts {
  readonly store: Store;
  readonly now: () => number;
  readonly hashPassword: (password: string) => string;
  readonly standardTemplate: (family: InstallerFamily) => string;
  readonly standardPhrases: (family: InstallerFamily) => readonly ProgressPhrase[];
  /** The answer file that a server would get, with what is wrong about it. Never throws for a template's sake. */
  readonly preview: (request: PreviewRequest) => { text: string; problems: AnswerFileProblem[] };
}

export function profileHandlers(parts: ProfileHandlerParts): RacksideHandlers['profiles'] {
  const { store, now } = parts;

  /** Hashes of passwords: those that were given, and those of before for users whose password was not mentioned. */
  function keepPasswords(id: ProfileId, users: ProfileInput['users']): Profile['users'] {
    const owner = profileSecrets(id);
    const untouched = users.filter(({ password }) => password === undefined);
    // As they are sealed: after the restore of another computer's backup they do not open here, and are not lost.
    store.secrets.keepOnly(
      owner,
      untouched.map(({ name }) => name),
    );
    return users.map(({ password = '', ...user }) => {
      if (password !== '') store.secrets.put(owner, user.name, parts.hashPassword(password));
      return { ...user, hasPassword: store.secrets.has(owner, user.name) };
    });
  }

  function save(id: ProfileId, { users, ...input }: ProfileInput, createdAt: number): Profile {
    const other = store.profiles.findByName(input.name);
    if (other !== undefined && other.id !== id) {
      throw new CodedError('input.conflict', `there is a profile ${other.name}`, {
        what: 'profile',
        field: 'name',
        value: other.name,
      });
    }
    const twice = users.find(({ name }, index) => users.findIndex(user => user.name === name) !== index);
    if (twice !== undefined) {
      throw new CodedError('input.invalid', `user ${twice.name} is there twice`, {
        issues: [{ path: 'users', message: `${twice.name} is there twice` }],
      });
    }
    for (const [index, { sshAuthorizedKeys }] of users.entries())
      refuseBadKeys(`users.${index}.sshAuthorizedKeys`, sshAuthorizedKeys);
    return store.transaction(() =>
      store.profiles.save({
        ...input,
        id,
        users: keepPasswords(id, users),
        createdAt,
        updatedAt: now(),
      }),
    );
  }

  return {
    list: () => Promise.resolve(store.profiles.list()),
    create: async input => save(randomUUID() as ProfileId, input, now()),
    update: async ({ id, ...input }) => save(id, input, requireProfile(store, id).createdAt),
    async remove({ id }) {
      const profile = requireProfile(store, id);
      const by = userOf(store, id);
      if (by !== undefined)
        throw new CodedError('input.in_use', `${by} needs it`, { what: profile.name, by });
      store.transaction(() => {
        store.profiles.remove(id);
        store.secrets.remove(profileSecrets(id));
      });
      return {};
    },

    async template({ id, family }) {
      requireProfile(store, id);
      const own = store.profiles.text(id, family, 'template');
      return { text: own ?? parts.standardTemplate(family), isOwn: own !== undefined };
    },
    async setTemplate({ id, family, text }) {
      const profile = requireProfile(store, id);
      if (text !== null)
        refuseBroken(parts.preview({ profile, family, nodeId: null, imageId: null, templateText: text }));
      store.profiles.saveText(id, family, 'template', text);
      return requireProfile(store, id);
    },
    async preview({ id, templateText, ...about }) {
      return parts.preview({
        ...about,
        profile: requireProfile(store, id),
        templateText: templateText ?? undefined,
      });
    },

    async phrases({ id, family }) {
      requireProfile(store, id);
      const own = parsePhrases(store.profiles.text(id, family, 'phrases'));
      return { phrases: [...(own ?? parts.standardPhrases(family))], isOwn: own !== undefined };
    },
    async setPhrases({ id, family, phrases }) {
      requireProfile(store, id);
      store.profiles.saveText(id, family, 'phrases', phrases === null ? null : JSON.stringify(phrases));
      return requireProfile(store, id);
    },
  };
}

function requireProfile(store: Store, id: ProfileId): Profile {
  const profile = store.profiles.find(id);
  if (profile === undefined)
    throw new CodedError('input.not_found', 'no such profile', { what: 'profile', id });
  return profile;
}

/** The server that is installed with it, or the batch in which one waits for that, by name. */
function userOf(store: Store, id: ProfileId): string | undefined {
  const installed = store.deployments
    .running()
    .find(
      ({ id: deployment, kind }) =>
        kind !== 'cleaning' && kind !== 'rescue' && store.deployments.request(deployment).profileId === id,
    );
  const waiting = store.batches.waiting().find(({ request }) => request.profileId === id);
  return installed?.nodeName ?? waiting?.batch.name;
}

function refuseBroken({ problems }: { problems: AnswerFileProblem[] }): void {
  const errors = problems.filter(({ severity }) => severity === 'error');
  if (errors.length === 0) return;
  throw new CodedError('input.invalid', errors[0]?.text ?? 'invalid', {
    issues: errors.map(({ line, text }) => ({ path: `line ${line}`, message: text })),
  });
}
