import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { classifyHead } from '#engine/images/classify-head.ts';
import { cachedDiscPath } from '#engine/images/image-cache.ts';
import { bootFileKind, importBootFiles } from '#engine/images/import-boot-files.ts';
import { importImage } from '#engine/images/import-image.ts';
import { kernelHead } from '#engine/images/kernel-head.ts';
import { openSource } from '#engine/images/source-file.ts';
import { discOf } from './made-disc.ts';
import { madeKernel } from './made-kernel.ts';

const kernel = madeKernel('6.1.0-18-amd64');
const initrd = gzipSync(Buffer.concat([Buffer.from('070701'), Buffer.alloc(2000, 7)]));

let folder: string;
let cacheDir: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-boot-files-'));
  cacheDir = join(folder, 'cache');
});
afterEach(() => rmSync(folder, { recursive: true }));

/** On this thread: starting the import's own takes longer than its work here. */
async function importHere(sourcePath: string) {
  const source = await openSource(sourcePath, () => undefined);
  const kind = await bootFileKind(source);
  await source.close();
  if (kind === undefined) throw new Error('no boot file');
  return importBootFiles({ sourcePath, cacheDir, imageId: 'boot', onProgress: () => undefined }, kind);
}

async function imported(name: string, content: Uint8Array) {
  const sourcePath = join(folder, name);
  writeFileSync(sourcePath, content);
  const image = await importHere(sourcePath);
  const disc = await discOf(readFileSync(cachedDiscPath(cacheDir, 'boot')));
  const read = async (path: string) => {
    const file = disc.find(path);
    return file?.kind === 'file' ? Buffer.from(await disc.read(file, 0, file.sizeBytes)) : undefined;
  };
  return { image, read, names: disc.list('') };
}

/** As Debian packs its own, links and folders included. */
function netboot(files: Readonly<Record<string, Uint8Array | string>> = {}): Buffer {
  const tree = join(folder, 'tree');
  const boot = join(tree, 'debian-installer', 'amd64');
  mkdirSync(boot, { recursive: true });
  symlinkSync('debian-installer/amd64/pxelinux.0', join(tree, 'pxelinux.0'));
  const all = { linux: kernel, 'initrd.gz': initrd, 'grubx64.efi': 'MZ', ...files };
  for (const [name, content] of Object.entries(all)) writeFileSync(join(boot, name), content);
  writeFileSync(
    join(tree, 'version.info'),
    'Debian version:  12 (bookworm)\nInstaller build: 20230607+deb12u5\n',
  );
  execFileSync('tar', ['-czf', join(folder, 'packed'), '-C', tree, '.']);
  return readFileSync(join(folder, 'packed'));
}

describe('boot files for another ISO', () => {
  it("of Debian's netboot.tar.gz become a disc with kernel and initrd", async () => {
    const packed = netboot();
    const { image, read, names } = await imported('netboot.tar.gz', packed);
    expect(names).toEqual(['initrd.gz', 'linux']);
    expect(await read('linux')).toEqual(kernel);
    expect(await read('initrd.gz')).toEqual(initrd);
    expect(image).toMatchObject({
      kind: 'installer',
      sourceFormat: 'tar · gzip',
      sourceSha256: createHash('sha256').update(packed).digest('hex'),
      sha256: createHash('sha256')
        .update(readFileSync(cachedDiscPath(cacheDir, 'boot')))
        .digest('hex'),
      installer: {
        family: 'debian-installer',
        distribution: 'debian',
        version: '12',
        architecture: 'x86_64',
        kernel: 'linux',
        initrd: 'initrd.gz',
        certainty: 'certain',
      },
    });
    expect(image.evidence).toContainEqual({
      code: 'installer.kernel_version',
      values: { version: '6.1.0-18-amd64' },
    });
    expect(image.evidence).toContainEqual({ code: 'installer.boot_files', values: {} });
  });

  it.each([
    ['linux', 'kernel', 'linux', kernel],
    ['initrd.gz', 'initrd', 'initrd.gz', initrd],
    ['whatever it is called', 'kernel', 'linux', kernel],
  ] as const)('may come one by one: %s', async (name, part, path, content) => {
    const { image, read, names } = await imported(name, content);
    expect(names).toEqual([path]);
    expect(await read(path)).toEqual(content);
    expect(image).toMatchObject({ kind: 'installer', installer: null });
    expect(image.evidence).toContainEqual({ code: `installer.${part}`, values: { path } });
  });
});

describe('an archive is refused, and nothing of it stays', () => {
  const refusal = async (content: Uint8Array) => {
    const error = await imported('a.tar.gz', content).catch((thrown: unknown) => thrown);
    expect(existsSync(cacheDir) ? readdirSync(cacheDir) : []).toEqual([]);
    return error;
  };
  const packed = (...names: readonly string[]): Buffer => {
    execFileSync('tar', ['-czf', join(folder, 'packed'), '-C', folder, ...names]);
    return readFileSync(join(folder, 'packed'));
  };
  const member = (name: string, sizeBytes: number, content: Uint8Array): Buffer => {
    writeFileSync(join(folder, 'member'), content);
    execFileSync('tar', ['--format=ustar', '-cf', join(folder, 'one'), '-C', folder, 'member']);
    const block = readFileSync(join(folder, 'one')).subarray(0, 512 + Math.ceil(content.length / 512) * 512);
    block.fill(0, 0, 100).write(name, 0, 'latin1');
    block.write(sizeBytes.toString(8).padStart(11, '0'), 124, 'latin1');
    block.fill(' ', 148, 156);
    const sum = block.subarray(0, 512).reduce((total, byte) => total + byte, 0);
    block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
    return block;
  };
  const path = 'debian-installer/amd64';

  it('of something else, though it has a file called linux', async () => {
    writeFileSync(join(folder, 'linux'), kernel);
    writeFileSync(join(folder, 'initrd.gz'), initrd);
    expect(await refusal(packed('linux', 'initrd.gz'))).toMatchObject({
      refusal: { code: 'image.unsupported_format', details: { format: 'tar', inside: 'gzip' } },
    });
  });

  it('whose kernel is none', async () => {
    expect(await refusal(netboot({ linux: 'not a kernel' }))).toMatchObject({
      refusal: { code: 'image.corrupt', details: { part: 'tar', reason: 'linux is no kernel' } },
    });
  });

  it('that names its kernel twice, or leads out of itself', async () => {
    const twice = Buffer.concat([
      ...[kernel, kernel].map(bytes => member(`${path}/linux`, bytes.length, bytes)),
      Buffer.alloc(1024),
    ]);
    expect(await refusal(gzipSync(twice))).toMatchObject({
      refusal: { code: 'image.corrupt', details: { reason: 'it has linux twice' } },
    });
    const outside = [member(`../${path}/linux`, kernel.length, kernel), Buffer.alloc(1024)];
    expect(await refusal(gzipSync(Buffer.concat(outside)))).toMatchObject({
      refusal: { code: 'image.unsupported_format' },
    });
  });

  it('that promises more than any kernel has, before it is read', async () => {
    const huge = Buffer.concat([member(`${path}/linux`, 2 ** 30, kernel), Buffer.alloc(1024)]);
    expect(await refusal(gzipSync(huge))).toMatchObject({ refusal: { code: 'image.too_large' } });
  });

  it('that is cut off, packed or unpacked', async () => {
    const whole = netboot();
    expect(await refusal(whole.subarray(0, whole.length - 20))).toMatchObject({
      refusal: { code: 'image.truncated', details: { part: 'gzip' } },
    });
    const half = member(`${path}/linux`, kernel.length, kernel).subarray(0, 2000);
    expect(await refusal(gzipSync(half))).toMatchObject({
      refusal: { code: 'image.corrupt', details: { part: 'tar', reason: 'the archive is cut off' } },
    });
  });

  it('or an initrd that is cut off', async () => {
    expect(await refusal(initrd.subarray(0, initrd.length - 9))).toMatchObject({
      refusal: { code: 'image.truncated' },
    });
  });
});

it('boot files are recognised among all that is imported', async () => {
  const sourcePath = join(folder, 'netboot.tar.gz');
  writeFileSync(sourcePath, netboot());
  const image = await importImage({ sourcePath, cacheDir, imageId: 'boot' });
  expect(image).toMatchObject({ kind: 'installer', installer: { kernel: 'linux' } });
});

it('no room for boot files is told before anything is unpacked', async () => {
  const sourcePath = join(folder, 'linux');
  writeFileSync(sourcePath, kernel);
  const space = { reserveBytes: 0, freeBytes: async () => 10 };
  const options = { sourcePath, cacheDir, imageId: 'boot', onProgress: () => undefined, space };
  await expect(importBootFiles(options, 'kernel')).rejects.toMatchObject({
    refusal: { code: 'image.disk_full' },
  });
});

it('a kernel is known by its header, and boot code and programs are none', () => {
  expect(kernelHead(kernel)).toEqual({ architecture: 'x86_64', version: '6.1.0-18-amd64' });
  const arm = Buffer.alloc(64);
  arm.write('ARM\x64', 56, 'latin1');
  expect(kernelHead(arm)).toEqual({ architecture: 'aarch64', version: '' });
  const mbr = Buffer.alloc(4096);
  mbr.writeUInt16LE(0xaa55, 510);
  expect(kernelHead(mbr)).toBeUndefined();
  expect(kernelHead(kernel.subarray(0, 0x210))).toBeUndefined();
  const beyond = Buffer.from(kernel);
  beyond.writeUInt16LE(0xffff, 0x20e);
  expect(kernelHead(beyond)?.version).toBe('');
  expect(classifyHead(initrd)).toEqual({ kind: 'compressed', compression: 'gzip' });
});
