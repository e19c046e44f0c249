import fc from 'fast-check';
import { expect, test } from 'vitest';
import { unsealV20 } from '#engine/net/ipmi/seal.ts';
import type { SolPacket } from '#engine/net/ipmi/sol/packet.ts';
import { consoleBits, decodeSolPacket, encodeSolPacket } from '#engine/net/ipmi/sol/packet.ts';
import { capturedSession } from '../captured-session.ts';
import { hostileVariants } from '../hostile.ts';

const session = capturedSession('ipmitool-sol');

const payloads = session.sol.map(({ from, packet }) => {
  const plain = unsealV20(packet, session.keys);
  if (!plain.ok) throw new Error(plain.reason);
  return { from, bytes: plain.value };
});

function decode(bytes: Buffer): SolPacket {
  const packet = decodeSolPacket(bytes);
  if (!packet.ok) throw new Error(packet.reason);
  return packet.value;
}

const told = payloads.map(({ from, bytes }) => ({ from, ...decode(bytes) }));

test('a captured conversation reads as what was typed and said', () => {
  const data = (from: string) =>
    Buffer.concat(told.filter(packet => packet.from === from && packet.sequence !== 0).map(one => one.data));
  expect(data('console').toString()).toBe(`root\r${'x'.repeat(60)}\r`);
  expect(data('bmc').subarray(0, 4)).toEqual(Buffer.from([0xc9, 0xcd, 0xcd, 0xbb]));
  expect(data('bmc').subarray(4, 9).toString()).toBe('root\r');
});

test('its break and its acknowledgements are known as such', () => {
  const broken = told.filter(({ from, bits }) => from === 'console' && (bits & consoleBits.sendBreak) !== 0);
  expect(broken).toHaveLength(1);
  expect(broken[0]?.data).toHaveLength(0);
  const answers = told.filter(({ from, sequence }) => from === 'bmc' && sequence === 0);
  expect(answers.map(({ acknowledges, acceptedCount }) => [acknowledges, acceptedCount])).toEqual([
    [1, 5],
    [2, 0],
    [3, 28],
    [4, 28],
    [5, 4],
    [6, 1],
  ]);
});

test('each captured payload is the one that we make of its content', () => {
  for (const { bytes } of payloads) expect(encodeSolPacket(decode(bytes))).toEqual(bytes);
});

test('what is encoded is decoded to the same', () => {
  const packets = fc.record({
    sequence: fc.integer({ min: 0, max: 15 }),
    acknowledges: fc.integer({ min: 0, max: 15 }),
    acceptedCount: fc.integer({ min: 0, max: 255 }),
    bits: fc.integer({ min: 0, max: 255 }),
    data: fc.uint8Array({ maxLength: 255 }).map(bytes => Buffer.from(bytes)),
  });
  fc.assert(
    fc.property(packets, packet => {
      expect(decode(encodeSolPacket(packet))).toEqual(packet);
    }),
  );
});

test.each([
  ['nothing', Buffer.alloc(0), 0],
  ['a header cut short', Buffer.from([1, 0, 0]), 3],
  ['more characters than one byte can count', Buffer.alloc(4 + 256), 4 + 255],
])('%s is malformed', (_name, bytes, offset) => {
  expect(decodeSolPacket(bytes)).toMatchObject({ ok: false, offset });
});

test('any bytes are decoded or malformed, and nothing is read beyond them', () => {
  for (const bytes of hostileVariants(payloads.map(one => one.bytes))) {
    const packet = decodeSolPacket(bytes);
    if (packet.ok) expect(packet.value.data.length).toBe(bytes.length - 4);
  }
});
