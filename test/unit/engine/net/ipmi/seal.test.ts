import type { KeyObject } from 'node:crypto';
import { createSecretKey } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  equalSecrets,
  rakp2AuthCode,
  rakp3AuthCode,
  rakp4CheckValue,
} from '#engine/net/ipmi/cipher-suite.ts';
import { decodeLanRequest, decodeLanResponse } from '#engine/net/ipmi/message.ts';
import { authType, decodeIpmiDatagram, encodeRmcp, rmcpClassIpmi } from '#engine/net/ipmi/packet.ts';
import { decryptAes, encryptAes, sealV20, unsealV20, v15AuthCode } from '#engine/net/ipmi/seal.ts';
import { captured } from './captured.ts';
import { capturedSession } from './captured-session.ts';
import { hostileVariants, seededBytes, seededRandom } from './hostile.ts';

const sessions = ['ipmitool-suite-3', 'ipmitool-suite-17', 'freeipmi-suite-17'];

describe.each(sessions)('%s', name => {
  const session = capturedSession(name);
  const { suite } = session.keys;

  test('the codes of RAKP 2, 3 and 4 are the ones we compute', () => {
    expect(rakp2AuthCode(suite, session.exchange)).toEqual(session.rakp2.authCode);
    expect(rakp3AuthCode(suite, session.exchange)).toEqual(session.rakp3AuthCode);
    expect(rakp4CheckValue(session.keys, session.exchange)).toEqual(session.rakp4.integrityCheck);
  });

  test('another password gives other codes', () => {
    const other = capturedSession(name, 'Labpass');
    expect(rakp2AuthCode(suite, other.exchange)).not.toEqual(session.rakp2.authCode);
    expect(rakp3AuthCode(suite, other.exchange)).not.toEqual(session.rakp3AuthCode);
  });

  test('every packet opens and holds a message with good checksums', () => {
    expect(session.sealed.length).toBeGreaterThanOrEqual(6);
    for (const { from, packet } of session.sealed) {
      const plain = unsealV20(packet, session.keys);
      if (!plain.ok) throw new Error(plain.reason);
      const message = from === 'console' ? decodeLanRequest(plain.value) : decodeLanResponse(plain.value);
      expect(message).toMatchObject({ ok: true });
    }
  });

  test('the same message sealed by us with the same IV is the same packet', () => {
    for (const { packet } of session.sealed) {
      const plain = unsealV20(packet, session.keys);
      if (!plain.ok) throw new Error(plain.reason);
      const iv = Buffer.from(packet.payload.subarray(0, 16));
      const again = sealV20({ ...packet, payload: plain.value }, session.keys, () => iv);
      expect(again.toString('hex')).toBe(encodeRmcp(rmcpClassIpmi, packet.session).toString('hex'));
    }
  });

  test('any changed byte of a sealed packet is noticed', () => {
    const first = session.sealed[0];
    if (first === undefined) throw new Error('empty');
    const datagram = encodeRmcp(rmcpClassIpmi, first.packet.session);
    for (let at = 5; at < datagram.length; at += 1) {
      const changed = Buffer.from(datagram);
      changed.writeUInt8(changed.readUInt8(at) ^ 0x10, at);
      const packet = decodeIpmiDatagram(changed);
      if (!packet.ok || packet.value.version !== '2.0') continue;
      expect(unsealV20(packet.value, session.keys), `byte ${at}`).toMatchObject({ ok: false });
    }
  });
});

describe.each(['ipmitool-md5', 'ipmitool-straight'])('%s', name => {
  test('every signed packet has the auth code that we compute', () => {
    let signed = 0;
    for (const { bytes } of captured(name)) {
      const packet = decodeIpmiDatagram(bytes);
      if (!packet.ok || packet.value.version !== '1.5' || packet.value.authCode === undefined) continue;
      const { authType: type, sessionId, sequence, message, authCode } = packet.value;
      expect(v15AuthCode(type, Buffer.from('labpass'), sessionId, sequence, message)).toEqual(authCode);
      signed += 1;
    }
    expect(signed).toBeGreaterThan(10);
  });
});

test('there is no auth code for types that we do not speak', () => {
  expect(v15AuthCode(authType.md2, Buffer.alloc(0), 1, 1, Buffer.alloc(0))).toBeUndefined();
});

describe('AES-CBC-128 payloads', () => {
  const key = createSecretKey(Buffer.from('000102030405060708090a0b0c0d0e0f', 'hex'));
  const iv = Buffer.alloc(16, 7);

  test('every length comes back and fills whole blocks', () => {
    for (let length = 0; length <= 48; length += 1) {
      const payload = seededBytes(seededRandom(length), length);
      const sealed = encryptAes(payload, key, iv);
      expect(sealed.length % 16).toBe(0);
      expect(sealed.length).toBe(16 + Math.ceil((length + 1) / 16) * 16);
      expect(decryptAes(sealed, key)).toEqual({ ok: true, value: payload });
    }
  });

  test.each([0, 15, 16, 17, 31, 33])('%i bytes are not whole blocks with an IV', length => {
    expect(decryptAes(Buffer.alloc(length), key)).toMatchObject({ ok: false });
  });

  test('a pad length beyond the payload is refused, a whole block of pad accepted', () => {
    const block = (last: number) =>
      encryptAesBlocks(Buffer.concat([Buffer.alloc(15), Buffer.of(last)]), key, iv);
    expect(decryptAes(block(0x11), key)).toMatchObject({ ok: false });
    expect(decryptAes(block(0x10), key)).toMatchObject({ ok: false });
    expect(decryptAes(block(0x0f), key)).toEqual({ ok: true, value: Buffer.alloc(0) });
    const two = encryptAesBlocks(Buffer.concat([Buffer.alloc(31, 1), Buffer.of(0x10)]), key, iv);
    expect(decryptAes(two, key)).toEqual({ ok: true, value: Buffer.alloc(15, 1) });
  });
});

/** Raw blocks, without the pad that encryptAes adds: seals all but the last 16 bytes' worth of pad itself. */
function encryptAesBlocks(blocks: Buffer, key: KeyObject, iv: Buffer): Buffer {
  // encryptAes of whole blocks appends one block of pad; cutting it leaves exactly our blocks.
  return encryptAes(blocks, key, iv).subarray(0, 16 + blocks.length);
}

test('hostile packets never open and never throw', () => {
  const session = capturedSession('ipmitool-suite-3');
  const samples = session.sealed.slice(0, 3).map(({ packet }) => encodeRmcp(rmcpClassIpmi, packet.session));
  const genuine = new Set(samples.map(sample => sample.toString('hex')));
  for (const bytes of hostileVariants(samples)) {
    const packet = decodeIpmiDatagram(bytes);
    if (!packet.ok || packet.value.version !== '2.0') continue;
    // The RMCP sequence byte and reserved bits lie outside of what is signed.
    if (genuine.has(`0600ff07${bytes.subarray(4).toString('hex')}`)) continue;
    expect(unsealV20(packet.value, session.keys).ok).toBe(false);
  }
});

test('comparing secrets of different lengths is not an error', () => {
  expect(equalSecrets(Buffer.from('abc'), Buffer.from('ab'))).toBe(false);
  expect(equalSecrets(Buffer.from('abc'), Buffer.from('abc'))).toBe(true);
});
