import { expect, test } from 'vitest';
import { decodeAsf, encodeAsf } from '#engine/net/ipmi/asf.ts';
import { decodeRmcp } from '#engine/net/ipmi/packet.ts';
import { nthFrom } from './captured.ts';
import { hostileVariants } from './hostile.ts';

function decodeDatagram(bytes: Buffer) {
  const rmcp = decodeRmcp(bytes);
  if (!rmcp.ok || rmcp.value.class !== 'asf') throw new Error('not ASF');
  return decodeAsf(rmcp.value.body);
}

test("ipmitool's ping and ipmi_sim's pong are read and written byte for byte", () => {
  const ping = nthFrom('ipmitool-md5', 'console', 0);
  const pong = nthFrom('ipmitool-md5', 'bmc', 0);
  expect(decodeDatagram(ping)).toEqual({ ok: true, value: { type: 'ping', tag: 0 } });
  expect(decodeDatagram(pong)).toEqual({
    ok: true,
    value: { type: 'pong', tag: 0, oemIana: 4542, ipmi: true, asfVersion: 1 },
  });
  expect(encodeAsf({ type: 'ping', tag: 0 })).toEqual(ping);
  expect(encodeAsf({ type: 'pong', tag: 0, oemIana: 4542, ipmi: true, asfVersion: 1 })).toEqual(pong);
});

test.each([
  ['cut short', '000011be800000', 'shorter than an ASF header'],
  ['another enterprise', '000011bf80000000', 'not the ASF enterprise number'],
  ['a length beyond the packet', '000011be40000010', 'ASF data length beyond the packet'],
  ['a pong without data', '000011be40000000', 'presence pong needs 16 data bytes'],
  ['a type we do not know', '000011be11000000', 'ASF message type 0x11 is neither ping nor pong'],
])('%s is malformed', (_name, hex, reason) => {
  expect(decodeAsf(Buffer.from(hex, 'hex'))).toMatchObject({ ok: false, reason });
});

test('hostile bytes never throw', () => {
  const samples = [
    nthFrom('ipmitool-md5', 'bmc', 0).subarray(4),
    nthFrom('ipmitool-md5', 'console', 0).subarray(4),
  ];
  for (const bytes of hostileVariants(samples)) expect(decodeAsf(bytes)).toHaveProperty('ok');
});
