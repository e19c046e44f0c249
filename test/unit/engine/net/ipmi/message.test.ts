import { expect, test } from 'vitest';
import {
  decodeLanRequest,
  decodeLanResponse,
  encodeLanRequest,
  encodeLanResponse,
} from '#engine/net/ipmi/message.ts';
import { hostileVariants } from './hostile.ts';

const request = Buffer.from('2018c88100388e04b5', 'hex');
const response = Buffer.from('811c6320003800019705030000000008', 'hex');

test("ipmitool's request is read and written byte for byte", () => {
  const value = {
    to: 0x20,
    from: 0x81,
    netFn: 0x06,
    toLun: 0,
    fromLun: 0,
    sequence: 0,
    command: 0x38,
    data: Buffer.of(0x8e, 0x04),
  };
  expect(decodeLanRequest(request)).toEqual({ ok: true, value });
  expect(encodeLanRequest(value)).toEqual(request);
});

test("ipmi_sim's response is read and written byte for byte", () => {
  const value = {
    to: 0x81,
    from: 0x20,
    netFn: 0x07,
    toLun: 0,
    fromLun: 0,
    sequence: 0,
    command: 0x38,
    completionCode: 0,
    data: Buffer.from('0197050300000000', 'hex'),
  };
  expect(decodeLanResponse(response)).toEqual({ ok: true, value });
  expect(encodeLanResponse(value)).toEqual(response);
});

test('sequence number and LUNs keep to their bits', () => {
  const value = {
    to: 0x20,
    from: 0x81,
    netFn: 0x3e,
    toLun: 3,
    fromLun: 2,
    sequence: 63,
    command: 0xff,
    data: Buffer.alloc(0),
  };
  expect(decodeLanRequest(encodeLanRequest(value))).toEqual({ ok: true, value });
});

test.each([
  ['too short', '2018c8810038', 'IPMI message cut short'],
  ['a damaged address', '2118c88100388e04b5', 'checksum 1 is wrong'],
  ['damaged data', '2018c88100388e05b5', 'checksum 2 is wrong'],
  ['a response', '811c6320003800019705030000000008', 'a response where a request was expected'],
])('%s is no request', (_name, hex, reason) => {
  expect(decodeLanRequest(Buffer.from(hex, 'hex'))).toMatchObject({ ok: false, reason });
});

test('a request is no response', () => {
  expect(decodeLanResponse(request)).toMatchObject({
    ok: false,
    reason: 'a request where a response was expected',
  });
});

test('hostile bytes never throw', () => {
  for (const bytes of hostileVariants([request, response])) {
    expect(decodeLanRequest(bytes)).toHaveProperty('ok');
    expect(decodeLanResponse(bytes)).toHaveProperty('ok');
  }
});
