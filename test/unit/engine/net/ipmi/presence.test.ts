import { expect, test } from 'vitest';
import { encodeAsf } from '#engine/net/ipmi/asf.ts';
import { encodeLanResponse, netFn } from '#engine/net/ipmi/message.ts';
import { encodePresenceQuestion, readPresence } from '#engine/net/ipmi/presence.ts';
import { outsideSession } from '#engine/net/ipmi/request.ts';
import { nthFrom } from './captured.ts';
import { hostileVariants } from './hostile.ts';

const marks = { tag: 0, sequence: 1 };

test("the two questions are FreeIPMI's, byte for byte", () => {
  const asked = { tag: 0xfd, sequence: 60 };
  expect(encodePresenceQuestion('capabilities', asked)).toEqual(nthFrom('freeipmi-pings', 'console', 0));
  expect(encodePresenceQuestion('ping', asked)).toEqual(nthFrom('freeipmi-pings', 'console', 1));
});

test("ipmi_sim's answers to both are read", () => {
  expect(readPresence(nthFrom('ipmitool-md5', 'bmc', 0), marks)).toBe('ipmi');
  expect(readPresence(nthFrom('ipmitool-md5', 'bmc', 1), marks)).toBe('ipmi');
});

test('an answer to somebody else is none', () => {
  const other = { tag: 7, sequence: 9 };
  expect(readPresence(nthFrom('ipmitool-md5', 'bmc', 0), other)).toBeUndefined();
  expect(readPresence(nthFrom('ipmitool-md5', 'bmc', 1), other)).toBeUndefined();
});

test('our own question that comes back is none', () => {
  expect(readPresence(encodePresenceQuestion('ping', marks), marks)).toBeUndefined();
  expect(readPresence(encodePresenceQuestion('capabilities', marks), marks)).toBeUndefined();
});

test('a pong without the IPMI bit, and a BMC that answers with an error', () => {
  const pong = encodeAsf({ type: 'pong', tag: 0, oemIana: 343, ipmi: false, asfVersion: 1 });
  expect(readPresence(pong, marks)).toBe('no-ipmi');
  const refusal = encodeLanResponse({
    to: 0x81,
    from: 0x20,
    netFn: netFn.app | 1,
    toLun: 0,
    fromLun: 0,
    sequence: 1,
    command: 0x38,
    completionCode: 0xc7,
    data: Buffer.alloc(0),
  });
  expect(readPresence(outsideSession.seal(refusal), marks)).toBe('ipmi');
});

test('hostile bytes never throw', () => {
  const samples = [nthFrom('ipmitool-md5', 'bmc', 0), nthFrom('ipmitool-md5', 'bmc', 1)];
  for (const bytes of hostileVariants(samples))
    expect(['ipmi', 'no-ipmi', undefined]).toContain(readPresence(bytes, marks));
});
