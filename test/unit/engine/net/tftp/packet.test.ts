import { describe, expect, it } from 'vitest';
import { decodeTftp, encodeTftp, type TftpPacket } from '#engine/net/tftp/packet.ts';

const bytes = (hex: string): Uint8Array => Uint8Array.from(Buffer.from(hex, 'hex'));
const name = '7078656c696e75782e3000';

/** First datagram of real clients, taken from a UDP socket on loopback (Debian 12), the firmware's with tcpdump in QEMU. */
const captured: readonly (readonly [client: string, hex: string, options: Record<string, string>])[] = [
  [
    'curl 7.88.1',
    `0001${name}6f63746574007473697a65003000626c6b73697a6500313436380074696d656f7574003100`,
    { tsize: '0', blksize: '1468', timeout: '1' },
  ],
  ['tftp-hpa 5.2', `0001${name}6f6374657400`, {}],
  [
    'atftp 0.8.0',
    `0001${name}6f637465740074696d656f7574003300626c6b73697a6500313436380077696e646f7773697a6500313600`,
    { timeout: '3', blksize: '1468', windowsize: '16' },
  ],
  [
    'busybox 1.35',
    `0001${name}6f6374657400626c6b73697a650031343638007473697a65003000`,
    { blksize: '1468', tsize: '0' },
  ],
  [
    'iPXE in QEMU’s e1000 ROM',
    '00016e6270006f6374657400626c6b73697a650031343332007473697a65003000',
    { blksize: '1432', tsize: '0' },
  ],
  [
    'OVMF (UEFI PXE)',
    '00016e6270006f63746574007473697a65003000626c6b73697a6500313436380077696e646f7773697a65003400',
    { tsize: '0', blksize: '1468', windowsize: '4' },
  ],
];

describe('TFTP packets', () => {
  it.each(captured)('reads the request of %s and writes the same bytes again', (_client, hex, options) => {
    const received = decodeTftp(bytes(hex));
    expect(received).toEqual({
      ok: true,
      value: {
        kind: 'read-request',
        path: hex.startsWith('00016e627000') ? 'nbp' : 'pxelinux.0',
        mode: 'octet',
        options: new Map(Object.entries(options)),
      },
    });
    if (received.ok) expect(Buffer.from(encodeTftp(received.value)).toString('hex')).toBe(hex);
  });

  it.each<[string, string, TftpPacket]>([
    ['DATA', '0003000a68656c6c6f', { kind: 'data', block: 10, data: bytes('68656c6c6f') }],
    ['empty DATA at the block number’s end', '0003ffff', { kind: 'data', block: 65535, data: bytes('') }],
    ['ACK', '00040100', { kind: 'ack', block: 256 }],
    ['ERROR', '000500016e6f706500', { kind: 'error', code: 1, message: 'nope' }],
    ['OACK', '0006626c6b73697a65003800', { kind: 'oack', options: new Map([['blksize', '8']]) }],
    ['WRQ', '000261006600', { kind: 'write-request', path: 'a', mode: 'f', options: new Map() }],
  ])('reads and writes %s', (_name, hex, packet) => {
    const received = decodeTftp(bytes(hex));
    expect(received).toEqual({ ok: true, value: packet });
    expect(Buffer.from(encodeTftp(packet)).toString('hex')).toBe(hex);
  });

  it('lowers the case of mode and option names, keeps that of path and values', () => {
    const packet = Buffer.from('\0\x01\\Boot\\BCD\0OCTET\0BLKSIZE\x001456\0X\0Yz\0', 'latin1');
    expect(decodeTftp(packet)).toMatchObject({
      ok: true,
      value: {
        path: '\\Boot\\BCD',
        mode: 'octet',
        options: new Map([
          ['blksize', '1456'],
          ['x', 'Yz'],
        ]),
      },
    });
  });

  it('takes zeros after the last option as padding and the first of two equal options', () => {
    const packet = Buffer.from('\0\x01a\0octet\0blksize\x00512\0blksize\x008\0\0\0\0', 'latin1');
    expect(decodeTftp(packet)).toMatchObject({ ok: true, value: { options: new Map([['blksize', '512']]) } });
  });

  it('shows an ERROR text without its control characters and its final zero', () => {
    expect(decodeTftp(Buffer.from('\0\x05\0\0bad\x1b[2J', 'latin1'))).toEqual({
      ok: true,
      value: { kind: 'error', code: 0, message: 'bad [2J' },
    });
  });

  it.each([
    ['nothing', '', 0],
    ['one byte', '00', 1],
    ['opcode 0', '0000', 0],
    ['opcode 7', '00070000', 0],
    ['half an ACK', '000401', 3],
    ['DATA without a number', '0003', 2],
    ['a request without a name', '0001', 2],
    ['an empty name', '0001006f6374657400', 2],
    ['a name without its end', '000161', 2],
    ['no mode', '00016100', 4],
    ['a mode without its end', '000161006f', 4],
    ['an option without a value', '000161006f0078', 6],
    ['a value without its end', '000161006f00780079', 8],
  ])('calls %s malformed and says where', (_name, hex, offset) => {
    expect(decodeTftp(bytes(hex))).toMatchObject({ ok: false, offset });
  });

  it('stops at too many options', () => {
    const many = Array.from({ length: 33 }, (_, index) => `o${index}\0v\0`).join('');
    expect(decodeTftp(Buffer.from(`\0\x01a\0octet\0${many}`, 'latin1'))).toMatchObject({ ok: false });
  });

  it('refuses to write a string with a zero in it', () => {
    const request = { kind: 'read-request', mode: 'octet', options: new Map() } as const;
    expect(() => encodeTftp({ ...request, path: 'a\0b' })).toThrow('zero');
  });

  it('survives every truncation and 20,000 random datagrams, and what it accepts it can write again', () => {
    let seed = 7;
    const random = (): number => {
      seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
      return seed >>> 24;
    };
    for (const [, hex] of captured) {
      for (let length = 0; length < hex.length / 2; length += 1) {
        const cut = decodeTftp(bytes(hex).subarray(0, length));
        if (!cut.ok) expect(cut.offset).toBeLessThanOrEqual(length);
      }
    }
    for (let round = 0; round < 20_000; round += 1) {
      const packet = Buffer.from(Uint8Array.from({ length: random() % 48 }, random));
      if (packet.length > 1 && round % 2 === 0) packet.set([0, 1 + (random() % 6)]);
      const received = decodeTftp(packet);
      if (received.ok) expect(decodeTftp(encodeTftp(received.value))).toEqual(received);
      else expect(received.offset).toBeLessThanOrEqual(packet.length);
    }
  });
});
