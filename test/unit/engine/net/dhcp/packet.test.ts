import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  addressOption,
  decodeSubOptions,
  encodeSubOptions,
  messageTypeOption,
  optionCode,
  readAddress,
  readAddresses,
  readMessageType,
  readText,
  readUint16,
  readUint32,
  textOption,
} from '#engine/net/dhcp/options.ts';
import {
  type DhcpPacket,
  decodePacket,
  encodePacket,
  encodePacketWithin,
  unspecifiedAddress,
} from '#engine/net/dhcp/packet.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { dhcpFixtureNames, readDhcpFixture } from '#test/fixtures/dhcp/read-fixture.ts';

const blank: DhcpPacket = {
  op: 'reply',
  hops: 0,
  transactionId: 0xdeadbeef,
  secs: 4,
  broadcast: true,
  clientAddress: unspecifiedAddress,
  yourAddress: '10.77.0.100' as Ipv4,
  serverAddress: '10.77.0.1' as Ipv4,
  relayAddress: unspecifiedAddress,
  mac: '52:54:00:aa:00:01' as Mac,
  serverName: '',
  bootFile: '',
  options: new Map(),
};

function decodeOrFail(bytes: Uint8Array): DhcpPacket {
  const result = decodePacket(bytes);
  if (!result.ok) throw new Error(`${result.reason} at ${result.offset}`);
  return result.value;
}

function withoutPadding(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('hex')
    .replace(/(00)*$/, '');
}

describe('captured packets', () => {
  test.each(dhcpFixtureNames())('%s decodes and encodes to the same bytes', name => {
    const bytes = readDhcpFixture(name);
    expect(withoutPadding(encodePacket(decodeOrFail(bytes)))).toBe(withoutPadding(bytes));
  });

  test("the DISCOVER of QEMU's iPXE ROM reads as it was configured", () => {
    const packet = decodeOrFail(readDhcpFixture('ipxe-bios-discover'));
    expect(packet).toMatchObject({
      op: 'request',
      hops: 0,
      transactionId: 1906161184,
      secs: 4,
      broadcast: false,
      clientAddress: '0.0.0.0',
      mac: '52:54:00:aa:00:01',
      bootFile: '',
    });
    expect(readMessageType(packet.options)).toBe('discover');
    expect(readText(packet.options, optionCode.vendorClass)).toBe('PXEClient:Arch:00000:UNDI:002001');
    expect(readUint16(packet.options, optionCode.maxMessageSize)).toBe(1472);
    const ipxe = decodeSubOptions(packet.options.get(optionCode.ipxe) ?? new Uint8Array(), true);
    expect(ipxe.ok && ipxe.value.get(177)).toEqual(Uint8Array.from([1, 0x80, 0x86, 0x10, 0x0e]));
  });

  test('the OFFER of dnsmasq to iPXE carries its boot file in the fixed field', () => {
    const packet = decodeOrFail(readDhcpFixture('dnsmasq-offer-to-ipxe-bios'));
    expect(packet).toMatchObject({
      op: 'reply',
      yourAddress: '10.99.0.102',
      serverAddress: '10.99.0.1',
      bootFile: '',
    });
    expect(readText(packet.options, optionCode.bootFileName)).toBe('boot.ipxe');
    expect(readAddress(packet.options, optionCode.subnetMask)).toBe('255.255.255.0');
    expect(readAddresses(packet.options, optionCode.router)).toEqual(['10.99.0.1']);
    expect(readUint32(packet.options, optionCode.leaseTime)).toBe(600);
  });
});

describe('encoding', () => {
  test('every field survives a round trip', () => {
    const packet: DhcpPacket = {
      ...blank,
      op: 'request',
      hops: 3,
      clientAddress: '10.77.0.9' as Ipv4,
      relayAddress: '10.88.0.1' as Ipv4,
      serverName: 'rackside',
      bootFile: 'x'.repeat(128),
      options: new Map([
        [optionCode.messageType, messageTypeOption('inform')],
        [optionCode.hostName, textOption('节点-7')],
        [optionCode.router, addressOption('10.77.0.1' as Ipv4, '10.77.0.2' as Ipv4)],
        [200, new Uint8Array()],
      ]),
    };
    expect(decodeOrFail(encodePacket(packet))).toEqual(packet);
  });

  test('a message has at least the 300 bytes of BOOTP', () => {
    expect(encodePacket(blank)).toHaveLength(300);
  });

  test('an option over 255 bytes is split and joined again', () => {
    const value = Uint8Array.from({ length: 700 }, (_, index) => index % 251);
    const bytes = encodePacket({ ...blank, options: new Map([[224, value]]) });
    expect(Array.from(bytes.subarray(240, 242))).toEqual([224, 255]);
    expect(Array.from(bytes.subarray(240 + 257, 240 + 259))).toEqual([224, 255]);
    expect(Array.from(bytes.subarray(240 + 514, 240 + 516))).toEqual([224, 190]);
    expect(decodeOrFail(bytes).options.get(224)).toEqual(value);
  });

  test('options that do not fit go to the empty file and sname fields', () => {
    const options = new Map([
      [optionCode.messageType, messageTypeOption('offer')],
      [224, new Uint8Array(40).fill(1)],
      [225, new Uint8Array(100).fill(2)],
      [226, new Uint8Array(50).fill(3)],
    ]);
    const fitted = encodePacketWithin({ ...blank, options }, 300);
    expect(fitted.bytes).toHaveLength(300);
    expect(fitted.dropped).toEqual([]);
    expect(fitted.bytes[108]).toBe(225);
    expect(fitted.bytes[44]).toBe(226);
    const decodedPacket = decodeOrFail(fitted.bytes);
    expect(decodedPacket.options).toEqual(options);
    expect(decodedPacket.bootFile).toBe('');
    expect(decodedPacket.serverName).toBe('');
  });

  test('a boot file keeps its field and the last options are dropped by name', () => {
    const options = new Map([
      [optionCode.messageType, messageTypeOption('offer')],
      [224, new Uint8Array(40).fill(1)],
      [225, new Uint8Array(100).fill(2)],
    ]);
    const fitted = encodePacketWithin(
      { ...blank, bootFile: 'snponly.efi', serverName: 'rackside', options },
      300,
    );
    expect(fitted.dropped).toEqual([225]);
    expect(decodeOrFail(fitted.bytes).bootFile).toBe('snponly.efi');
  });

  test('option 82 is the last of the options field even when others overflow', () => {
    const relay = Uint8Array.from([1, 2, 0, 7]);
    const options = new Map([
      [optionCode.relayAgentInformation, relay],
      [optionCode.messageType, messageTypeOption('offer')],
      [224, new Uint8Array(45).fill(1)],
    ]);
    const { bytes } = encodePacketWithin({ ...blank, options }, 300);
    const end = bytes.lastIndexOf(255);
    expect(Array.from(bytes.subarray(end - 6, end))).toEqual([82, 4, 1, 2, 0, 7]);
    expect(decodeOrFail(bytes).options.get(optionCode.relayAgentInformation)).toEqual(relay);
  });

  test('a boot file too long for its field is our own bug', () => {
    expect(() => encodePacket({ ...blank, bootFile: 'x'.repeat(129) })).toThrow(RangeError);
  });
});

describe('hostile input', () => {
  const discover = readDhcpFixture('ovmf-pxe-discover');
  const changed = (offset: number, ...values: number[]) => {
    const bytes = Uint8Array.from(discover);
    bytes.set(values, offset);
    return bytes;
  };

  test.each([
    ['nothing', new Uint8Array(), 0],
    ['a header without its cookie', discover.subarray(0, 236), 236],
    ['an unknown operation', changed(0, 3), 0],
    ['a hardware type that is not Ethernet', changed(1, 32), 1],
    ['an address length of 16', changed(2, 16), 1],
    ['plain BOOTP', changed(236, 0, 0, 0, 0), 236],
    ['an option without a length', discover.subarray(0, 241), 240],
    ['an option longer than the packet', changed(241, 255), 240],
    ['an overload of 4', changed(240, 52, 1, 4), 240],
    ['an overload without a value', changed(240, 52, 0, 0), 240],
    ['rubbish in an overloaded file field', changed(108, ...new Uint8Array(127), 7), undefined],
    ['more than a jumbo frame', new Uint8Array(65_000), 9216],
  ])('%s is malformed, with its offset', (_, bytes, offset) => {
    const subject = offset === undefined ? overloaded(bytes) : bytes;
    expect(decodePacket(subject)).toMatchObject({ ok: false, offset: offset ?? 235 });
  });

  function overloaded(bytes: Uint8Array): Uint8Array {
    const result = Uint8Array.from(bytes);
    result.set([52, 1, 1, 255], 240);
    return result;
  }

  test('a missing end marker loses nothing', () => {
    const bytes = discover.subarray(0, discover.length - 1);
    expect(decodeOrFail(bytes).options).toEqual(decodeOrFail(discover).options);
  });

  test('padding between options is skipped byte by byte', () => {
    const bytes = Uint8Array.from([...discover.subarray(0, 240), 0, 0, 53, 1, 1, 0, 12, 1, 65, 255]);
    expect([...decodeOrFail(bytes).options.keys()]).toEqual([53, 12]);
  });

  test('every truncation of every capture is decoded or refused, never thrown at', () => {
    for (const name of dhcpFixtureNames()) {
      const bytes = readDhcpFixture(name);
      for (let length = 0; length < bytes.length; length += 1)
        expect(typeof decodePacket(bytes.subarray(0, length)).ok).toBe('boolean');
    }
  });

  test('random bytes behind a valid header are decoded or refused', () => {
    for (let round = 0; round < 2000; round += 1) {
      const bytes = Uint8Array.from([...discover.subarray(0, 240), ...randomBytes(round % 400)]);
      bytes.set(randomBytes(192), 44);
      const result = decodePacket(bytes);
      if (result.ok)
        for (const value of result.value.options.values()) expect(value.length).toBeLessThan(1000);
      else expect(result.offset).toBeLessThanOrEqual(bytes.length);
    }
  });
});

describe('options inside options', () => {
  test('0 and 255 are sub-options of option 82 but padding and end in 43 and 175', () => {
    const bytes = Uint8Array.from([0, 1, 9, 255, 1, 8]);
    const relay = decodeSubOptions(bytes, false);
    expect(relay.ok && [...relay.value.keys()]).toEqual([0, 255]);
    const vendor = decodeSubOptions(Uint8Array.from([0, 6, 1, 8, 255, 9, 9]), true);
    expect(vendor.ok && [...vendor.value]).toEqual([[6, Uint8Array.of(8)]]);
  });

  test('what is encoded is decoded', () => {
    const options = new Map([
      [1, Uint8Array.of(1, 2)],
      [2, new Uint8Array()],
    ]);
    const result = decodeSubOptions(encodeSubOptions(options), false);
    expect(result.ok && result.value).toEqual(options);
  });
});
