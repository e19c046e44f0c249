import { describe, expect, test } from 'vitest';
import {
  addressOption,
  optionCode,
  readAddress,
  readAddresses,
  readText,
  readUint16,
  textOption,
  uint16Option,
} from '#engine/net/dhcp/options.ts';
import { type DhcpPacket, decodePacket } from '#engine/net/dhcp/packet.ts';
import type { DhcpBootFile, DhcpPolicy } from '#engine/net/dhcp/policy.ts';
import { readDhcpFixture } from '#test/fixtures/dhcp/read-fixture.ts';
import { createRig, ip, message, type Sent } from './rig.ts';

function captured(name: string): DhcpPacket {
  const result = decodePacket(readDhcpFixture(name));
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

function offerTo(
  packet: DhcpPacket,
  decision: Omit<Extract<ReturnType<DhcpPolicy>, { answer: true }>, 'answer'>,
): Sent {
  const [sent] = createRig({ policy: () => ({ answer: true, ...decision }) }).receive(packet);
  if (sent === undefined) throw new Error('no answer');
  return sent;
}

function bootOffer(packet: DhcpPacket, bootFile: DhcpBootFile): Sent {
  return offerTo(packet, { bootFile });
}

describe('booting', () => {
  test('a PXE ROM is told to take the file from us and to look for no other server', () => {
    const { packet } = bootOffer(captured('ovmf-pxe-discover'), { fileName: 'snponly.efi' });
    expect(packet).toMatchObject({ serverAddress: '10.77.0.1', bootFile: 'snponly.efi' });
    expect(readText(packet.options, optionCode.vendorClass)).toBe('PXEClient');
    expect(packet.options.get(optionCode.vendorSpecific)).toEqual(Uint8Array.from([6, 1, 8, 255]));
    expect(readText(packet.options, optionCode.bootFileName)).toBe('snponly.efi');
    expect(readText(packet.options, optionCode.tftpServerName)).toBe('10.77.0.1');
    expect(packet.options.get(optionCode.clientMachineId)).toEqual(
      captured('ovmf-pxe-discover').options.get(optionCode.clientMachineId),
    );
  });

  test('UEFI HTTP boot gets its vendor class back and a URL, no TFTP server', () => {
    const url = 'http://10.77.0.1:8080/boot/snponly.efi';
    const { packet } = bootOffer(captured('ovmf-http-discover'), { fileName: url });
    expect(readText(packet.options, optionCode.vendorClass)).toBe('HTTPClient');
    expect(readText(packet.options, optionCode.bootFileName)).toBe(url);
    expect(packet.options.has(optionCode.tftpServerName)).toBe(false);
    expect(packet.options.has(optionCode.vendorSpecific)).toBe(false);
  });

  test('iPXE is told not to wait for a ProxyDHCP answer', () => {
    const { packet } = bootOffer(captured('ipxe-bios-discover'), { fileName: 'http://10.77.0.1/boot.ipxe' });
    expect(packet.options.get(optionCode.ipxe)).toEqual(Uint8Array.from([176, 1, 1]));
    expect(packet.options.has(optionCode.vendorClass)).toBe(false);
    expect(readText(packet.options, optionCode.bootFileName)).toBe('http://10.77.0.1/boot.ipxe');
  });

  test('another boot server is named in siaddr and in option 66', () => {
    const elsewhere = { fileName: 'x.efi', nextServer: ip('10.77.0.7') };
    const byAddress = bootOffer(captured('ovmf-pxe-discover'), elsewhere).packet;
    expect(byAddress.serverAddress).toBe('10.77.0.7');
    expect(readText(byAddress.options, optionCode.tftpServerName)).toBe('10.77.0.7');
    const byName = bootOffer(captured('ovmf-pxe-discover'), {
      ...elsewhere,
      serverName: 'boot.example',
    }).packet;
    expect(readText(byName.options, optionCode.tftpServerName)).toBe('boot.example');
  });

  test('a name too long for the fixed field travels as option 67 to whoever', () => {
    const fileName = `http://10.77.0.1/${'a'.repeat(200)}`;
    const { packet } = bootOffer(message({ type: 'discover' }), { fileName });
    expect(packet.bootFile).toBe('');
    expect(readText(packet.options, optionCode.bootFileName)).toBe(fileName);
  });

  test('a machine without a boot file gets an address and no trace of booting', () => {
    const { packet } = offerTo(captured('ovmf-pxe-discover'), {});
    expect(packet).toMatchObject({ serverAddress: '0.0.0.0', bootFile: '' });
    for (const code of [optionCode.vendorClass, optionCode.vendorSpecific, optionCode.bootFileName])
      expect(packet.options.has(code)).toBe(false);
  });
});

test('a machine whose default route is elsewhere is told no router', () => {
  const { packet } = offerTo(message({ type: 'discover' }), { withoutRouter: true });
  expect(packet.options.has(optionCode.router)).toBe(false);
  expect(offerTo(message({ type: 'discover' }), {}).packet.options.has(optionCode.router)).toBe(true);
});

describe('what a client asks for', () => {
  test('is sent, and the rest is not', () => {
    const list = Uint8Array.of(optionCode.domainNameServer, optionCode.hostName);
    const { packet } = offerTo(
      message({ type: 'discover', options: new Map([[optionCode.parameterRequestList, list]]) }),
      { hostName: 'node-7' },
    );
    expect(readAddresses(packet.options, optionCode.domainNameServer)).toEqual(['10.77.0.53']);
    expect(readText(packet.options, optionCode.hostName)).toBe('node-7');
    expect(packet.options.has(optionCode.domainName)).toBe(false);
    for (const code of [optionCode.broadcastAddress, optionCode.interfaceMtu])
      expect(packet.options.has(code)).toBe(false);
  });

  test('without a list everything is sent', () => {
    const { packet } = offerTo(message({ type: 'discover' }), {});
    expect(readText(packet.options, optionCode.domainName)).toBe('rack.example');
    expect(readAddress(packet.options, optionCode.broadcastAddress)).toBe('10.77.0.255');
    expect(readUint16(packet.options, optionCode.interfaceMtu)).toBe(1400);
  });

  test("the product's own options are always sent and win over the server's", () => {
    const list = Uint8Array.of(optionCode.subnetMask);
    const { packet } = offerTo(
      message({ type: 'discover', options: new Map([[optionCode.parameterRequestList, list]]) }),
      {
        options: new Map([
          [210, textOption('/pxelinux/')],
          [optionCode.router, addressOption(ip('10.77.0.9'))],
        ]),
      },
    );
    expect(readText(packet.options, 210)).toBe('/pxelinux/');
    expect(readAddress(packet.options, optionCode.router)).toBe('10.77.0.9');
  });

  test('the client identifier comes back (RFC 6842)', () => {
    const identifier = Uint8Array.from([1, 2, 3, 4]);
    const options = new Map([[optionCode.clientIdentifier, identifier]]);
    const { packet } = offerTo(message({ type: 'discover', options }), {});
    expect(packet.options.get(optionCode.clientIdentifier)).toEqual(identifier);
  });

  test.each([
    [undefined, 548],
    [1472, 1444],
    [9000, 1472],
    [300, 548],
  ])('with option 57 = %s the answer has at most %i bytes', (asked, sizeBytes) => {
    const options = new Map(
      asked === undefined ? [] : [[optionCode.maxMessageSize, uint16Option(asked)] as const],
    );
    expect(offerTo(message({ type: 'discover', options }), {}).maxSizeBytes).toBe(sizeBytes);
  });
});
