import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { type CpioEntry, cpioArchive } from '#assets/ramdisk/builder/cpio.ts';
import { readElfProgram, readModuleInfo } from '#assets/ramdisk/builder/elf.ts';
import { chooseModules } from '#assets/ramdisk/builder/kernel-modules.ts';
import { collectPrograms } from '#assets/ramdisk/builder/programs.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-builder-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('ELF', () => {
  test('tells what a program of this machine needs, as ldd does', () => {
    const shell = readElfProgram(readFileSync('/bin/dash'));
    expect(shell).toEqual({ needed: ['libc.so.6'], interpreter: '/lib64/ld-linux-x86-64.so.2' });
  });

  test('is not seen in text, in a cut file or in noise', () => {
    const dash = readFileSync('/bin/dash');
    expect(readElfProgram(Buffer.from('#!/bin/sh\n'.padEnd(100)))).toBeUndefined();
    expect(readModuleInfo(dash)).toBeUndefined();
    for (let length = 0; length < 4096; length += 7) {
      expect(() => readElfProgram(dash.subarray(0, length))).not.toThrow();
    }
    for (let seed = 0; seed < 500; seed += 1) {
      const noise = Buffer.from(dash.subarray(0, 4096));
      for (let at = 5; at < noise.length; at += 1 + (seed % 37)) noise[at] = (at * seed) & 0xff;
      expect(() => readElfProgram(noise)).not.toThrow();
      expect(() => readModuleInfo(noise)).not.toThrow();
    }
  });
});

describe('the cpio archive', () => {
  const entries: CpioEntry[] = [
    { kind: 'file', path: 'etc/b', executable: false, content: Buffer.from('hello') },
    { kind: 'file', path: 'init', executable: true, content: Buffer.from('#!/bin/sh\n') },
    { kind: 'folder', path: 'etc' },
    { kind: 'folder', path: 'dev' },
    { kind: 'link', path: 'etc/a', target: 'b' },
    { kind: 'character-device', path: 'dev/console', major: 5, minor: 1 },
  ];

  test('is read by cpio: sorted, owned by root, of the year 1970', () => {
    const listing = execFileSync('cpio', ['--list', '--verbose', '--numeric-uid-gid', '--quiet'], {
      input: Buffer.concat([...cpioArchive(entries)]),
      encoding: 'utf8',
      env: { ...process.env, TZ: 'UTC', LC_ALL: 'C' },
    });
    const lines = listing
      .trim()
      .split('\n')
      .map(line => line.replace(/\s+/g, ' '));
    expect(lines).toEqual([
      'drwxr-xr-x 2 0 0 0 Jan 1 1970 dev',
      'crw------- 1 0 0 5, 1 Jan 1 1970 dev/console',
      'drwxr-xr-x 2 0 0 0 Jan 1 1970 etc',
      'lrwxrwxrwx 1 0 0 1 Jan 1 1970 etc/a -> b',
      '-rw-r--r-- 1 0 0 5 Jan 1 1970 etc/b',
      '-rwxr-xr-x 1 0 0 10 Jan 1 1970 init',
    ]);
  });

  test('has the same bytes in whatever order the entries come', () => {
    const bytes = Buffer.concat([...cpioArchive(entries)]);
    expect(bytes.length % 4).toBe(0);
    expect(Buffer.concat([...cpioArchive([...entries].reverse())]).equals(bytes)).toBe(true);
  });

  test('gives back what was put in', () => {
    execFileSync('cpio', ['--extract', '--quiet', '--make-directories', '--no-preserve-owner'], {
      input: Buffer.concat([...cpioArchive(entries.filter(({ kind }) => kind !== 'character-device'))]),
      cwd: folder,
    });
    expect(readFileSync(join(folder, 'etc/a'), 'utf8')).toBe('hello');
    expect(readFileSync(join(folder, 'init'), 'utf8')).toBe('#!/bin/sh\n');
  });
});

/** The least that passes for a kernel module: an ELF with a .modinfo section. */
function fakeModule(info: readonly string[]): Buffer {
  const names = Buffer.from('\0.modinfo\0.shstrtab\0');
  const content = Buffer.from(info.map(line => `${line}\0`).join(''));
  const section = (name: number, offset: number, size: number): Buffer => {
    const header = Buffer.alloc(64);
    header.writeUInt32LE(name, 0);
    header.writeBigUInt64LE(BigInt(offset), 24);
    header.writeBigUInt64LE(BigInt(size), 32);
    return header;
  };
  const header = Buffer.alloc(64);
  header.write('\x7fELF\x02\x01\x01', 'latin1');
  header.writeBigUInt64LE(BigInt(64 + content.length + names.length), 40);
  header.writeUInt16LE(64, 58);
  header.writeUInt16LE(3, 60);
  header.writeUInt16LE(2, 62);
  return Buffer.concat([
    header,
    content,
    names,
    section(0, 0, 0),
    section(1, 64, content.length),
    section(10, 64 + content.length, names.length),
  ]);
}

describe('the choice of modules', () => {
  function kernel(modules: Record<string, string[]>): void {
    writeFileSync(join(folder, 'modules.builtin'), 'kernel/drivers/tty/built-in.ko\n');
    for (const [path, info] of Object.entries(modules)) {
      mkdirSync(dirname(join(folder, 'kernel', path)), { recursive: true });
      writeFileSync(join(folder, 'kernel', path), fakeModule(info));
    }
  }

  test('takes what the globs say, and what that needs from elsewhere', async () => {
    kernel({
      'drivers/net/a/a-net.ko': ['depends=lib-one,lib_two', 'firmware=a/a.bin', 'firmware=a/b.bin'],
      'drivers/net/b/b.ko': ['depends='],
      'drivers/net/b/test/b_test.ko': [],
      'lib/lib_one.ko': ['softdep=pre: soft_one post: soft-two', 'depends='],
      'lib/lib-two.ko': ['depends=lib_one'],
      'lib/soft-one.ko': [],
      'lib/soft_two.ko': [],
      'lib/unused.ko': [],
    });
    const chosen = await chooseModules(folder, {
      include: ['drivers/net/**', 'drivers/gone/*', 'drivers/tty/built-in.ko'],
      exclude: ['drivers/net/**/test/*'],
    });
    expect(chosen.modules.map(({ path }) => path.replace('kernel/', ''))).toEqual([
      'drivers/net/a/a-net.ko',
      'drivers/net/b/b.ko',
      'lib/lib-two.ko',
      'lib/lib_one.ko',
      'lib/soft-one.ko',
      'lib/soft_two.ko',
    ]);
    expect(chosen.modules[0]?.firmware).toEqual(['a/a.bin', 'a/b.bin']);
    expect(chosen.unmatched).toEqual(['drivers/gone/*']);
  });
});

describe('programs', () => {
  test('bring their loader and libraries, through links', async () => {
    const files = await collectPrograms('/', ['dash', 'sh']);
    expect([...files.keys()].some(path => path.endsWith('/libc.so.6'))).toBe(true);
    expect([...files.keys()]).toContain('lib64/ld-linux-x86-64.so.2');
    expect(files.get('usr/bin/sh') ?? files.get('bin/sh')).toMatchObject({ kind: 'link', target: 'dash' });
  });

  test('that nobody has, or that lack a library, stop the build by name', async () => {
    await expect(collectPrograms(folder, ['curl'])).rejects.toThrow(
      'no package of the recipe has the program curl',
    );
    mkdirSync(join(folder, 'bin'));
    mkdirSync(join(folder, 'lib64'));
    writeFileSync(join(folder, 'bin/dash'), readFileSync('/bin/dash'));
    writeFileSync(join(folder, 'lib64/ld-linux-x86-64.so.2'), '');
    await expect(collectPrograms(folder, ['dash'])).rejects.toThrow('bin/dash needs libc.so.6');
  });
});
