import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDiscImage } from '#engine/images/disc-image.ts';
import { repositoryRoot, runProgram } from '#test/lab/program.ts';
import { makeUdf, type UdfOptions } from '#test/unit/engine/media/udf/make-udf.ts';
import {
  extractWith7Zip,
  extractWithXorriso,
  listingOfDisc,
  listingOfImage,
  listingOnDisk,
  openDisc,
  writeTree,
} from './disc-tools.ts';

/** What our readers find in a disc's image is what xorriso and 7-Zip take out of it. */
const folder = mkdtempSync(path.join(os.tmpdir(), 'rk-discs-'));
const local = (name: string): string => path.join(folder, name);
let number = 0;
const fresh = (): string => local(`out-${number++}`);

const plainFiles = {
  'readme.txt': 'hello\n',
  'images/pxeboot/vmlinuz': randomBytes(300_001),
  'images/empty': '',
  'Packages/a/abc-1.2.3-4.el9.x86_64.rpm': randomBytes(5000),
  'two words/ÄÖÜ 根 ☃.txt': 'names\n',
};
const files = {
  ...plainFiles,
  [`deep/${'d/'.repeat(14)}file`]: 'deep down\n',
  [`long/${'n'.repeat(251)}.txt`]: 'long\n',
  [`long/${'根'.repeat(80)}`]: 'long in bytes\n',
  link: '→ images/pxeboot',
  'images/up': '→ ../readme.txt',
  absolute: '→ /images/empty',
};

beforeAll(() => {
  writeTree(local('tree'), files);
  mkdirSync(local('tree/nothing/here'), { recursive: true });
  writeTree(local('links'), { 'a/long': `→ ${'way/'.repeat(200)}end`, short: '→ .', root: '→ /' });
  writeTree(local('plain'), plainFiles);
  writeTree(
    local('many'),
    Object.fromEntries(Array.from({ length: 3000 }, (_, n) => [`pool/file-${n}`, `${n}`])),
  );
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

async function make(program: 'xorriso' | 'genisoimage', image: string, source: string, ...args: string[]) {
  const before = program === 'xorriso' ? ['-as', 'mkisofs'] : [];
  await runProgram(program, [...before, '-quiet', '-o', local(image), ...args, local(source)]);
  return local(image);
}

describe('Rock Ridge', () => {
  it.each([
    ['xorriso', ['-R', '-J', '-V', 'LABEL_OF_IT']],
    ['xorriso', ['-R', '-hfsplus', '-iso-level', '4', '-V', 'LABEL_OF_IT']],
    ['xorriso', ['-R', '-partition_offset', '16', '-V', 'LABEL_OF_IT']],
    ['genisoimage', ['-R', '-D', '-V', 'LABEL_OF_IT']],
    ['genisoimage', ['-R', '-hide-rr-moved', '-V', 'LABEL_OF_IT']],
    ['genisoimage', ['-R', '-udf', '-J', '-joliet-long', '-V', 'LABEL_OF_IT']],
  ] as const)('of %s %j', async (program, args) => {
    const image = await make(program, 'rock-ridge.iso', 'tree', ...args);
    const disc = await openDisc(image);
    const listing = await listingOfDisc(disc);
    expect([disc.kind, disc.label]).toEqual(['iso9660', 'LABEL_OF_IT']);
    await disc.close();
    expect(listing).toEqual(await extractWithXorriso(image, fresh()));
    const moved = [...listing.keys()].filter(name => /^\.?rr_moved$/.test(name));
    for (const name of moved) expect(listing.get(name)).toBe('empty directory');
    const ours = new Map([...listing].filter(([name]) => !moved.includes(name)));
    expect(ours).toEqual(listingOnDisk(local('tree')));
  });

  // genisoimage never ends with such a link.
  it('with links longer than a directory record', async () => {
    const image = await make('xorriso', 'links.iso', 'links', '-R');
    expect(await listingOfImage(image)).toEqual(listingOnDisk(local('links')));
  });

  it('with thousands of files in one directory', async () => {
    const image = await make('xorriso', 'many.iso', 'many', '-R');
    expect(await listingOfImage(image)).toEqual(listingOnDisk(local('many')));
  });

  it('with a file over 4 GiB, in two pieces as xorriso lays them', async () => {
    const bytes = 4_500_000_123;
    mkdirSync(local('huge'));
    writeFileSync(local('huge/install.wim'), '');
    truncateSync(local('huge/install.wim'), bytes);
    // Descriptors and directories come first; the file's zeros are left to the file system.
    const script = 'xorriso -as mkisofs -quiet -iso-level 3 -R -o - "$1" | head -c 1M >"$2"';
    await runProgram('sh', ['-c', script, 'sh', local('huge'), local('huge.iso')]);
    truncateSync(local('huge.iso'), bytes + 4 * 2 ** 20);
    const disc = await openDisc(local('huge.iso'));
    const file = disc.find('install.wim');
    if (file?.kind !== 'file') throw new Error('install.wim is not there');
    const report = ['-indev', local('huge.iso'), '-find', '/install.wim', '-exec', 'report_lba'];
    const lba = (await runProgram('xorriso', report)).stdout.match(/^File data lba:.*$/gm) ?? [];
    expect(lba).toHaveLength(2);
    const [, start] = /lba:\s*0 ,\s*(\d+) ,/.exec(lba[0] ?? '') ?? [];
    expect(file.sizeBytes).toBe(bytes);
    expect(file.extents).toEqual([{ offsetBytes: Number(start) * 2048, lengthBytes: bytes }]);
    expect(await disc.read(file, bytes - 3, 10)).toEqual(Buffer.alloc(3));
    await disc.close();
  });
});

it('Joliet without Rock Ridge', async () => {
  const image = await make('genisoimage', 'joliet.iso', 'plain', '-J', '-joliet-long');
  expect(await listingOfImage(image)).toEqual(listingOnDisk(local('plain')));
  expect(await listingOfImage(image)).toEqual(await extractWith7Zip(image, fresh(), 'iso'));
});

it('neither: the names that are left, in lower case', async () => {
  const image = await make('genisoimage', 'short.iso', 'plain');
  const theirs = await extractWithXorriso(image, fresh());
  const lower = new Map([...theirs].map(([name, content]) => [name.toLowerCase(), content]));
  expect(await listingOfImage(image)).toEqual(lower);
});

describe('UDF', () => {
  it('is taken where ISO 9660 cannot say how large a file is', async () => {
    const bytes = 2 ** 32 + 5_000_000;
    mkdirSync(local('large'));
    for (const [name, size] of [
      ['install.wim', bytes],
      ['small', 3],
    ] as const) {
      writeFileSync(local(`large/${name}`), 'abc');
      truncateSync(local(`large/${name}`), size);
    }
    const options = ['-quiet', '-udf', '-allow-limited-size'];
    const script = 'image="$1" folder="$2"; shift 2; genisoimage "$@" "$folder" | head -c 2M >"$image"';
    await runProgram('sh', ['-c', script, 'sh', local('large.iso'), local('large'), ...options]);
    const { stdout: sectors } = await runProgram('genisoimage', [...options, '-print-size', local('large')]);
    truncateSync(local('large.iso'), Number(sectors) * 2048);
    const disc = await openDisc(local('large.iso'));
    const sizes = disc.list('')?.map(name => {
      const node = disc.find(name);
      return [name, node?.kind === 'file' ? node.sizeBytes : node?.kind];
    });
    expect([disc.kind, sizes]).toEqual([
      'udf',
      [
        ['install.wim', bytes],
        ['small', 3],
      ],
    ]);
    const { stdout } = await runProgram('7z', ['l', '-tudf', '-slt', local('large.iso')], { mayFail: true });
    expect(stdout).toContain(`Path = install.wim\nFolder = -\nSize = ${bytes}\n`);
    await disc.close();
  });

  it('of genisoimage', async () => {
    const image = await make('genisoimage', 'bridge.iso', 'plain', '-udf');
    const disc = await openDisc(image);
    expect(disc.kind).toBe('udf');
    expect(await listingOfDisc(disc)).toEqual(listingOnDisk(local('plain')));
    await disc.close();
    expect(await extractWith7Zip(image, fresh(), 'udf')).toEqual(listingOnDisk(local('plain')));
  });

  const revisions = ['1.02', '1.50', '2.00', '2.01', '2.50', '2.60'];
  const media = ['hd', 'dvd', 'cdr', 'cdrw', 'dvdrw', 'bdr'];
  it.each(revisions.flatMap(revision => media.map(medium => [revision, medium] as const)))(
    'empty, revision %s for %s, as mkudffs formats it',
    async (revision, medium) => {
      const image = local('formatted.img');
      rmSync(image, { force: true });
      writeFileSync(image, '');
      truncateSync(image, 16 * 2 ** 20);
      const made = await runProgram(
        'mkudffs',
        [`--media-type=${medium}`, `--udfrev=${revision}`, '--label=Formatted', image],
        { mayFail: true },
      );
      // Not every medium exists in every revision.
      if (made.code !== 0) return expect(made.stderr).toMatch(/^mkudffs: Error: .*(UDF revision|udfrev)/m);
      // A write-once disc ends with what was written last: the entry of its virtual allocation table.
      const [, table] = /^vatblock=(\d+)$/m.exec(made.stdout) ?? [];
      if (table !== undefined) truncateSync(image, (Number(table) + 1) * 2048);
      const disc = await openDisc(image);
      // Revision 1.50 keeps bad packets of a rewritable disc in a file.
      const names = disc.list('')?.filter(name => name !== 'Non-Allocatable Space');
      expect([disc.kind, disc.label, names]).toEqual(['udf', 'Formatted', []]);
      return disc.close();
    },
  );

  // 7-Zip knows neither other partition maps nor lists that go on; media/udf/README.md says who read those.
  const ways: readonly UdfOptions[] = [
    {},
    { allocation: 'long' },
    { allocation: 'embedded', extended: true },
  ];
  it.each(ways)('made here, %o: 7-Zip agrees', async way => {
    writeFileSync(local('made.img'), makeUdf(plainFilesAsBytes(), way));
    const theirs = await extractWith7Zip(local('made.img'), fresh(), 'udf');
    expect(await listingOfImage(local('made.img'))).toEqual(theirs);
    expect(theirs).toEqual(listingOnDisk(local('plain')));
  });
});

function plainFilesAsBytes(): Record<string, Uint8Array> {
  return Object.fromEntries(
    Object.entries(plainFiles).map(([name, content]) => [name, Buffer.from(content)]),
  );
}

describe("Debian's own discs", () => {
  const discs = [
    'grub-rescue/grub-rescue-cdrom.iso',
    'ipxe/ipxe.iso',
    'memtest86+/memtest86+x64.iso',
    'memtest86+/memtest86+ia32.iso',
  ].map(name => path.join(repositoryRoot, '.cache/unpacked/usr/lib', name));

  it.each(discs)('%s', async image => {
    const listing = await listingOfImage(image);
    expect(listing.size).toBeGreaterThan(2);
    expect(listing).toEqual(await extractWithXorriso(image, fresh()));
  });

  it.each(discs)('%s starts what xorriso says', async image => {
    const disc = await openDisc(image);
    const { stdout } = await runProgram('xorriso', ['-indev', image, '-report_el_torito', 'plain']);
    const theirs = [
      ...stdout.matchAll(/^El Torito boot img : +\d+ +(\w+) +(\w) +([\w.]+) .* +(\d+) +(\d+)$/gm),
    ].map(([, platform, bootable, emulation, blocks, block]) => ({
      platform: platform === 'UEFI' ? ('uefi' as const) : ('bios' as const),
      isBootable: bootable === 'y',
      emulation: emulation === 'none' ? 'none' : 'floppy',
      loadBytes: Number(blocks) * 512,
      offsetBytes: Number(block) * 2048,
    }));
    expect(theirs.length).toBeGreaterThan(0);
    expect(disc.bootEntries).toEqual(theirs);
    await disc.close();
  });
});

it('a real disc that was cut off is refused, wherever it was cut', async () => {
  const whole = readFileSync(await make('xorriso', 'whole.iso', 'plain', '-R'));
  for (let at = 0; at < whole.length - 400 * 1024; at += 40_000) {
    writeFileSync(local('cut.iso'), whole.subarray(0, at));
    const disc = await openDiscImage(local('cut.iso'));
    expect(disc).toMatchObject({ ok: false, code: at <= 16 * 2048 ? 'not_a_disc' : 'truncated' });
  }
});
