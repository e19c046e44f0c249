import { accessSync, chownSync, constants, existsSync, lchownSync, mkdirSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { defaultDataDir } from '#shared/model/default-data-dir.ts';
import type { WindowUser } from './window-user.ts';

/** The data directory of who is at the machine: `sudo npm start` goes on with what `npm start` began, and the other way. */
export function dataDirOf(user: WindowUser | undefined): string {
  const home = user?.isCaller === true && existsSync(user.home) ? user.home : os.homedir();
  return defaultDataDir({ platform: process.platform, env: process.env, home });
}

/** Makes a folder and what is missing above it, all of it the user's. */
export function makeFolderFor({ uid, gid }: WindowUser, folder: string): void {
  const made = mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (made === undefined || uid === undefined || gid === undefined) return;
  for (let part = folder; part.length >= made.length; part = path.dirname(part)) chownSync(part, uid, gid);
}

/** Hands over what root has written into the user's folder. */
export function giveFolderTo({ uid, gid }: WindowUser, folder: string): void {
  if (uid === undefined || gid === undefined) return;
  for (const name of ['.', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })])
    lchownSync(path.join(folder, name), uid, gid);
}

/** A start as root that was killed could not hand over its files. Throws what to do about it. */
export function refuseForeignData(dataDir: string): void {
  const database = path.join(dataDir, 'rackside.db');
  if (!existsSync(database)) return;
  try {
    accessSync(database, constants.R_OK | constants.W_OK);
  } catch {
    throw new Error(
      `${database} belongs to another user, perhaps since a start as root was killed:\n  sudo chown -R "$(id -u):$(id -g)" '${dataDir}'`,
    );
  }
}
