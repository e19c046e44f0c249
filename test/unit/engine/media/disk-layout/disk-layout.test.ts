import { describe, expect, test } from 'vitest';
import { bootCapability } from '#engine/media/disk-layout/boot-capability.ts';
import { readDiskLayout } from '#engine/media/disk-layout/disk-layout.ts';
import { biosBootGuid, espGuid, gptHead, linuxGuid, mbrSector } from './tables.ts';

const tenMiB = 10 * 1024 * 1024;

function at(
  offset: number,
  bytes: string | Uint8Array,
  base: Uint8Array = new Uint8Array(131072),
): Uint8Array {
  const copy = Uint8Array.from(base);
  copy.set(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes, offset);
  return copy;
}

describe('partition tables', () => {
  test('an MBR gives its partitions with their place in bytes', () => {
    const head = mbrSector([
      { type: 0x83, firstLba: 2048, sectors: 4096, active: true },
      { type: 0xef, firstLba: 6144, sectors: 2048 },
    ]);
    const layout = readDiskLayout(head, tenMiB);
    expect(layout).toMatchObject({ scheme: 'mbr', problems: [], bootCode: 'none' });
    expect(layout.partitions).toEqual([
      {
        number: 1,
        firstByte: 1048576,
        sizeBytes: 2097152,
        typeId: '0x83',
        typeName: 'Linux filesystem',
        role: 'other',
        name: '',
        bootable: true,
      },
      {
        number: 2,
        firstByte: 3145728,
        sizeBytes: 1048576,
        typeId: '0xef',
        typeName: 'EFI system',
        role: 'esp',
        name: '',
        bootable: false,
      },
    ]);
  });

  test.each([512, 4096])('a GPT for %i-byte sectors gives its partitions, names and roles', sectorSize => {
    const head = gptHead(
      [
        { type: biosBootGuid, firstLba: 40, lastLba: 47 },
        { type: espGuid, firstLba: 48, lastLba: 1047, name: 'ESP' },
        { type: linuxGuid, firstLba: 1048, lastLba: 2047, name: 'rôot-根' },
      ],
      sectorSize,
    );
    const layout = readDiskLayout(head, tenMiB);
    expect(layout).toMatchObject({
      scheme: 'gpt',
      sectorSizeBytes: sectorSize,
      problems: [],
    });
    expect(layout.partitions.map(({ number, role, name }) => [number, role, name])).toEqual([
      [1, 'bios_boot', ''],
      [2, 'esp', 'ESP'],
      [3, 'other', 'rôot-根'],
    ]);
    expect(layout.partitions[1]).toMatchObject({ firstByte: 48 * sectorSize, sizeBytes: 1000 * sectorSize });
  });

  test('a partition that ends after the image is a problem that names both ends', () => {
    const head = mbrSector([{ type: 0x83, firstLba: 2048, sectors: 40960 }]);
    expect(readDiskLayout(head, tenMiB).problems).toEqual([
      {
        code: 'partition_beyond_end',
        offset: tenMiB,
        reason: 'partition 1 ends at byte 22020096, the disk at 10485760',
      },
    ]);
  });

  test.each([
    ['header', 512 + 60],
    ['entries', 1024 + 40],
  ])('one wrong bit in the GPT %s is found by its checksum', (part, offset) => {
    const head = gptHead([{ type: linuxGuid, firstLba: 40, lastLba: 2047 }]);
    head[offset] = (head[offset] ?? 0) ^ 1;
    const layout = readDiskLayout(head, tenMiB);
    expect(layout).toMatchObject({ scheme: 'gpt', partitions: [] });
    expect(layout.problems).toMatchObject([
      { code: 'gpt_checksum_wrong', reason: `GPT ${part} checksum is wrong` },
    ]);
  });

  test('a GPT that its MBR does not protect does not count, and is said to exist', () => {
    const head = gptHead([{ type: linuxGuid, firstLba: 40, lastLba: 2047 }]);
    head.fill(0, 0, 512);
    expect(readDiskLayout(head, tenMiB)).toMatchObject({
      scheme: 'none',
      partitions: [],
      problems: [{ code: 'gpt_without_protective_mbr' }],
    });
  });

  test('a hybrid MBR is seen', () => {
    const head = gptHead([{ type: linuxGuid, firstLba: 40, lastLba: 2047 }]);
    head.set(
      mbrSector([
        { type: 0xee, firstLba: 1, sectors: 39 },
        { type: 0x83, firstLba: 40, sectors: 2008 },
      ]),
    );
    expect(readDiskLayout(head, tenMiB)).toMatchObject({ scheme: 'gpt', hybridMbr: true });
  });

  test.each([512, 4096])('a disk for %i-byte sectors that was cut anywhere says so', sectorSize => {
    const slot = { type: linuxGuid, firstLba: 40, lastLba: 47 };
    const head = gptHead([slot], sectorSize, '', tenMiB);
    const disk = Buffer.alloc(tenMiB);
    disk.set(head);
    const cuts = [...Array.from({ length: 48 }, (_, index) => 512 * (index + 1)), 2 ** 20, tenMiB - 4096];
    for (const length of cuts) {
      const seen = disk.subarray(0, Math.min(length, 131_072));
      const codes = readDiskLayout(seen, length).problems.map(problem => problem.code);
      expect(codes, `cut to ${length}`).toContain('gpt_cut');
    }
    expect(readDiskLayout(disk.subarray(0, 131_072), tenMiB + 512).problems).toEqual([]);
  });
});

describe('images without a partition table', () => {
  test.each([
    ['ext', 1080, '\x53\xef'],
    ['xfs', 0, 'XFSB'],
    ['btrfs', 65600, '_BHRfS_M'],
    ['squashfs', 0, 'hsqs'],
    ['lvm', 512, 'LABELONE'],
    ['luks', 0, 'LUKS\xba\xbe'],
    ['swap', 4086, 'SWAPSPACE2'],
  ])('%s is recognised', (kind, offset, magic) => {
    expect(readDiskLayout(at(offset, magic), tenMiB)).toMatchObject({ scheme: 'none', fileSystem: kind });
  });

  test.each([
    ['fat', 82, 'FAT32   '],
    ['fat', 54, 'FAT16   '],
    ['ntfs', 3, 'NTFS    '],
    ['exfat', 3, 'EXFAT   '],
  ])('the boot sector of %s is not taken for an MBR', (kind, offset, magic) => {
    const bootSector = at(offset, magic, mbrSector([{ type: 0x83, firstLba: 2048, sectors: 4096 }]));
    expect(readDiskLayout(bootSector, tenMiB)).toMatchObject({ scheme: 'none', fileSystem: kind });
  });

  const number = (size: 2 | 4, value: number, bigEndian = false): Uint8Array => {
    const bytes = Buffer.alloc(size);
    if (bigEndian) bytes.writeUIntBE(value, 0, size);
    else bytes.writeUIntLE(value, 0, size);
    return bytes;
  };
  test.each([
    ['ext', at(1024 + 4, number(4, 2560), at(1024 + 24, number(4, 2), at(1080, '\x53\xef')))],
    ['xfs', at(4, number(4, 4096, true), at(12, number(4, 2560, true), at(0, 'XFSB')))],
    ['fat', at(11, number(2, 512), at(32, number(4, 20_480), at(82, 'FAT32   ')))],
    ['fat', at(11, number(2, 512), at(19, number(2, 20_480), at(54, 'FAT16   ')))],
  ])('a bare %s that is larger than the image says so', (_kind, head) => {
    expect(readDiskLayout(head, tenMiB).problems).toEqual([]);
    expect(readDiskLayout(head, tenMiB - 512).problems).toMatchObject([
      { code: 'file_system_beyond_end', offset: tenMiB - 512 },
    ]);
  });

  test('text before 55 AA is no partition table', () => {
    const sector = at(446, 'Remove disks or other media. Press any key to restart\r\n', new Uint8Array(512));
    sector.set([0x55, 0xaa], 510);
    expect(readDiskLayout(sector, tenMiB)).toMatchObject({ scheme: 'none', partitions: [], problems: [] });
  });
});

describe('boot capability', () => {
  const grub = 'GRUB \0Geom\0Hard Disk\0Read\0 Error\r\n';
  const linux = { type: linuxGuid, firstLba: 48, lastLba: 2047 };
  const cases: [string, Uint8Array, boolean, string, boolean][] = [
    ['nothing at all', new Uint8Array(4096), false, 'no_table', false],
    [
      'GPT, GRUB, BIOS boot partition and ESP',
      gptHead(
        [
          { type: biosBootGuid, firstLba: 40, lastLba: 47 },
          { ...linux, type: espGuid },
        ],
        512,
        grub,
      ),
      true,
      'grub_with_bios_boot_partition',
      true,
    ],
    [
      'GPT with an ESP and a zero boot sector',
      gptHead([{ ...linux, type: espGuid }]),
      false,
      'no_boot_code',
      true,
    ],
    [
      'GPT with GRUB in the MBR but no place for its core',
      gptHead([linux], 512, grub),
      false,
      'boot_code_but_nothing_to_start',
      false,
    ],
    [
      'GPT with syslinux and the legacy attribute',
      gptHead([{ ...linux, legacyBootable: true }], 512, 'Operating system load error'),
      true,
      'active_partition',
      false,
    ],
    [
      'MBR with GRUB',
      mbrSector([{ type: 0x83, firstLba: 2048, sectors: 99 }], grub),
      true,
      'grub_in_mbr',
      false,
    ],
    [
      'MBR with an active partition',
      mbrSector([{ type: 7, firstLba: 2048, sectors: 99, active: true }], 'Error loading operating system'),
      true,
      'active_partition',
      false,
    ],
    [
      "MBR with libparted's stub",
      mbrSector([{ type: 0x83, firstLba: 2048, sectors: 99 }], '\xfa\xb8\x00\x10'),
      false,
      'boot_code_but_nothing_to_start',
      false,
    ],
    [
      'MBR with an ESP',
      mbrSector([{ type: 0xef, firstLba: 2048, sectors: 99 }]),
      false,
      'no_boot_code',
      true,
    ],
  ];
  test.each(cases)('%s', (_name, head, bios, biosReason, uefi) => {
    expect(bootCapability(readDiskLayout(head, tenMiB))).toMatchObject({ bios, biosReason, uefi });
  });
});

describe('hostile tables', () => {
  const good = gptHead([{ type: linuxGuid, firstLba: 40, lastLba: 2047, name: 'root' }]);

  test('every truncation is read without a throw', () => {
    for (let length = 0; length <= good.length; length += length < 2048 ? 1 : 97) {
      const layout = readDiskLayout(good.subarray(0, length), tenMiB);
      expect(layout.partitions.length).toBe(length === good.length ? 1 : 0);
    }
  });

  test.each([
    ['header size', 512 + 12, 4],
    ['entry count', 512 + 80, 4],
    ['entry size', 512 + 84, 4],
    ['entries LBA', 512 + 72, 8],
  ])('an absurd %s is refused although its checksum is right', async (_field, offset, length) => {
    const { crc32 } = await import('node:zlib');
    for (const fill of [0, 0x7f, 0xff]) {
      const head = Buffer.from(good);
      head.fill(fill, offset, offset + length);
      head.fill(0, 528, 532);
      head.writeUInt32LE(crc32(head.subarray(512, 604)), 528);
      const layout = readDiskLayout(head, tenMiB);
      expect(layout.problems.map(problem => problem.code)).toEqual([
        expect.stringMatching(/^gpt_(unreadable|checksum_wrong)$/),
      ]);
      expect(layout.partitions).toEqual([]);
    }
  });

  test('random sectors with a valid signature never throw', () => {
    let seed = 12345;
    const random = (): number => {
      seed = (Math.imul(seed, 1103515245) + 12345) >>> 0;
      return seed >>> 16;
    };
    for (let round = 0; round < 500; round++) {
      const head = Uint8Array.from({ length: 2048 }, random);
      head.set([0x55, 0xaa], 510);
      if (round % 2 === 0) head.set(Buffer.from('EFI PART'), 512);
      head[446 + 4] = 0xee;
      const layout = readDiskLayout(head, tenMiB);
      expect(['gpt', 'mbr', 'none']).toContain(layout.scheme);
      bootCapability(layout);
    }
  });
});
