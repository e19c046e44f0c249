import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRamdisk } from '#assets/ramdisk/build.ts';
import { layoutOf, mebibyte, place } from '#test/interop/ramdisk/layout-lines.ts';
import { makeSmallSystem } from '#test/interop/ramdisk/small-system.ts';
import { runStepsInMachine } from '#test/interop/ramdisk/steps-in-machine.ts';
import { serveBytes } from '#test/interop/ramdisk/stub-engine.ts';

const patienceMs = 540_000;

let folder: string;
let ramdiskFolder: string;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-volumes-'));
  ramdiskFolder = (await buildRamdisk({ profile: 'vm', report: line => console.log(line) })).into;
}, patienceMs);
afterAll(() => rmSync(folder, { recursive: true }));

function makeDisk(name: string, sizeMebibytes: number): string {
  const file = join(folder, name);
  writeFileSync(file, '');
  truncateSync(file, sizeMebibytes * mebibyte);
  return file;
}

/** What a layout leaves free at the end is what a larger disk has behind an image. */
const freeBytes = 128 * mebibyte;

test(
  "LVM's own tools: root volumes of ext4 and xfs have the room behind an image, and nothing happens a second time",
  async () => {
    const image = readFileSync(makeSmallSystem(folder, 48));
    const one = {
      serial: 'ONE',
      firmware: 'bios',
      table: 'gpt',
      'reserve-bytes': String(freeBytes),
      layout: layoutOf(
        ['partition', ...place('/boot', 'ext4', 48)],
        ['group', 'rootvg'],
        ['volume', 'root', ...place('/', 'ext4', 128)],
        ['volume', 'home', ...place('/home', 'xfs', 'rest')],
      ),
    };
    const two = {
      ...one,
      serial: 'TWO',
      table: 'mbr',
      layout: layoutOf(
        ['partition', ...place('/boot', 'ext4', 48)],
        ['group', 'other-vg'],
        ['volume', 'root', ...place('/', 'xfs', 'rest')],
        ['volume', 'swap', ...place('-', 'swap', 16)],
      ),
    };
    const grow = { step: 'grow-last-partition' };
    const { resultOf, serial } = await runStepsInMachine({
      title: 'LVM of an image',
      ramdiskFolder,
      folder,
      uefi: false,
      disks: { one: makeDisk('one', 700), two: makeDisk('two', 640) },
      devices: ['virtio-blk-pci,drive=one,serial=ONE', 'nvme,drive=two,serial=TWO'],
      steps: [
        { step: 'make-layout', id: 'one-layout', parameters: one },
        {
          step: 'write-root-file-system',
          id: 'one-write',
          parameters: {
            ...one,
            url: '{origin}/image',
            format: 'zstd',
            'size-bytes': String(image.length),
            sha256: createHash('sha256').update(image).digest('hex'),
            verify: 'stream',
          },
        },
        { step: 'make-layout', id: 'two-layout', parameters: two },
        { ...grow, id: 'one-grow', parameters: { serial: 'ONE' } },
        { ...grow, id: 'one-again', parameters: { serial: 'ONE' } },
        { ...grow, id: 'two-grow', parameters: { serial: 'TWO' } },
        { step: 'inspect', id: 'look' },
      ],
      files: new Map([['/image', serveBytes(zstdCompressSync(image))]]),
      timeoutMs: patienceMs - 10_000,
    });
    for (const id of ['one-layout', 'one-write', 'two-layout', 'one-grow', 'one-again', 'two-grow'])
      expect(resultOf(id), serial).toMatchObject({ ok: true });
    const sizeBefore = (id: string): number => resultOf(id).evidence['volumeGroup'].sizeBytes;
    expect(resultOf('one-grow').evidence).toMatchObject({
      fileSystem: { type: 'ext4', grown: true },
      volumeGroup: {
        name: 'rootvg',
        sizeBytes: sizeBefore('one-layout') + freeBytes,
        freeBytes: 0,
        rootVolume: 'root',
      },
    });
    expect(resultOf('one-again').evidence).toMatchObject({
      fileSystem: { type: 'ext4', grown: false, reason: 'already-full' },
      volumeGroup: { freeBytes: 0 },
    });
    expect(resultOf('two-grow').evidence).toMatchObject({
      fileSystem: { type: 'xfs', grown: true },
      volumeGroup: {
        name: 'other-vg',
        sizeBytes: sizeBefore('two-layout') + freeBytes,
        freeBytes: 0,
        rootVolume: 'root',
      },
    });
    const groups: { name: string; logicalVolumes: { name: string; sizeBytes: number }[] }[] =
      resultOf('look').evidence['inventory'].volumeGroups;
    const rootOf = (group: string): number | undefined =>
      groups.find(({ name }) => name === group)?.logicalVolumes.find(({ name }) => name === 'root')
        ?.sizeBytes;
    expect(rootOf('rootvg')).toBe(128 * mebibyte + freeBytes);
  },
  patienceMs,
);
