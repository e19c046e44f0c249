/** The recipe of something that the lab builds: a folder of files, and the hash that names what they build. */
import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { repositoryRoot } from './program.ts';

/** What was built stays here. */
export const labCache = join(repositoryRoot, '.cache', 'lab');

/**
 * A file of the cache, made unless it is there: `build` gets an empty folder and gives the path of what it has made, which
 * is moved into place as the last thing.
 */
export async function builtOnce(name: string, build: (work: string) => Promise<string>): Promise<string> {
  const path = join(labCache, name);
  if ((await stat(path).catch(() => undefined)) !== undefined) return path;
  await mkdir(labCache, { recursive: true });
  const work = await mkdtemp(join(labCache, 'build-'));
  try {
    await rename(await build(work), path);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return path;
}

/** Sha256 over names and contents of every file of the recipe, its program included; 12 hex digits of it. */
export async function recipeHash(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(folder, join(entry.parentPath, entry.name)))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file.split(sep).join('/')}\0`);
    hash.update(await readFile(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** Names in a text file of a recipe: one a line, `#` starts a comment. */
export async function recipeLines(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8');
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}
