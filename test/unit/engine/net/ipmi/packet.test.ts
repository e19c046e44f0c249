import { describe, expect, test } from 'vitest';
import {
  authType,
  decodeIpmi,
  decodeIpmiDatagram,
  decodeRmcp,
  encodeRmcp,
  encodeSetupPayload,
  encodeV15,
  encodeV20Session,
  payloadType,
  rmcpClassIpmi,
} from '#engine/net/ipmi/packet.ts';
import { captured, nthFrom } from './captured.ts';
import { hostileVariants } from './hostile.ts';

const names = [
  'ipmitool-suite-3',
  'ipmitool-md5',
  'ipmitool-straight',
  'ipmitool-suite-17',
  'freeipmi-suite-17',
  'freeipmi-suite-17-refused',
];

describe('packets of real consoles and BMCs', () => {
  test('Get Channel Authentication Capabilities of ipmitool is a v1.5 packet without session', () => {
    const packet = decodeIpmiDatagram(nthFrom('ipmitool-suite-3', 'console', 0));
    expect(packet).toEqual({
      ok: true,
      value: {
        version: '1.5',
        authType: authType.none,
        sequence: 0,
        sessionId: 0,
        message: Buffer.from('2018c88100388e04b5', 'hex'),
      },
    });
  });

  test('a sealed RMCP+ packet gives its flags, ids, payload and trailer', () => {
    const packet = decodeIpmiDatagram(nthFrom('ipmitool-suite-3', 'console', 4));
    if (!packet.ok || packet.value.version !== '2.0') throw new Error('not RMCP+');
    const { session, payload, trailer, ...header } = packet.value;
    expect(header).toEqual({
      version: '2.0',
      payloadType: payloadType.ipmi,
      encrypted: true,
      authenticated: true,
      sessionId: 0x0982,
      sequence: 3,
    });
    expect(payload).toHaveLength(32);
    expect(trailer.toString('hex')).toMatch(/^ffff0207/);
    expect(session.length).toBe(12 + payload.length + trailer.length);
  });

  test('an MD5 packet gives its auth code', () => {
    const packet = decodeIpmiDatagram(nthFrom('ipmitool-md5', 'console', 4));
    if (!packet.ok || packet.value.version !== '1.5') throw new Error('not 1.5');
    expect(packet.value.authType).toBe(authType.md5);
    expect(packet.value.authCode?.toString('hex')).toBe('924b808a11e515060a5af7526dfd2788');
    expect(packet.value.sequence).toBe(0x88b3b0e6);
  });

  test('every captured datagram is encoded back to the same bytes', () => {
    for (const { bytes } of names.flatMap(captured)) {
      const rmcp = decodeRmcp(bytes);
      if (!rmcp.ok) throw new Error(rmcp.reason);
      if (rmcp.value.class !== 'ipmi') continue;
      const packet = decodeIpmi(rmcp.value.body);
      if (!packet.ok) throw new Error(packet.reason);
      const { value } = packet;
      const again =
        value.version === '1.5'
          ? encodeV15(value)
          : encodeRmcp(rmcpClassIpmi, encodeV20Session(value, value.payload), value.trailer);
      expect(again.toString('hex')).toBe(bytes.toString('hex'));
    }
  });
});

describe('what is not a packet', () => {
  const table: readonly [string, string, string][] = [
    ['nothing', '', 'shorter than an RMCP header'],
    ['half an RMCP header', '0600ff', 'shorter than an RMCP header'],
    ['another RMCP version', '0500ff07', 'not RMCP version 1.0'],
    ['an OEM class', '0600ff08', 'RMCP class 8 is neither ASF nor IPMI'],
    ['an RMCP header alone', '0600ff07', 'no session header'],
    [
      'a v1.5 header cut before the length',
      '0600ff07000000000000000000',
      'IPMI 1.5 session header cut short',
    ],
    ['a v1.5 auth code cut short', '0600ff0702000000000000000000112233', 'IPMI 1.5 session header cut short'],
    [
      'a v1.5 length beyond the packet',
      '0600ff070000000000000000000a20',
      'IPMI message length beyond the packet',
    ],
    ['an RMCP+ header of one byte', '0600ff0706', 'RMCP+ session header cut short'],
    [
      'an RMCP+ length beyond the packet',
      '0600ff0706000000000000000000ff00',
      'RMCP+ payload length beyond the packet',
    ],
    ['an OEM payload cut in its header', '0600ff070602000000000000000000', 'RMCP+ session header cut short'],
  ];
  test.each(table)('%s', (_name, hex, reason) => {
    expect(decodeIpmiDatagram(Buffer.from(hex, 'hex'))).toMatchObject({ ok: false, reason });
  });

  test('more than an Ethernet frame is refused unread', () => {
    expect(decodeRmcp(Buffer.alloc(1501, 6))).toMatchObject({ ok: false, offset: 1500 });
  });

  test('no truncation, changed byte or noise makes the decoder throw or read past the end', () => {
    const samples = names.flatMap(captured).map(datagram => datagram.bytes);
    for (const bytes of hostileVariants(samples)) {
      const packet = decodeIpmiDatagram(bytes);
      if (!packet.ok) {
        expect(packet.offset).toBeLessThanOrEqual(bytes.length);
        continue;
      }
      const { value } = packet;
      const body = value.version === '1.5' ? value.message : Buffer.concat([value.payload, value.trailer]);
      expect(body.length).toBeLessThanOrEqual(bytes.length);
      expect(bytes.includes(body)).toBe(true);
    }
  });
});

test('bytes after a v1.5 message are the legacy pad and ignored', () => {
  const datagram = encodeV15({
    version: '1.5',
    authType: authType.none,
    sequence: 0,
    sessionId: 0,
    message: Buffer.of(1, 2, 3),
  });
  const packet = decodeIpmiDatagram(Buffer.concat([datagram, Buffer.of(0)]));
  expect(packet).toMatchObject({ ok: true, value: { message: Buffer.of(1, 2, 3) } });
});

test('an RMCP acknowledgement is told from a message', () => {
  expect(decodeRmcp(Buffer.from('06000586', 'hex'))).toEqual({
    ok: true,
    value: { class: 'ack', sequence: 5 },
  });
});

test('an OEM payload keeps its numbers', () => {
  const body = Buffer.from('0602f21b0000010011223344010000000200aabb', 'hex');
  expect(decodeIpmi(body)).toMatchObject({
    ok: true,
    value: {
      payloadType: 2,
      oem: { iana: 7154, payloadId: 1 },
      sessionId: 0x44332211,
      payload: Buffer.of(0xaa, 0xbb),
    },
  });
});

test('set-up payloads travel outside any session', () => {
  const packet = decodeIpmiDatagram(encodeSetupPayload(payloadType.rakp1, Buffer.of(9)));
  expect(packet).toMatchObject({
    ok: true,
    value: {
      payloadType: payloadType.rakp1,
      sessionId: 0,
      sequence: 0,
      authenticated: false,
      encrypted: false,
    },
  });
});
