import { randomBytes } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createAddressProbe } from '#engine/net/dhcp/address-probe.ts';
import { type ArpPacket, decodeArp, encodeArp } from '#engine/net/dhcp/arp-packet.ts';
import { ip, mac } from './rig.ts';

const address = ip('10.77.0.100');

describe('ARP', () => {
  /** dnsmasq's host answering who-has 10.99.0.1, as tcpdump printed it. */
  const reply: ArpPacket = {
    op: 'reply',
    senderMac: mac(1),
    senderAddress: ip('10.99.0.1'),
    targetMac: mac(2),
    targetAddress: ip('10.99.0.100'),
  };
  const bytes = Uint8Array.from(
    Buffer.from('0001080006040002525400aa00010a630001525400aa00020a630064', 'hex'),
  );

  test('a reply encodes and decodes', () => {
    expect(encodeArp(reply)).toEqual(bytes);
    expect(decodeArp(bytes)).toEqual({ ok: true, value: reply });
  });

  test('the padding of a short Ethernet frame does not matter', () => {
    expect(decodeArp(Uint8Array.from([...bytes, ...new Uint8Array(18)]))).toMatchObject({ ok: true });
  });

  test.each([
    ['a short frame', bytes.subarray(0, 27), 27],
    ['IPv6', Uint8Array.from([0, 1, 0x86, 0xdd, ...bytes.subarray(4)]), 0],
    ['RARP', Uint8Array.from([...bytes.subarray(0, 7), 3, ...bytes.subarray(8)]), 6],
  ])('%s is malformed', (_, input, offset) => {
    expect(decodeArp(input)).toMatchObject({ ok: false, offset });
  });

  test('random bytes are decoded or refused', () => {
    for (let round = 0; round < 500; round += 1)
      expect(typeof decodeArp(randomBytes(round % 64)).ok).toBe('boolean');
  });
});

describe('probing an address', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  function createRig() {
    const asked: ArpPacket[] = [];
    const { holderOf, onFrame, close } = createAddressProbe(
      {
        mac: mac(0xfe),
        send(payload) {
          const arp = decodeArp(payload);
          if (arp.ok) asked.push(arp.value);
        },
      },
      400,
    );
    const hear = (packet: Partial<ArpPacket>) =>
      onFrame(
        encodeArp({
          op: 'reply',
          senderMac: mac(9),
          senderAddress: address,
          targetMac: mac(0xfe),
          targetAddress: ip('0.0.0.0'),
          ...packet,
        }),
      );
    return { holderOf, onFrame, close, hear, asked };
  }

  test('asks twice from 0.0.0.0 and takes silence for free', async () => {
    const { holderOf, asked } = createRig();
    const result = holderOf(address, [mac(1), mac(2)]);
    await vi.advanceTimersByTimeAsync(399);
    expect(asked).toHaveLength(2);
    expect(asked[0]).toMatchObject({ op: 'request', senderAddress: '0.0.0.0', targetAddress: address });
    await vi.advanceTimersByTimeAsync(1);
    expect(await result).toBeUndefined();
  });

  test('an answer ends it at once', async () => {
    const { holderOf, hear, asked } = createRig();
    const result = holderOf(address, [mac(1), mac(2)]);
    hear({});
    expect(await result).toBe(mac(9));
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(1);
  });

  test('a holder that speaks to somebody else is heard too', async () => {
    const { holderOf, hear } = createRig();
    const result = holderOf(address, [mac(1), mac(2)]);
    hear({ op: 'request', targetAddress: ip('10.77.0.1') });
    expect(await result).toBe(mac(9));
  });

  test('other addresses, our own frames, the client itself and rubbish are no answer', async () => {
    const { holderOf, hear, onFrame } = createRig();
    const result = holderOf(address, [mac(1), mac(2)]);
    hear({ senderAddress: ip('10.77.0.101') });
    hear({ senderMac: mac(0xfe) });
    hear({ senderMac: mac(1) });
    hear({ senderMac: mac(2) });
    onFrame(Uint8Array.of(1, 2, 3));
    await vi.advanceTimersByTimeAsync(400);
    expect(await result).toBeUndefined();
  });

  test('closing ends a probe under way as one that could not ask, and asks no second time', async () => {
    const { holderOf, close, asked } = createRig();
    const result = holderOf(address, [mac(1), mac(2)]);
    close();
    await expect(result).rejects.toThrow('closed');
    await vi.advanceTimersByTimeAsync(1000);
    expect(asked).toHaveLength(1);
  });

  test('a wire that is gone is an error, not a free address', async () => {
    const { holderOf } = createAddressProbe(
      {
        mac: mac(0xfe),
        send() {
          throw new Error('ENETDOWN');
        },
      },
      400,
    );
    await expect(holderOf(address, [mac(1), mac(2)])).rejects.toThrow('ENETDOWN');
  });
});
