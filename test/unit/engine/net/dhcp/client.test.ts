import { describe, expect, test } from 'vitest';
import {
  architectureCodeOf,
  architectureOf,
  type DhcpClient,
  describeClient,
} from '#engine/net/dhcp/client.ts';
import { messageTypeOption, optionCode, textOption, uint16Option } from '#engine/net/dhcp/options.ts';
import { type DhcpPacket, decodePacket } from '#engine/net/dhcp/packet.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { readDhcpFixture } from '#test/fixtures/dhcp/read-fixture.ts';

function packetOf(fixture: string): DhcpPacket {
  const result = decodePacket(readDhcpFixture(fixture));
  if (!result.ok) throw new Error(result.reason);
  return result.value;
}

function clientOf(packet: DhcpPacket): DhcpClient {
  const client = describeClient(packet);
  if (client === undefined) throw new Error('no message type');
  return client;
}

function discoverWith(...options: [number, Uint8Array][]): DhcpPacket {
  const entries: [number, Uint8Array][] = [
    [optionCode.messageType, messageTypeOption('discover')],
    ...options,
  ];
  return { ...packetOf('dhclient-discover'), options: new Map(entries) };
}

describe('what a message says about its machine', () => {
  test("QEMU's BIOS iPXE ROM is a PXE client that is iPXE already", () => {
    expect(clientOf(packetOf('ipxe-bios-discover'))).toMatchObject({
      messageType: 'discover',
      architecture: 'bios',
      isIpxe: true,
      isPxeClient: true,
      isHttpClient: false,
      uuid: '11223344-5566-7788-99aa-bbccddeeff00',
      maxMessageSizeBytes: 1472,
      relay: undefined,
    });
  });

  test('OVMF is an x64 PXE client and then an x64 HTTP client', () => {
    expect(clientOf(packetOf('ovmf-pxe-discover'))).toMatchObject({
      architecture: 'efi-x64',
      isIpxe: false,
      isPxeClient: true,
    });
    expect(clientOf(packetOf('ovmf-http-discover'))).toMatchObject({
      architecture: 'efi-x64-http',
      isHttpClient: true,
      isPxeClient: false,
    });
  });

  test('operating systems have a host name and no architecture', () => {
    expect(clientOf(packetOf('udhcpc-request'))).toMatchObject({
      messageType: 'request',
      architecture: undefined,
      architectureCode: undefined,
      hostName: 'node7',
      vendorClass: 'rackside-test',
      requestedAddress: '10.99.0.110',
      serverIdentifier: '10.99.0.1',
      clientAddress: undefined,
    });
    expect(clientOf(packetOf('dhclient-discover')).requestedOptions).toEqual([
      1, 28, 2, 3, 15, 6, 119, 12, 44, 47, 26, 121, 42,
    ]);
  });

  test('an architecture that we do not know keeps its number', () => {
    const client = clientOf(discoverWith([optionCode.clientArchitecture, uint16Option(0x29)]));
    expect(client).toMatchObject({ architecture: undefined, architectureCode: 0x29 });
  });

  test.each([0, 6, 7, 9, 0x0a, 0x0b, 0x0f, 0x10, 0x12, 0x13])(
    'architecture %i has a name of its own',
    code => {
      const name = architectureOf(code);
      expect(name && architectureCodeOf(name)).toBe(code);
    },
  );

  test('iPXE is known by option 175 and by its user class with and without a length', () => {
    expect(clientOf(discoverWith([optionCode.userClass, textOption('iPXE')])).isIpxe).toBe(true);
    expect(clientOf(discoverWith([optionCode.userClass, textOption('\u0004iPXE')])).isIpxe).toBe(true);
    expect(clientOf(discoverWith([optionCode.ipxe, Uint8Array.of(176, 1, 0)])).isIpxe).toBe(true);
    expect(clientOf(discoverWith([optionCode.userClass, textOption('notiPXE')])).isIpxe).toBe(false);
  });

  test('a relay is its address and its own identifiers', () => {
    const packet: DhcpPacket = {
      ...discoverWith([82, Uint8Array.from([1, 2, 0, 7, 2, 1, 9, 5, 4, 10, 5, 0, 0])]),
      relayAddress: '10.88.0.1' as Ipv4,
    };
    expect(clientOf(packet).relay).toEqual({
      address: '10.88.0.1',
      circuitId: '0007',
      remoteId: '09',
      linkSelection: '10.5.0.0',
    });
  });

  test('broken values are as good as absent ones', () => {
    const client = clientOf({
      ...discoverWith(
        [optionCode.clientMachineId, Uint8Array.of(1, 2, 3)],
        [optionCode.clientArchitecture, Uint8Array.of(7)],
        [optionCode.maxMessageSize, uint16Option(100)],
        [optionCode.requestedAddress, Uint8Array.of(10, 0)],
        [82, Uint8Array.of(1, 200)],
      ),
      relayAddress: '10.88.0.1' as Ipv4,
    });
    expect(client).toMatchObject({
      uuid: undefined,
      architecture: undefined,
      maxMessageSizeBytes: undefined,
      requestedAddress: undefined,
      relay: { address: '10.88.0.1', circuitId: undefined },
    });
  });

  test('plain BOOTP and unknown message types are nobody', () => {
    expect(describeClient({ ...packetOf('dhclient-discover'), options: new Map() })).toBeUndefined();
    expect(describeClient(discoverWith([optionCode.messageType, Uint8Array.of(13)]))).toBeUndefined();
  });
});
