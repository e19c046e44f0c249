import { execFileSync } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  createReadStream,
  mkdtempSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ImportedImage, importFile } from '#engine/images/import-file.ts';
import { importImage } from '#engine/images/import-image.ts';
import { type ImageRefusal, ImageRefusedError } from '#engine/images/refusal.ts';
import { readDiskLayout } from '#engine/media/disk-layout/disk-layout.ts';

/** Imports of what the real tools make: sfdisk, sgdisk, gzip, xz, zstd, pzstd, qemu-img, xorriso, tar, mkfs. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-images-'));
const file = (name: string): string => path.join(directory, name);
const cacheDir = file('cache');
const sh = (script: string): string =>
  execFileSync('bash', ['-euo', 'pipefail', '-c', script], {
    cwd: directory,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  });

const diskBytes = 8 * 2 ** 20;
let rawSha256 = '';

async function sha256OfFile(name: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file(name)), hash);
  return hash.digest('hex');
}

let counter = 0;
async function importNamed(name: string): Promise<ImportedImage> {
  counter++;
  const image = await importImage({ sourcePath: file(name), cacheDir, imageId: `image-${counter}` });
  if (image.kind === 'installer') throw new Error(`${name} was taken for a disc`);
  return image;
}

/** On this thread: dozens of workers would only test `Worker`. */
async function refusalOf(name: string): Promise<ImageRefusal> {
  const before = readdirSync(cacheDir);
  const error: unknown = await importFile({
    sourcePath: file(name),
    cacheDir,
    imageId: 'refused',
    onProgress: () => undefined,
  }).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof ImageRefusedError)) throw new Error(`not refused: ${String(error)}`);
  expect(readdirSync(cacheDir)).toEqual(before);
  return error.refusal;
}

beforeAll(async () => {
  // 8 MiB: text, noise and zeros between the parts of a GPT that sfdisk writes.
  const disk = Buffer.alloc(diskBytes);
  disk.fill('What a root file system could hold. ', 2 * 2 ** 20, 4 * 2 ** 20);
  randomBytes(2 ** 20).copy(disk, 5 * 2 ** 20);
  writeFileSync(file('disk.raw'), disk);
  sh(`sfdisk -q disk.raw <<'EOF'
label: gpt
size=1M, type=21686148-6449-6E6F-744E-656564454649
size=1M, type=uefi, name=EFI
size=4M, type=linux, name=root
EOF`);
  sh('mkdir cache');
  rawSha256 = await sha256OfFile('disk.raw');
});

afterAll(() => rmSync(directory, { recursive: true, force: true }));

describe('every wrapping gives the same disk', () => {
  const wrappings: [string, string, string][] = [
    ['raw', 'cp disk.raw out', 'raw'],
    ['raw, sparse', 'cp --sparse=always disk.raw out', 'raw'],
    ['gzip', 'gzip -c disk.raw > out', 'raw · gzip'],
    [
      'gzip of two members',
      '(head -c 1000001 disk.raw | gzip; tail -c +1000002 disk.raw | gzip -9) > out',
      'raw · gzip',
    ],
    ['xz', 'xz -1 -c disk.raw > out', 'raw · xz'],
    ['xz -9 --check=crc32', 'xz -9 --check=crc32 -c disk.raw > out', 'raw · xz'],
    ['xz of many blocks', 'xz -1 -T2 --block-size=1MiB -c disk.raw > out', 'raw · xz'],
    [
      'xz of two streams',
      '(head -c 1000001 disk.raw | xz -1; head -c 8 /dev/zero; tail -c +1000002 disk.raw | xz -1) > out',
      'raw · xz',
    ],
    ['xz with padding at its end', '(xz -1 -c disk.raw; head -c 512 /dev/zero) > out', 'raw · xz'],
    ['zstd', 'zstd -q -c disk.raw > out', 'raw · zstd'],
    ['zstd -19 from a pipe', 'head -c 100000000 disk.raw | zstd -q -19 -c > out', 'raw · zstd'],
    ['zstd --long=27', 'zstd -q --long=27 -c disk.raw > out', 'raw · zstd'],
    ['pzstd: many frames and skippable ones', 'pzstd -q -p 2 -c disk.raw > out', 'raw · zstd'],
    ['qcow2', 'qemu-img convert -O qcow2 disk.raw out', 'qcow2 v3'],
    [
      'qcow2 with zstd clusters',
      'qemu-img convert -c -O qcow2 -o compression_type=zstd disk.raw out',
      'qcow2 v3',
    ],
    ['qcow2 of version 2', 'qemu-img convert -c -O qcow2 -o compat=0.10 disk.raw out', 'qcow2 v2'],
    ['qcow2 in xz', 'qemu-img convert -O qcow2 disk.raw q && xz -1 -c q > out', 'qcow2 v3 · xz'],
    ['qcow2 in zstd', 'qemu-img convert -O qcow2 disk.raw q && zstd -q -c q > out', 'qcow2 v3 · zstd'],
  ];
  test.each(wrappings)('%s', async (_name, make, sourceFormat) => {
    sh(`rm -f out q; ${make}`);
    const image = await importNamed('out');
    expect(image).toMatchObject({
      sourceFormat,
      rawSha256,
      rawSizeBytes: diskBytes,
      sourceSizeBytes: statSync(file('out')).size,
      sourceSha256: await sha256OfFile('out'),
      boots: { bios: false, uefi: true },
    });
    expect(image.layout.partitions.map(({ role, name }) => [role, name])).toEqual([
      ['bios_boot', ''],
      ['esp', 'EFI'],
      ['other', 'root'],
    ]);
    // The stored stream is read by the real zstd, as in the deploy ramdisk.
    expect(sh(`zstd -dc ${image.storedPath} | sha256sum`).slice(0, 64)).toBe(rawSha256);
  });

  test('zeros cost nothing: a sparse disk of 256 MiB', async () => {
    sh('cp --sparse=always disk.raw big.raw && truncate -s 256M big.raw');
    const image = await importNamed('big.raw');
    expect(image.rawSizeBytes).toBe(2 ** 28);
    expect(image.storedSizeBytes).toBeLessThan(2 * 2 ** 20);
  });
});

describe('what is refused', () => {
  const cases: [string, string, ImageRefusal['code'], object][] = [
    [
      'a download of xz that stopped',
      'xz -1 -c disk.raw > q && head -c 500000 q > out',
      'image.truncated',
      {},
    ],
    ['xz with something behind it', '(xz -1 -c disk.raw; echo hello) > out', 'image.trailing_data', {}],
    [
      'xz whose second stream was cut',
      'xz -1 -c disk.raw > q; (cat q; head -c 300000 q) > out',
      'image.truncated',
      { part: 'xz' },
    ],
    [
      'xz with a damaged end',
      'xz -1 -c disk.raw > out; truncate -s -12 out; head -c 12 /dev/urandom >> out; printf YZ | dd of=out bs=1 seek=$(($(stat -c %s out)-2)) conv=notrunc status=none',
      'image.corrupt',
      { part: 'xz' },
    ],
    [
      'xz with a damaged middle',
      'xz -1 -c disk.raw > out; printf XXXX | dd of=out bs=1 seek=500000 conv=notrunc status=none',
      'image.corrupt',
      {},
    ],
    [
      'xz with the check sha256',
      'xz -1 --check=sha256 -c disk.raw > out',
      'image.unsupported_compression',
      { compression: 'xz' },
    ],
    [
      'xz with the x86 filter',
      'xz --x86 --lzma2=preset=1 -c disk.raw > out',
      'image.unsupported_compression',
      { why: 'filter', found: 'x86' },
    ],
    [
      'xz with a dictionary of 128 MiB',
      'xz --lzma2=preset=1,dict=128MiB -c disk.raw > out',
      'image.unsupported_compression',
      {},
    ],
    [
      'zstd --ultra with a long window',
      '(cat disk.raw; head -c 140000000 /dev/zero) | zstd -q -1 --long=30 -c > out',
      'image.unsupported_compression',
      { compression: 'zstd' },
    ],
    [
      'a download of zstd that stopped',
      'zstd -q -c disk.raw > q && head -c 300000 q > out',
      'image.truncated',
      { offset: 300_000 },
    ],
    [
      'a download of gzip that stopped',
      'gzip -c disk.raw > q && head -c 300000 q > out',
      'image.truncated',
      { offset: 300_000 },
    ],
    [
      'a download of raw that stopped',
      'head -c 5000192 disk.raw > out',
      'image.truncated',
      { offset: 5_000_192 },
    ],
    [
      'a download of qcow2 that stopped',
      'qemu-img convert -O qcow2 disk.raw q && head -c 2000000 q > out',
      'image.truncated',
      {},
    ],
    [
      'xz in zstd',
      'xz -1 -c disk.raw | zstd -q -c > out',
      'image.nested_compression',
      { outer: 'zstd', inner: 'xz' },
    ],
    [
      'a qcow2 with a backing file',
      'qemu-img create -q -f qcow2 -b disk.raw -F raw out',
      'image.unsupported_qcow2',
      { feature: 'backing_file' },
    ],
    [
      'a tar archive in xz',
      'tar -c disk.raw | xz -1 -c > out',
      'image.unsupported_format',
      { format: 'tar', inside: 'xz' },
    ],
    [
      'an ISO image',
      'mkdir d && cp disk.raw d && xorriso -outdev out -map d / -commit 2>/dev/null',
      'image.unsupported_format',
      { format: 'iso9660' },
    ],
    ['a VMDK', 'qemu-img convert -O vmdk disk.raw out', 'image.unsupported_format', { format: 'vmdk' }],
    [
      'a stream-optimised VMDK',
      'qemu-img convert -O vmdk -o subformat=streamOptimized disk.raw out',
      'image.unsupported_format',
      { format: 'vmdk' },
    ],
    ['a VDI', 'qemu-img convert -O vdi disk.raw out', 'image.unsupported_format', { format: 'vdi' }],
    ['a VHDX', 'qemu-img convert -O vhdx disk.raw out', 'image.unsupported_format', { format: 'vhdx' }],
    ['a dynamic VHD', 'qemu-img convert -O vpc disk.raw out', 'image.unsupported_format', { format: 'vhd' }],
    [
      'a fixed VHD',
      'qemu-img convert -O vpc -o subformat=fixed disk.raw out',
      'image.unsupported_format',
      { format: 'vhd' },
    ],
    ['a QED', 'qemu-img convert -O qed disk.raw out', 'image.unsupported_format', { format: 'qed' }],
    ['a program', 'cp "$(command -v bash)" out', 'image.unsupported_format', { format: 'elf' }],
    [
      'a web page',
      'echo "<!DOCTYPE html><html>503 Service Unavailable</html>" > out',
      'image.unsupported_format',
      { format: 'html' },
    ],
  ];
  test.each(cases)('%s', async (_name, make, code, details) => {
    sh(`rm -rf out q d; ${make}`);
    expect(await refusalOf('out')).toMatchObject({ code, details });
  });
});

describe('cancel, room and damage of the cache', () => {
  test('a cancelled import ends with the reason of its signal and leaves nothing', async () => {
    sh('cp --sparse=always disk.raw long.raw && truncate -s 3G long.raw');
    const before = readdirSync(cacheDir);
    const abort = new AbortController();
    const reason = new Error('the technician changed their mind');
    const attempt = importImage({
      sourcePath: file('long.raw'),
      cacheDir,
      imageId: 'cancelled',
      signal: abort.signal,
      onProgress: ({ doneBytes }) => {
        if (doneBytes > 0) abort.abort(reason);
      },
    });
    await expect(attempt).rejects.toBe(reason);
    expect(readdirSync(cacheDir)).toEqual(before);
    await expect(
      importImage({ sourcePath: file('long.raw'), cacheDir, imageId: 'late', signal: abort.signal }),
    ).rejects.toBe(reason);
  });

  test('a full disk is said so, and nothing stays on it', () => {
    // A disk of 40 MB of its own, in a namespace where an ordinary user may mount one.
    writeFileSync(file('noise.raw'), randomBytes(64 * 2 ** 20));
    const script = path.join(import.meta.dirname, 'import-into-small-disk.ts');
    const node = process.execPath;
    const output = sh(
      `mkdir small && unshare -rm bash -c 'mount -t tmpfs -o size=40m none small && ${node} --no-warnings ${script} noise.raw small'`,
    );
    const { first, second } = JSON.parse(output) as Record<string, { code: string; left: string[] }>;
    // Refused beforehand, for the reserve; and without a reserve, by the disk itself.
    expect(first).toMatchObject({ code: 'image.disk_full', left: [] });
    expect(second).toMatchObject({ code: 'image.disk_full', left: [] });
  });

  test('a cache that cannot be written is said so', async () => {
    writeFileSync(file('not-a-directory'), '');
    const attempt = importImage({
      sourcePath: file('disk.raw'),
      cacheDir: file('not-a-directory'),
      imageId: 'a',
    });
    await expect(attempt).rejects.toMatchObject({ refusal: { code: 'image.cache_unwritable' } });
  });

  test('a source that shrinks while it is read is not taken', async () => {
    sh('cp --sparse=always disk.raw shrinking.raw && truncate -s 300M shrinking.raw');
    let shrunk = false;
    const attempt = importImage({
      sourcePath: file('shrinking.raw'),
      cacheDir,
      imageId: 'shrinking',
      onProgress: () => {
        if (!shrunk) truncateSync(file('shrinking.raw'), diskBytes);
        shrunk = true;
      },
    });
    await expect(attempt).rejects.toMatchObject({ refusal: { code: 'image.changed' } });
  });
});

describe('partition tables of the real tools', () => {
  test.each([
    [
      'sgdisk',
      'truncate -s 64M t && sgdisk -n 1:2048:+8M -t 1:ef00 -c 1:"EFI System" -n 2:0:+16M -t 2:8e00 -A 2:set:2 t',
    ],
    [
      'sfdisk, MBR with an extended partition',
      "truncate -s 64M t && printf 'label: dos\\nsize=8M,type=c,bootable\\nsize=16M,type=83\\nsize=20M,type=5\\nsize=4M,type=8e\\n' | sfdisk -q t",
    ],
  ])('%s', async (_name, make) => {
    sh(`rm -f t; ${make}`);
    const bytes = execFileSync('head', ['-c', '131072', file('t')]);
    const layout = readDiskLayout(bytes, statSync(file('t')).size);
    const sectorSize = layout.sectorSizeBytes;
    const { partitiontable } = JSON.parse(sh('sfdisk --json t')) as {
      partitiontable: {
        label: string;
        partitions: { node: string; start: number; size: number; type: string; name?: string }[];
      };
    };
    expect(layout.problems).toEqual([]);
    expect(layout.scheme).toBe(partitiontable.label === 'dos' ? 'mbr' : 'gpt');
    const primaries = partitiontable.partitions.filter(
      ({ node }) => layout.scheme === 'gpt' || Number(node.replace(/^t/, '')) <= 4,
    );
    expect(
      layout.partitions.map(({ number, firstByte, sizeBytes, typeId, name }) => ({
        number,
        firstByte,
        sizeBytes,
        typeId,
        name,
      })),
    ).toEqual(
      primaries.map(({ node, start, size, type, name }) => ({
        number: Number(node.replace(/^t/, '')),
        firstByte: start * sectorSize,
        sizeBytes: size * sectorSize,
        typeId: layout.scheme === 'gpt' ? type : `0x${type.padStart(2, '0')}`,
        name: name ?? '',
      })),
    );
  });

  test('fdisk, GPT for 4096-byte sectors', () => {
    sh("rm -f t; truncate -s 64M t; printf 'g\\nn\\n1\\n\\n+8M\\nn\\n2\\n\\n+16M\\nw\\n' | fdisk -b 4096 t");
    const layout = readDiskLayout(execFileSync('head', ['-c', '131072', file('t')]), 64 * 2 ** 20);
    expect(layout).toMatchObject({ scheme: 'gpt', sectorSizeBytes: 4096, problems: [] });
    expect(layout.partitions.map(({ firstByte, sizeBytes }) => [firstByte, sizeBytes])).toEqual([
      [2 ** 20, 8 * 2 ** 20],
      [9 * 2 ** 20, 16 * 2 ** 20],
    ]);
  });

  test.each([
    ['ext', 'mkfs.ext4 -q -F t'],
    ['fat', 'mkfs.vfat t'],
    ['swap', 'mkswap -q t'],
  ])('a bare %s is no partition table', async (kind, make) => {
    sh(`rm -f t; truncate -s 40M t; ${make} >/dev/null`);
    const bytes = execFileSync('head', ['-c', '131072', file('t')]);
    expect(readDiskLayout(bytes, 40 * 2 ** 20)).toMatchObject({
      scheme: 'none',
      fileSystem: kind,
      partitions: [],
    });
  });
});
