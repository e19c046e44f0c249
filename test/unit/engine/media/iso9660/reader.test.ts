import { describe, expect, test } from 'vitest';
import { readIso9660 } from '#engine/media/iso9660/reader.ts';
import { buildIso } from '#engine/media/iso9660/writer.ts';
import { bytesReader, contents, mutated } from '../disc-tree/disc-bytes.ts';

const sector = 2048;
const file = (path: string, text = path) => ({ path, bytes: Buffer.from(text) });
const files = [
  file('openstack/latest/meta_data.json', '{"a":1}'),
  file('openstack/latest/empty', ''),
  file('openstack/content/0000', 'x'.repeat(5000)),
  file('Grüße 根.txt'),
  file('UPPER.TXT'),
  ...Array.from({ length: 120 }, (_, index) => file(`many/a-rather-long-name-number-${index}.dat`)),
];
const image = Buffer.from(buildIso(files, { label: 'config-2', createdAtMs: Date.UTC(2026, 0, 2) }));
const expected = new Map(files.map(({ path, bytes }) => [path, bytes.toString('latin1')]));

async function read(bytes: Uint8Array) {
  const disc = await readIso9660(bytesReader(bytes));
  if (!disc.ok) throw new Error(`${disc.code} at ${disc.offset}: ${disc.reason}`);
  return disc.value;
}

async function refusal(bytes: Uint8Array): Promise<string> {
  const disc = await readIso9660(bytesReader(bytes));
  return disc.ok ? 'read' : `${disc.code}: ${disc.reason}`;
}

function changed(change: (copy: Buffer) => void): Buffer {
  const copy = Buffer.from(image);
  change(copy);
  return copy;
}

const root = image.readUInt32LE(16 * sector + 158) * sector;
/** Byte of the record of the ISO tree with this identifier. */
const recordOf = (identifier: string): number => image.indexOf(identifier, root, 'latin1') - 33;
const rockRidgeNameOf = (name: string): number => image.indexOf(name, recordOf(`${name};1`) + 50, 'latin1');
/** The last record in a directory's first sector. */
const lastRecordOf = (start: number): number => {
  let at = start;
  while (image.readUInt8(at + image.readUInt8(at)) !== 0) at += image.readUInt8(at);
  return at;
};
const withoutRockRidge = (copy: Buffer): number => copy.write('XX', root + 34, 'latin1');

describe('names', () => {
  test('of Rock Ridge go first', async () => {
    const disc = await read(image);
    expect([disc.names, disc.label]).toEqual(['rock-ridge', 'config-2']);
    expect(contents(disc.root, image)).toEqual(expected);
  });

  test('of Joliet are used without Rock Ridge', async () => {
    const joliet = changed(withoutRockRidge);
    const disc = await read(joliet);
    expect([disc.names, disc.label]).toEqual(['joliet', 'config-2']);
    expect(contents(disc.root, joliet)).toEqual(expected);
  });

  test('of neither are shown in lower case, without version and lonely dot', async () => {
    const plain = changed(copy => {
      withoutRockRidge(copy);
      copy.fill(0, 17 * sector + 88, 17 * sector + 91);
    });
    const disc = await read(plain);
    expect(disc.names).toBe('plain');
    const found = contents(disc.root, plain);
    expect(found.get('openstack/latest/meta_data.jso')).toBeUndefined();
    expect(found.get('openstack/latest/meta_data.json')).toBe('{"a":1}');
    expect(found.get('openstack/content/0000')).toBe('x'.repeat(5000));
    expect(found.get('upper.txt')).toBe('UPPER.TXT');
    expect(found.size).toBe(files.length);
  });
});

test('a file over 4 GiB is a row of records; its pieces are joined', async () => {
  // Two records of the same name: 0000 and a copy of it with "not final" set, before it.
  const at = recordOf('0000.;1');
  const pieces = changed(copy => {
    const record = Buffer.from(copy.subarray(at, at + copy.readUInt8(at)));
    record.copy(copy, at + record.length);
    copy.writeUInt8(0x80, at + 25);
    copy.writeUInt32LE(4096, at + 10);
  });
  const disc = await read(pieces);
  const found = contents(disc.root, pieces).get('openstack/content/0000');
  expect(found).toBe('x'.repeat(4096) + 'x'.repeat(5000));
});

test('an extended attribute record lies before the data', async () => {
  const at = recordOf('0000.;1');
  const withAttributes = changed(copy => {
    copy.writeUInt8(1, at + 1);
    copy.writeUInt32LE(copy.readUInt32LE(at + 2) - 1, at + 2);
  });
  expect(contents((await read(withAttributes)).root, withAttributes).get('openstack/content/0000')).toBe(
    'x'.repeat(5000),
  );
});

describe('the boot catalogue', () => {
  const catalogue = 20_000;
  const entry = (bytes: number[], block: number): Buffer => {
    const buffer = Buffer.alloc(32);
    buffer.set(bytes);
    buffer.writeUInt32LE(block, 8);
    return buffer;
  };
  const bootable = (platform: number): Buffer => {
    const validation = entry([1, platform], 0);
    validation.writeUInt16BE(0x55aa, 30);
    const sum = [...Array(16).keys()].reduce((total, index) => total + validation.readUInt16LE(index * 2), 0);
    validation.writeUInt16LE(-sum & 0xffff, 28);
    const lines = [
      validation,
      entry([0x88, 0, 0, 0, 0, 0, 4], 30),
      entry([0x91, 0xef, 2, 0], 0),
      entry([0x88, 0, 0, 0, 0, 0, 1], 31),
      entry([0x44], 0),
      entry([0x00, 2, 0, 0, 0, 0, 1], 32),
      entry([0x88, 0, 0, 0, 0, 0, 1], 33),
    ];
    return changed(copy => {
      copy.copy(copy, 18 * sector, 17 * sector, 18 * sector);
      copy.fill(0, 17 * sector, 18 * sector);
      copy.write('\0CD001\x01EL TORITO SPECIFICATION', 17 * sector, 'latin1');
      copy.writeUInt32LE(1, 17 * sector + 71);
      Buffer.concat(lines).copy(copy, sector);
    });
  };

  test('names what each firmware starts; extensions are no entries, a section ends where it says', async () => {
    expect((await read(bootable(0))).bootEntries).toEqual([
      { platform: 'bios', isBootable: true, emulation: 'none', offsetBytes: 30 * sector, loadBytes: 2048 },
      { platform: 'uefi', isBootable: true, emulation: 'none', offsetBytes: 31 * sector, loadBytes: 512 },
      { platform: 'uefi', isBootable: false, emulation: 'floppy', offsetBytes: 32 * sector, loadBytes: 512 },
    ]);
  });

  test('that is damaged has no entries, and the disc is read', async () => {
    const damaged = bootable(0);
    damaged.writeUInt8(7, sector + 5);
    expect((await read(damaged)).bootEntries).toEqual([]);
    damaged.writeUInt32LE(catalogue, 17 * sector + 71);
    expect(contents((await read(damaged)).root, damaged)).toEqual(expected);
  });
});

describe('what is refused', () => {
  test.each([0, 100, 16 * sector, 17 * sector - 1])('a file of %i bytes is no disc', async size => {
    expect(await refusal(image.subarray(0, size))).toBe('not_a_disc: no ISO 9660 volume descriptor');
  });

  test('an image that is cut off, whatever part is missing', async () => {
    const reasons = new Set<string>();
    for (let size = 17 * sector; size < image.length - sector; size += 700)
      reasons.add((await refusal(image.subarray(0, size))).replace(/"[^"]*"/g, '…').replace(/\d+/g, 'n'));
    expect(reasons).toEqual(
      new Set([
        'truncated: a volume descriptor ends at byte n, the image at n',
        'truncated: a directory ends at byte n, the image at n',
        'truncated: … ends at byte n, the image at n',
      ]),
    );
  });

  const cases: readonly (readonly [string, (copy: Buffer) => void, string])[] = [
    [
      'a directory that is its own parent',
      copy => copy.writeUInt32LE(root / sector, recordOf('OPENSTACK') + 2),
      'loop: the directory "" contains itself',
    ],
    [
      'two directories in one place',
      copy => copy.writeUInt32LE(copy.readUInt32LE(recordOf('CONTENT') + 2), recordOf('LATEST') + 2),
      'overlap: the directories "/openstack/latest" and "/openstack/content" overlap',
    ],
    [
      'a directory as large as the image is not',
      copy => copy.writeUInt32LE(0x7000000, recordOf('MANY') + 10),
      `truncated: a directory ends at byte`,
    ],
    [
      'a directory of 4 GiB',
      copy => copy.writeUInt32LE(0xfffff800, recordOf('MANY') + 10),
      'too_large: more than 134217728 bytes of directories',
    ],
    [
      'a block of 700 bytes',
      copy => copy.writeUInt16LE(700, 16 * sector + 128),
      'malformed: a logical block of 700 bytes',
    ],
    [
      'a record that crosses its sector',
      copy => copy.writeUInt8(250, lastRecordOf(copy.readUInt32LE(recordOf('MANY') + 2) * sector)),
      'malformed: a directory record of 250 bytes',
    ],
    [
      'a record shorter than one can be',
      copy => copy.writeUInt8(33, recordOf('UPPER.TXT;1')),
      'malformed: a directory record of 33 bytes',
    ],
    [
      'a name longer than its record',
      copy => copy.writeUInt8(240, recordOf('UPPER.TXT;1') + 32),
      'malformed: a name longer than its directory record',
    ],
    [
      'an interleaved file',
      copy => copy.writeUInt8(1, recordOf('UPPER.TXT;1') + 26),
      'unsupported: an interleaved file',
    ],
    [
      'a name with a slash',
      copy => copy.write('UP/ER.TXT', rockRidgeNameOf('UPPER.TXT'), 'latin1'),
      'bad_name: a file is called "UP/ER.TXT"',
    ],
    [
      'a file called ..',
      copy => {
        copy.writeUInt8(7, rockRidgeNameOf('UPPER.TXT') - 3);
        copy.write('..', rockRidgeNameOf('UPPER.TXT'), 'latin1');
      },
      'bad_name: a file is called ".."',
    ],
  ];
  test.each(cases)('%s', async (_name, change, reason) => {
    expect((await refusal(changed(change))).slice(0, reason.length)).toBe(reason);
  });
});

test('more records than any disc has are refused before they are kept, also those that become no file', async () => {
  const perSector = Math.floor(sector / 34);
  const record = Buffer.alloc(34);
  record.writeUInt8(34, 0);
  record.writeUInt8(4, 25); // associated
  record.writeUInt8(1, 32);
  record.write('A', 33);
  const full = Buffer.concat([Buffer.alloc(perSector * 34, record), Buffer.alloc(sector % 34)]);
  const sectors = Math.ceil(250_000 / perSector) + 1;
  const crowded = changed(copy => {
    copy.writeUInt32LE(copy.length / sector, recordOf('MANY') + 2);
    copy.writeUInt32LE(sectors * sector, recordOf('MANY') + 10);
  });
  expect(await refusal(Buffer.concat([crowded, Buffer.alloc(sectors * sector, full)]))).toBe(
    'too_large: more than 250000 entries',
  );
});

test('any damage gives an answer, and what is read lies inside of the image', async () => {
  const places = [16 * sector, 17 * sector, root, root + 2 * sector, recordOf('LATEST'), recordOf('MANY')];
  let refused = 0;
  for (let seed = 1; seed <= 1500; seed++) {
    const damaged = mutated(image, seed, places);
    const disc = await readIso9660(bytesReader(damaged));
    if (disc.ok) contents(disc.value.root, damaged);
    else refused += 1;
  }
  expect(refused).toBeGreaterThan(50);
});
