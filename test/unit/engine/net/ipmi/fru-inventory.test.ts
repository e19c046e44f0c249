import { describe, expect, test } from 'vitest';
import { decodeFruInventory, encodeFruInventory } from '#engine/net/ipmi/fru-inventory.ts';
import { checksum } from '#engine/net/ipmi/message.ts';
import { hostileVariants } from './hostile.ts';

const board = {
  manufactured: new Date('2026-03-14T08:30:00Z'),
  manufacturer: 'Rackside',
  product: 'RS-Board',
  serial: 'B0001',
  partNumber: 'PN-1',
  fruFileId: '',
  custom: ['extra'],
};
const product = {
  manufacturer: 'Rackside',
  name: 'Virtual Server',
  partNumber: 'VS-1',
  version: '1.0',
  serial: 'SN0001',
  assetTag: 'asset-1',
  fruFileId: '',
  custom: [],
};

function area(head: readonly number[], body: readonly number[]): Buffer {
  const length = Math.ceil((2 + head.length + body.length + 2) / 8) * 8;
  const bytes = Buffer.alloc(length);
  Buffer.from([1, length / 8, ...head, ...body, 0xc1]).copy(bytes);
  bytes.writeUInt8(checksum(bytes, 0, length - 1), length - 1);
  return bytes;
}

function inventory(...areas: readonly (readonly [index: number, bytes: Buffer])[]): Buffer {
  const header = Buffer.alloc(8);
  header.writeUInt8(1, 0);
  let at = 8;
  for (const [index, bytes] of areas) {
    header.writeUInt8(at / 8, index);
    at += bytes.length;
  }
  header.writeUInt8(checksum(header, 0, 7), 7);
  return Buffer.concat([header, ...areas.map(([, bytes]) => bytes)]);
}

test('what a virtual BMC hands out is read back', () => {
  expect(decodeFruInventory(encodeFruInventory({ board, product }))).toEqual({
    ok: true,
    value: { faults: [], board, product },
  });
});

test('a text of one byte does not end the fields', () => {
  const bytes = encodeFruInventory({ product: { ...product, version: '1' } });
  expect(decodeFruInventory(bytes)).toMatchObject({
    ok: true,
    value: { product: { version: '1', serial: 'SN0001' } },
  });
});

describe('field encodings of FRU §13', () => {
  const read = (field: readonly number[], language = 25) => {
    const decoded = decodeFruInventory(inventory([4, area([language], field)]));
    if (!decoded.ok) throw new Error(decoded.reason);
    return decoded.value.product?.manufacturer;
  };
  test('binary is shown in hex', () => expect(read([0x03, 0xde, 0xad, 0x01])).toBe('dead01'));
  test('BCD plus', () => expect(read([0x43, 0x12, 0x3b, 0x45])).toBe('123-45'));
  test('6-bit ASCII packs four characters into three bytes', () => {
    // The example of FRU §13.3: "IPMI" is 29h DCh A6h.
    expect(read([0x83, 0x29, 0xdc, 0xa6])).toBe('IPMI');
  });
  test('Latin-1', () => expect(read([0xc4, 0x53, 0xfc, 0x64, 0x20])).toBe('Süd'));
  test('16-bit text where the language is not English', () => {
    expect(read([0xc4, 0x2d, 0x4e, 0x87, 0x65], 3)).toBe('中文');
  });
  test('control characters of a hostile board are made harmless', () => {
    expect(read([0xc4, 0x1b, 0x5b, 0x41, 0x9b])).toBe('?[A?');
  });
});

test('a chassis area gives type and serial', () => {
  const bytes = inventory([2, area([23], [0xc3, 0x50, 0x4e, 0x31, 0xc3, 0x53, 0x4e, 0x31])]);
  expect(decodeFruInventory(bytes)).toMatchObject({
    ok: true,
    value: { chassis: { type: 23, partNumber: 'PN1', serial: 'SN1', custom: [] } },
  });
});

describe('bad inventories', () => {
  test('one bad area does not cost the others', () => {
    const bytes = encodeFruInventory({ board, product });
    bytes.writeUInt8(bytes.readUInt8(12) ^ 1, 12);
    expect(decodeFruInventory(bytes)).toEqual({
      ok: true,
      value: { faults: ['board area: checksum is wrong'], product },
    });
  });

  test.each([
    ['an area beyond the end', inventory([3, Buffer.alloc(0)]), 'board area: lies beyond the inventory'],
    [
      'a length beyond the end',
      inventory([3, Buffer.of(1, 9, 0, 0, 0, 0, 0, 0)]),
      'board area: is longer than the inventory',
    ],
    ['a length of nothing', inventory([4, Buffer.alloc(8)]), 'product area: is longer than the inventory'],
    [
      'a field beyond its area',
      inventory([4, area([25], [0xff, 0x41])]),
      'product area: fields run past its end',
    ],
  ])('%s is named', (_name, bytes, fault) => {
    expect(decodeFruInventory(bytes)).toEqual({ ok: true, value: { faults: [fault] } });
  });

  test.each([
    ['nothing', '', 'FRU header cut short'],
    ['an empty EEPROM', 'ff'.repeat(64), 'not FRU format version 1'],
    ['a wrong header checksum', '0100000100000000', 'FRU header checksum is wrong'],
  ])('%s is malformed', (_name, hex, reason) => {
    expect(decodeFruInventory(Buffer.from(hex, 'hex'))).toMatchObject({ ok: false, reason });
  });

  test('hostile bytes never throw', () => {
    for (const bytes of hostileVariants([encodeFruInventory({ board, product })])) {
      expect(decodeFruInventory(bytes)).toHaveProperty('ok');
    }
  });
});
