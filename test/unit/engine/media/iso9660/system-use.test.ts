import { describe, expect, test } from 'vitest';
import { createBudget } from '#engine/media/disc-tree/budget.ts';
import { readRockRidge, readSystemUse } from '#engine/media/iso9660/system-use.ts';
import { bytesReader } from '../disc-tree/disc-bytes.ts';

const entry = (signature: string, ...payload: (number | string)[]): Buffer => {
  const body = Buffer.concat(
    payload.map(part => (typeof part === 'string' ? Buffer.from(part, 'utf8') : Buffer.from([part]))),
  );
  return Buffer.concat([Buffer.from(signature, 'latin1'), Buffer.from([body.length + 4, 1]), body]);
};
const both = (value: number): number[] => {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(value, 0);
  bytes.writeUInt32BE(value, 4);
  return [...bytes];
};
const goesOn = (block: number, offset: number, length: number): Buffer =>
  entry('CE', ...both(block), ...both(offset), ...both(length));

async function use(field: Buffer, image: Uint8Array = Buffer.alloc(8192), skipBytes = 0) {
  const context = { image: bytesReader(image), budget: createBudget(), blockBytes: 2048, skipBytes };
  const found = await readSystemUse(context, field, 0);
  return found.ok ? found.value : found.reason;
}

describe('a name', () => {
  test('of several entries is one', async () => {
    const field = Buffer.concat([
      entry('NM', 1, 'long-'),
      entry('PX', ...both(0o100644)),
      entry('NM', 0, 'name'),
    ]);
    expect(await use(field)).toMatchObject({ name: 'long-name', mode: 0o100644 });
  });

  test('goes on in a continuation area, and in one of that', async () => {
    const image = Buffer.alloc(8192);
    Buffer.concat([entry('NM', 1, 'b'), goesOn(3, 0, 6)]).copy(image, 2 * 2048 + 100);
    entry('NM', 0, 'c').copy(image, 3 * 2048);
    const field = Buffer.concat([entry('NM', 1, 'a'), goesOn(2, 100, 34)]);
    expect(await use(field, image)).toMatchObject({ name: 'abc' });
  });

  test('that is not UTF-8 is taken as Latin-1', async () => {
    const field = Buffer.concat([Buffer.from('NM\x07\x01\0', 'latin1'), Buffer.from([0x67, 0xfc])]);
    expect(await use(field)).toMatchObject({ name: 'gü' });
  });

  test('is found behind the bytes of CD-ROM XA', async () => {
    expect(await use(Buffer.concat([Buffer.alloc(14, 7), entry('NM', 0, 'x')]), undefined, 14)).toMatchObject(
      {
        name: 'x',
      },
    );
  });
});

test.each([
  [[entry('SL', 0, 0, 3, 'usr', 0, 3, 'lib')], 'usr/lib'],
  [[entry('SL', 0, 8, 0, 0, 3, 'etc')], '/etc'],
  [[entry('SL', 0, 4, 0, 4, 0, 2, 0, 0, 1, 'x')], '../.././x'],
  [[entry('SL', 1, 1, 3, 'one'), entry('SL', 0, 0, 3, 'two', 0, 1, 'x')], 'onetwo/x'],
  [[entry('SL', 0, 0, 200, 'short')], 'short'],
])('a symbolic link %#', async (entries, target) => {
  expect(await use(Buffer.concat(entries))).toMatchObject({ symlink: target });
});

test('moved directories: where the name is, and where the directory is', async () => {
  expect(await use(entry('CL', ...both(77)))).toMatchObject({ childBlock: 77, isRelocated: false });
  expect(await use(entry('RE'))).toMatchObject({ childBlock: undefined, isRelocated: true });
});

test('what follows ST, and entries of length 0, are left alone', async () => {
  expect(await use(Buffer.concat([entry('ST'), entry('NM', 0, 'x')]))).toMatchObject({ name: undefined });
  expect(await use(Buffer.concat([Buffer.from('NM\0\x01\0x', 'latin1'), entry('NM', 0, 'x')]))).toMatchObject(
    {
      name: undefined,
    },
  );
});

describe('a continuation', () => {
  test('that leads to itself ends', async () => {
    const image = Buffer.alloc(8192);
    goesOn(1, 0, 28).copy(image, 2048);
    expect(await use(goesOn(1, 0, 28), image)).toBe('more than 16 continuation areas for one record');
  });

  test('outside of the image, and one of 4 GiB, are refused', async () => {
    expect(await use(goesOn(4, 0, 28))).toBe('a continuation area ends at byte 8220, the image at 8192');
    expect(await use(goesOn(1, 0, 0xffffffff))).toBe('a continuation area of 4294967295 bytes');
  });
});

describe('Rock Ridge', () => {
  const sp = entry('SP', 0xbe, 0xef, 14);
  const px = entry('PX', ...both(0o40755));
  const er = entry('ER', 10, 0, 0, 1, 'RRIP_1991A');
  const context = { image: bytesReader(Buffer.alloc(8192)), budget: createBudget(), blockBytes: 2048 };
  test.each([
    ['SP and PX', Buffer.concat([sp, px]), 14],
    ['SP and ER', Buffer.concat([sp, er]), 14],
    ['both behind CD-ROM XA', Buffer.concat([Buffer.alloc(14), sp, px]), 14],
    ['SP alone is some other extension', sp, undefined],
    ['no SP', Buffer.concat([px, er]), undefined],
    ['nothing', Buffer.alloc(0), undefined],
  ])('%s', async (_name, field, skip) => {
    expect(await readRockRidge(context, field, 0)).toEqual({ ok: true, value: skip });
  });
});

test('continuation areas that all lie on the same bytes are read only so often', async () => {
  const image = bytesReader(Buffer.alloc(8192));
  const context = { image, budget: createBudget(), blockBytes: 2048, skipBytes: 0 };
  const field = goesOn(1, 0, 2048);
  let found = await readSystemUse(context, field, 0);
  let reads = 1;
  for (; found.ok && reads < 100_000; reads++) found = await readSystemUse(context, field, 0);
  expect(found).toMatchObject({ ok: false, code: 'too_large' });
  expect(reads * 2048).toBeLessThan(65 * 2 ** 20);
});
