import { createHash } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync, readlinkSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { type DiscImage, openDiscImage } from '#engine/images/disc-image.ts';
import type { DiscDirectory, DiscFile } from '#engine/media/disc-tree/disc-tree.ts';
import { runProgram } from '#test/lab/program.ts';

/** path → `size sha256`, or `→ target`; directories only when they are empty. */
export type Listing = ReadonlyMap<string, string>;

const described = (bytes: Uint8Array): string =>
  `${bytes.length} ${createHash('sha256').update(bytes).digest('hex')}`;

export function listingOnDisk(folder: string): Listing {
  const found = new Map<string, string>();
  const walk = (inside: string): void => {
    const entries = readdirSync(path.join(folder, inside), { withFileTypes: true });
    if (entries.length === 0) found.set(inside, 'empty directory');
    for (const entry of entries) {
      const child = inside === '' ? entry.name : `${inside}/${entry.name}`;
      const full = path.join(folder, child);
      if (entry.isDirectory()) walk(child);
      else if (entry.isSymbolicLink()) found.set(child, `→ ${readlinkSync(full)}`);
      else found.set(child, described(readFileSync(full)));
    }
  };
  walk('');
  return sorted(found);
}

export async function listingOfDisc(disc: DiscImage): Promise<Listing> {
  const found = new Map<string, string>();
  const walk = async (directory: DiscDirectory, inside: string): Promise<void> => {
    if (directory.entries.size === 0) found.set(inside, 'empty directory');
    for (const [name, node] of directory.entries) {
      const child = inside === '' ? name : `${inside}/${name}`;
      if (node.kind === 'directory') await walk(node, child);
      else if (node.kind === 'symlink') found.set(child, `→ ${node.target}`);
      else found.set(child, `${node.sizeBytes} ${await sha256Of(disc, node)}`);
    }
  };
  await walk(disc.root, '');
  return sorted(found);
}

async function sha256Of(disc: DiscImage, file: DiscFile): Promise<string> {
  const hash = createHash('sha256');
  for (let at = 0; at < file.sizeBytes; at += 2 ** 20) hash.update(await disc.read(file, at, 2 ** 20));
  return hash.digest('hex');
}

function sorted(found: ReadonlyMap<string, string>): Listing {
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Opens an image that must be one. */
export async function openDisc(image: string): Promise<DiscImage> {
  const disc = await openDiscImage(image);
  if (disc === undefined) throw new Error(`${image} is not there`);
  if (!disc.ok) throw new Error(`${image}: ${disc.code} at ${disc.offset}: ${disc.reason}`);
  return disc.value;
}

/** What our reader finds in an image. */
export async function listingOfImage(image: string): Promise<Listing> {
  const disc = await openDisc(image);
  try {
    return await listingOfDisc(disc);
  } finally {
    await disc.close();
  }
}

export async function extractWithXorriso(image: string, folder: string): Promise<Listing> {
  await runProgram('xorriso', ['-osirrox', 'on', '-indev', image, '-extract', '/', folder]);
  await runProgram('chmod', ['-R', 'u+rwx', folder]);
  return listingOnDisk(folder);
}

/** `[BOOT]` is 7-Zip's own idea of El Torito. */
export async function extractWith7Zip(image: string, folder: string, type: 'iso' | 'udf'): Promise<Listing> {
  await runProgram('7z', ['x', `-t${type}`, `-o${folder}`, '-y', '-snl', image]);
  const found = new Map(listingOnDisk(folder));
  for (const name of found.keys()) if (name.startsWith('[BOOT]')) found.delete(name);
  return found;
}

/** Makes a tree of files; a value with `→ ` is a symbolic link. */
export function writeTree(folder: string, files: Readonly<Record<string, string | Uint8Array>>): void {
  for (const [name, content] of Object.entries(files)) {
    const full = path.join(folder, name);
    mkdirSync(path.dirname(full), { recursive: true });
    if (typeof content === 'string' && content.startsWith('→ ')) symlinkSync(content.slice(2), full);
    else writeFileSync(full, content);
  }
}
