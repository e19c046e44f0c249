import { z } from 'zod';
import {
  type InstallerFamily,
  installerFamilies,
  type Profile,
  profile as profileShape,
} from '#shared/contract/index.ts';
import type { ProfileId } from '#shared/model/ids.ts';
import type { ChangeFeed } from './change-feed.ts';
import type { Database } from './database.ts';
import { defineTable, flag, json, plain, word } from './table.ts';

/** A text of a person's that stands in for ours: an answer file's template, or the phrases of an installer's log. */
export const profileText = z.object({
  family: z.enum(installerFamilies),
  kind: z.enum(['template', 'phrases']),
  text: z.string(),
});
export type ProfileText = z.infer<typeof profileText>;
type ProfileTextKind = ProfileText['kind'];

export interface ProfileRepository {
  list(): Profile[];
  find(id: ProfileId): Profile | undefined;
  findByName(name: string): Profile | undefined;
  save(profile: Omit<Profile, 'ownTemplates'>): Profile;
  remove(id: ProfileId): void;
  text(id: ProfileId, family: InstallerFamily, kind: ProfileTextKind): string | undefined;
  texts(id: ProfileId): ProfileText[];
  /** Null takes it away. */
  saveText(id: ProfileId, family: InstallerFamily, kind: ProfileTextKind, text: string | null): void;
}

type StoredText = ProfileText & { readonly profileId: ProfileId };

export function profileRepository(db: Database, feed: ChangeFeed): ProfileRepository {
  const { shape } = profileShape;
  const table = defineTable<Omit<Profile, 'ownTemplates'>>(
    db,
    'profiles',
    ['id'],
    {
      id: plain(),
      name: plain(),
      description: plain(),
      storage: json(shape.storage),
      diskRules: json(shape.diskRules),
      timeZone: plain(),
      locale: plain(),
      keyboard: plain(),
      users: json(shape.users),
      packages: json(shape.packages),
      repositories: json(shape.repositories),
      postScripts: json(shape.postScripts),
      kernelArguments: plain(),
      rebuildInitramfs: flag,
      identityDrive: word(shape.identityDrive),
      createdAt: plain(),
      updatedAt: plain(),
    },
    'name COLLATE NOCASE',
  );
  const texts = defineTable<StoredText>(
    db,
    'profile_texts',
    ['profileId', 'family', 'kind'],
    { profileId: plain(), family: word(shape.ownTemplates.element), kind: plain(), text: plain() },
    'family',
  );
  const textOf = (id: ProfileId, family: InstallerFamily, kind: ProfileTextKind) =>
    texts.first('profile_id = ? AND family = ? AND kind = ?', id, family, kind)?.text;
  const whole = (row: Omit<Profile, 'ownTemplates'>): Profile => ({
    ...row,
    ownTemplates: installerFamilies.filter(family => textOf(row.id, family, 'template') !== undefined),
  });
  const find = (id: ProfileId) => {
    const row = table.first('id = ?', id);
    return row === undefined ? undefined : whole(row);
  };
  const publish = (row: Profile) => feed.publish({ op: 'put', table: 'profiles', row });

  return {
    list: () => table.select().map(whole),
    find,
    findByName(name) {
      const row = table.first('name = ? COLLATE NOCASE', name);
      return row === undefined ? undefined : whole(row);
    },
    save(profile) {
      table.put(profile);
      const row = whole(profile);
      publish(row);
      return row;
    },
    remove(id) {
      if (table.delete('id = ?', id) > 0) feed.publish({ op: 'remove', table: 'profiles', ids: [id] });
    },
    text: textOf,
    texts: id => texts.select('profile_id = ?', id).map(({ profileId: _, ...text }) => text),
    saveText(id, family, kind, text) {
      if (text === null) texts.delete('profile_id = ? AND family = ? AND kind = ?', id, family, kind);
      else texts.put({ profileId: id, family, kind, text });
      const row = find(id);
      if (row !== undefined) publish(row);
    },
  };
}
