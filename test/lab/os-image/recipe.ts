/** The recipe of the lab's operating system image: where its files are and the hash that names what they build. */
import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';

export const recipeDir = import.meta.dirname;

/** Sha256 over names and contents of every file of the recipe, this program included; 12 hex digits of it. */
export async function recipeHash(): Promise<string> {
  const entries = await readdir(recipeDir, { recursive: true, withFileTypes: true });
  const files = entries
    .filter(entry => entry.isFile())
    .map(entry => relative(recipeDir, join(entry.parentPath, entry.name)))
    .toSorted();
  const hash = createHash('sha256');
  for (const file of files) {
    hash.update(`${file.split(sep).join('/')}\0`);
    hash.update(await readFile(join(recipeDir, file)));
  }
  return hash.digest('hex').slice(0, 12);
}

/** Names in use by the recipe's text files: one a line, `#` starts a comment. */
export async function recipeLines(file: string): Promise<readonly string[]> {
  const text = await readFile(join(recipeDir, file), 'utf8');
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}
