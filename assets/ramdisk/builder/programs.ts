import { lstat, readFile, readlink } from 'node:fs/promises';
import { dirname, join, normalize } from 'node:path';
import { readElfProgram } from './elf.ts';

/** Programs of unpacked packages with everything that they need to start, as paths of a ramdisk. */
export type TreeFile =
  | { readonly kind: 'file'; readonly source: string; readonly executable: boolean }
  | { readonly kind: 'link'; readonly target: string };

/** The last one has servers that other programs start by their path. */
const programFolders = ['usr/sbin', 'sbin', 'usr/bin', 'bin', 'usr/lib'];
const libraryFolders = ['lib/x86_64-linux-gnu', 'usr/lib/x86_64-linux-gnu', 'lib64', 'usr/lib', 'lib'];

/** Path in the ramdisk → file. Throws for a program or library that no package brought. */
export async function collectPrograms(
  tree: string,
  programs: readonly string[],
): Promise<Map<string, TreeFile>> {
  const files = new Map<string, TreeFile>();
  for (const program of programs) {
    const path = await findIn(tree, programFolders, program);
    if (path === undefined) throw new Error(`no package of the recipe has the program ${program}`);
    await collect(tree, path, files);
  }
  return files;
}

async function findIn(tree: string, folders: readonly string[], name: string): Promise<string | undefined> {
  for (const folder of folders) {
    const path = `${folder}/${name}`;
    if ((await lstat(join(tree, path)).catch(() => undefined)) !== undefined) return path;
  }
  return undefined;
}

async function collect(tree: string, path: string, files: Map<string, TreeFile>): Promise<void> {
  if (files.has(path)) return;
  const source = join(tree, path);
  const facts = await lstat(source);
  if (facts.isSymbolicLink()) {
    const target = await readlink(source);
    files.set(path, { kind: 'link', target });
    const next = target.startsWith('/') ? target.slice(1) : normalize(join(dirname(path), target));
    return await collect(tree, next, files);
  }
  files.set(path, { kind: 'file', source, executable: (facts.mode & 0o111) !== 0 });
  const elf = readElfProgram(await readFile(source));
  if (elf === undefined) return;
  if (elf.interpreter !== undefined) await collect(tree, elf.interpreter.slice(1), files);
  for (const library of elf.needed) {
    const found = await findIn(tree, libraryFolders, library);
    if (found === undefined) throw new Error(`${path} needs ${library}, which no package of the recipe has`);
    await collect(tree, found, files);
  }
}
