/** What a test brings along into a machine that starts the ramdisk. */
import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync } from 'node:zlib';

/** A program of this computer and what it is linked with; the loader comes along. Paths of this computer. */
export function programFiles(name: string): { program: string; libraries: readonly string[] } {
  const program = execFileSync('which', [name], { encoding: 'utf8' }).trim();
  const libraries = execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  return { program, libraries };
}

/** Copies a program into `/bin` of a root folder, and its libraries to where the loader looks for them. */
export function copyProgram(root: string, name: string): void {
  const { program, libraries } = programFiles(name);
  for (const [from, to] of [
    [program, `bin/${name}`] as const,
    ...libraries.map(file => [file, file] as const),
  ]) {
    mkdirSync(dirname(join(root, to)), { recursive: true });
    copyFileSync(from, join(root, to));
  }
}

/**
 * Kernel and ramdisk in `into`, with the files of `tree` in a folder of that name and, as its `init`, a shell script of these
 * lines that switches the machine off at its end: `rdinit=/TREE/init`.
 */
export function extendRamdisk(ramdiskFolder: string, into: string, tree: string, lines: readonly string[]) {
  // As the first program, which nothing may end before the power does.
  const init = ['#!/bin/sh', ...lines, 'echo o > /proc/sysrq-trigger; sleep 60'];
  mkdirSync(join(into, tree), { recursive: true });
  writeFileSync(join(into, tree, 'init'), `${init.join('\n')}\n`);
  chmodSync(join(into, tree, 'init'), 0o755);
  const archive = execFileSync('cpio', ['-o', '-H', 'newc', '--quiet'], {
    cwd: into,
    input: execFileSync('find', [tree], { cwd: into }),
    maxBuffer: 64 * 1024 * 1024,
  });
  // The kernel reads one archive after the other; one that is not compressed would have to begin at a multiple of four.
  const images = [readFileSync(join(ramdiskFolder, 'ramdisk.img')), gzipSync(archive)];
  writeFileSync(join(into, 'ramdisk.img'), Buffer.concat(images));
  copyFileSync(join(ramdiskFolder, 'vmlinuz'), join(into, 'vmlinuz'));
}
