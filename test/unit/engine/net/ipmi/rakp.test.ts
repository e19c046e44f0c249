import { describe, expect, test } from 'vitest';
import type { IpmiPacket } from '#engine/net/ipmi/packet.ts';
import { decodeIpmiDatagram, encodeSetupPayload, payloadType } from '#engine/net/ipmi/packet.ts';
import {
  decodeOpenSessionRequest,
  decodeOpenSessionResponse,
  decodeRakp1,
  decodeRakp2,
  decodeRakp3,
  decodeRakp4,
  encodeOpenSessionRequest,
  encodeOpenSessionResponse,
  encodeRakp1,
  encodeRakp2,
  encodeRakp3,
  encodeRakp4,
  wildcardAlgorithm,
} from '#engine/net/ipmi/rakp.ts';
import { nthFrom } from './captured.ts';
import { hostileVariants } from './hostile.ts';

function payloadOf(datagram: Buffer): Buffer {
  const packet = decodeIpmiDatagram(datagram);
  if (!packet.ok) throw new Error(packet.reason);
  const value: IpmiPacket = packet.value;
  if (value.version !== '2.0') throw new Error('not RMCP+');
  return value.payload;
}

const fromConsole = (n: number) => nthFrom('ipmitool-suite-3', 'console', n);
const fromBmc = (n: number) => nthFrom('ipmitool-suite-3', 'bmc', n);
const suite3 = { authentication: 1, integrity: 1, confidentiality: 1 };

describe('the set-up of ipmitool with ipmi_sim', () => {
  test('Open Session request', () => {
    const decoded = decodeOpenSessionRequest(payloadOf(fromConsole(1)));
    if (!decoded.ok) throw new Error(decoded.reason);
    expect(decoded.value).toEqual({
      tag: 0,
      privilege: 0,
      consoleSessionId: 0xa0a2a3a4,
      algorithms: suite3,
    });
    const again = encodeSetupPayload(payloadType.openSessionRequest, encodeOpenSessionRequest(decoded.value));
    expect(again).toEqual(fromConsole(1));
  });

  test('Open Session response', () => {
    const decoded = decodeOpenSessionResponse(payloadOf(fromBmc(1)));
    if (!decoded.ok || decoded.value.refused) throw new Error('refused');
    expect(decoded.value).toMatchObject({ systemSessionId: 0x0982, algorithms: suite3 });
    const again = encodeSetupPayload(
      payloadType.openSessionResponse,
      encodeOpenSessionResponse(decoded.value),
    );
    expect(again).toEqual(fromBmc(1));
  });

  test('RAKP 1 to 4', () => {
    const rakp1 = decodeRakp1(payloadOf(fromConsole(2)));
    const rakp2 = decodeRakp2(payloadOf(fromBmc(2)));
    const rakp3 = decodeRakp3(payloadOf(fromConsole(3)));
    const rakp4 = decodeRakp4(payloadOf(fromBmc(3)));
    if (!rakp1.ok || !rakp2.ok || !rakp3.ok || !rakp4.ok) throw new Error('malformed');
    if (rakp2.value.refused || rakp4.value.refused) throw new Error('refused');
    expect(rakp1.value).toMatchObject({
      role: 0x14,
      username: Buffer.from('admin'),
      systemSessionId: 0x0982,
    });
    expect(rakp2.value.authCode).toHaveLength(20);
    expect(rakp2.value.systemGuid.toString('hex')).toBe('11111111222233334444000000000001');
    expect(rakp4.value.integrityCheck).toHaveLength(12);
    expect(encodeRakp1(rakp1.value)).toEqual(payloadOf(fromConsole(2)));
    expect(encodeRakp2(rakp2.value)).toEqual(payloadOf(fromBmc(2)));
    expect(encodeRakp3(rakp3.value)).toEqual(payloadOf(fromConsole(3)));
    expect(encodeRakp4(rakp4.value)).toEqual(payloadOf(fromBmc(3)));
  });

  test("ipmi_sim's two-byte refusal of suite 17 is understood", () => {
    const payload = payloadOf(nthFrom('freeipmi-suite-17-refused', 'bmc', 1));
    expect(decodeOpenSessionResponse(payload)).toEqual({
      ok: true,
      value: { refused: true, tag: 0xa3, status: 0x04 },
    });
  });
});

test('an algorithm payload of length 0 leaves the choice to the BMC', () => {
  const bytes = encodeOpenSessionRequest({ tag: 1, privilege: 4, consoleSessionId: 5, algorithms: suite3 });
  bytes.writeUInt8(0, 8 + 3);
  expect(decodeOpenSessionRequest(bytes)).toMatchObject({
    ok: true,
    value: { algorithms: { authentication: wildcardAlgorithm, integrity: 1 } },
  });
});

describe('malformed', () => {
  test.each([
    ['Open Session request cut short', decodeOpenSessionRequest, '00000000a4a3a2a0'],
    ['shorter than tag and status', decodeOpenSessionResponse, '00'],
    ['Open Session response cut short', decodeOpenSessionResponse, '0000040005000000'],
    ['RAKP 1 cut short', decodeRakp1, '0000000082090000'],
    ['user names hold at most 16 bytes', decodeRakp1, `${'00'.repeat(27)}11${'61'.repeat(17)}`],
    ['user name length beyond the packet', decodeRakp1, `${'00'.repeat(27)}0561`],
    ['RAKP 2 cut short', decodeRakp2, '0000000082090000'],
    ['RAKP 3 cut short', decodeRakp3, '00000000820900'],
    ['RAKP 4 cut short', decodeRakp4, '00000000820900'],
  ])('%s', (reason, decode, hex) => {
    expect(decode(Buffer.from(hex, 'hex'))).toMatchObject({ ok: false, reason });
  });

  test('algorithm payloads in another order', () => {
    const bytes = encodeOpenSessionRequest({ tag: 1, privilege: 4, consoleSessionId: 5, algorithms: suite3 });
    bytes.writeUInt8(2, 8);
    expect(decodeOpenSessionRequest(bytes)).toMatchObject({ ok: false, offset: 8 });
  });

  test('hostile bytes never throw', () => {
    const decoders = [
      decodeOpenSessionRequest,
      decodeOpenSessionResponse,
      decodeRakp1,
      decodeRakp2,
      decodeRakp3,
      decodeRakp4,
    ];
    const samples = [1, 2, 3].flatMap(n => [payloadOf(fromConsole(n)), payloadOf(fromBmc(n))]);
    for (const bytes of hostileVariants(samples)) {
      for (const decode of decoders) expect(decode(bytes)).toHaveProperty('ok');
    }
  });
});
