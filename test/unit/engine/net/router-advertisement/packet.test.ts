import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  decodeRouterSolicitation,
  encodeRouterAdvertisement,
} from '#engine/net/router-advertisement/packet.ts';
import type { Mac } from '#shared/model/mac.ts';

const hex = (text: string) => Uint8Array.from(Buffer.from(text.replace(/\s/g, ''), 'hex'));
const mac = '52:54:00:aa:00:01' as Mac;

/** iPXE 1.0.0+git-20190125, e1000 ROM of QEMU 7.2; tcpdump on a bridge. */
const fromIpxe = hex('8500d92f 00000000 0101 525400aa0001');
/** OVMF 2022.11, virtio-net without option ROM; likewise. It asks from :: and names no address. */
const fromOvmf = hex('85007bb8 00000000');

describe('router solicitations', () => {
  test('of iPXE name its MAC, of OVMF nothing', () => {
    expect(decodeRouterSolicitation(fromIpxe)).toEqual({ ok: true, value: { sourceMac: mac } });
    expect(decodeRouterSolicitation(fromOvmf)).toEqual({ ok: true, value: { sourceMac: undefined } });
  });

  test('unknown options are skipped', () => {
    const bytes = hex('8500000000000000 0e01aabbccddeeff 0101525400aa0001');
    expect(decodeRouterSolicitation(bytes)).toMatchObject({ value: { sourceMac: mac } });
  });

  test.each([
    ['nothing', '', 0],
    ['seven bytes', '85000000000000', 7],
    ['an advertisement', '8600000000000000', 0],
    ['an unknown code', '8501000000000000', 0],
    ['an option of length 0', '8500000000000000 0100525400aa0001', 8],
    ['an option without a length', '8500000000000000 01', 8],
    ['an option longer than the packet', '8500000000000000 0102525400aa0001', 8],
  ])('%s is malformed', (_, bytes, offset) => {
    expect(decodeRouterSolicitation(hex(bytes))).toMatchObject({ ok: false, offset });
  });

  test('random bytes are decoded or refused', () => {
    for (let round = 0; round < 2000; round += 1) {
      const result = decodeRouterSolicitation(Uint8Array.from([0x85, 0, ...randomBytes(round % 90)]));
      if (!result.ok) expect(result.offset).toBeLessThanOrEqual(92);
    }
  });
});

test('an advertisement of nothing has lifetime 0, no prefix and our MAC (RFC 4861 §4.2)', () => {
  const bytes = encodeRouterAdvertisement({ routerLifetimeSeconds: 0, sourceMac: mac });
  expect(Buffer.from(bytes).toString('hex')).toBe('86000000000000000000000000000000' + '0101525400aa0001');
});

test('a lifetime has its place', () => {
  const bytes = encodeRouterAdvertisement({ routerLifetimeSeconds: 0x1234, sourceMac: mac });
  expect(Array.from(bytes.subarray(4, 8))).toEqual([0, 0, 0x12, 0x34]);
});
