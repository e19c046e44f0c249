import { z } from 'zod';
import type { Store } from '#engine/store/store.ts';
import {
  type Deployment,
  type InstallerFamily,
  type ProgressPhrase,
  progressPhrase,
} from '#shared/contract/index.ts';
import { ownText } from '../../storage-of.ts';
import type { ProgressTable } from './phrase-table.ts';
import { anaconda } from './tables/anaconda.ts';
import { autoyast } from './tables/autoyast.ts';
import { debianInstaller } from './tables/debian-installer.ts';
import { subiquity } from './tables/subiquity.ts';

export const progressTables: Readonly<Record<InstallerFamily, ProgressTable>> = {
  anaconda,
  'debian-installer': debianInstaller,
  subiquity,
  autoyast,
};

/**
 * The table for the installer of this deployment, with a person's own phrases where its profile has some. Logs come at any
 * time, also when the image is gone: then none of their lines means anything.
 */
export function phrasesOf(store: Store, { id, imageId }: Deployment): ProgressTable {
  const family = imageId === null ? undefined : store.images.find(imageId)?.installer?.family;
  if (family === undefined) return { phrases: [], waits: [] };
  const request = store.deployments.request(id);
  const table = tableOf(family, ownText(request, family, 'phrases'));
  return { ...table, lastWordIsHook: ownText(request, family, 'template') === undefined };
}

/** `ownPhrases`: as a profile keeps them. */
export function tableOf(family: InstallerFamily, ownPhrases: string | undefined): ProgressTable {
  const own = parsePhrases(ownPhrases);
  return own === undefined ? progressTables[family] : { ...progressTables[family], phrases: own };
}

/** A person's own phrases; a file on a disk is input too, so ones that do not parse count as none. */
export function parsePhrases(text: string | undefined): ProgressPhrase[] | undefined {
  if (text === undefined) return undefined;
  try {
    return z.array(progressPhrase).parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}
