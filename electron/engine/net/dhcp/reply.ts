import { broadcastAddress, type Ipv4, netmask } from '#shared/model/ip.ts';
import type { DhcpClient } from './client.ts';
import type { DhcpNetwork } from './network.ts';
import {
  addressOption,
  encodeSubOptions,
  messageTypeOption,
  optionCode,
  textOption,
  uint16Option,
  uint32Option,
} from './options.ts';
import { type DhcpPacket, unspecifiedAddress } from './packet.ts';
import type { DhcpBootFile, DhcpDecision } from './policy.ts';

/** Where a message goes by RFC 2131 §4.1; ports are the server's business. */
export type DhcpDestination =
  | { readonly kind: 'relay'; readonly address: Ipv4 }
  | { readonly kind: 'unicast'; readonly address: Ipv4 }
  | { readonly kind: 'broadcast' }
  /** To an address that the client does not answer ARP for yet: needs a frame made by hand, or broadcast instead. */
  | { readonly kind: 'hardware'; readonly address: Ipv4 };

export interface ReplyParts {
  readonly request: DhcpPacket;
  readonly client: DhcpClient;
  readonly network: DhcpNetwork;
  readonly serverAddress: Ipv4;
}

type Admission = Extract<DhcpDecision, { answer: true }>;
type OptionEntry = readonly [number, Uint8Array];

/** PXE_DISCOVERY_CONTROL (PXE 2.1 §2.2.3): bit 3, boot the file named here and look for no boot server. */
const pxeBootThisFile = Uint8Array.of(6, 1, 0b1000, optionCode.end);
/** iPXE's 175.176: do not wait two seconds for a ProxyDHCP answer. */
const ipxeNoProxyDhcp = encodeSubOptions(new Map([[176, Uint8Array.of(1)]]));
/** The file field without its NUL. */
const bootFileFieldBytes = 127;

/** RFC 2131 table 3. `yourAddress` undefined is the answer to INFORM: configuration without a lease (§4.3.5). */
export function grant(
  parts: ReplyParts,
  message: 'offer' | 'ack',
  decision: Admission,
  yourAddress: Ipv4 | undefined,
): DhcpPacket {
  const { request, client, network, serverAddress } = parts;
  const { bootFile } = decision;
  const entries: OptionEntry[] = [
    [optionCode.messageType, messageTypeOption(message)],
    [optionCode.serverIdentifier, addressOption(serverAddress)],
    ...(yourAddress === undefined ? [] : leaseTimes(network)),
    ...networkOptions(network, decision),
    ...(bootFile === undefined ? [] : bootOptions(parts, bootFile)),
    ...requestedOptions(client, network, decision.hostName),
    ...(decision.options ?? []),
    ...echoedOptions(request),
  ];
  return {
    ...answerTo(request),
    clientAddress: message === 'ack' ? request.clientAddress : unspecifiedAddress,
    yourAddress: yourAddress ?? unspecifiedAddress,
    serverAddress: bootFile === undefined ? unspecifiedAddress : (bootFile.nextServer ?? serverAddress),
    bootFile: bootFile !== undefined && fitsFileField(bootFile.fileName) ? bootFile.fileName : '',
    options: new Map(entries),
  };
}

/** RFC 2131 table 3 and §4.3.2: a relayed NAK asks the relay to broadcast it. */
export function refuse({ request, serverAddress }: ReplyParts, reason: string): DhcpPacket {
  const isRelayed = request.relayAddress !== unspecifiedAddress;
  return {
    ...answerTo(request),
    broadcast: request.broadcast || isRelayed,
    options: new Map([
      [optionCode.messageType, messageTypeOption('nak')],
      [optionCode.serverIdentifier, addressOption(serverAddress)],
      [optionCode.message, textOption(reason)],
      ...echoedOptions(request),
    ]),
  };
}

function answerTo(request: DhcpPacket): Omit<DhcpPacket, 'options'> {
  return {
    op: 'reply',
    hops: 0,
    transactionId: request.transactionId,
    secs: 0,
    broadcast: request.broadcast,
    clientAddress: unspecifiedAddress,
    yourAddress: unspecifiedAddress,
    serverAddress: unspecifiedAddress,
    relayAddress: request.relayAddress,
    mac: request.mac,
    serverName: '',
    bootFile: '',
  };
}

/** RFC 2131 §4.4.5: renew at half, rebind at seven eighths. */
function leaseTimes({ leaseSeconds }: DhcpNetwork): OptionEntry[] {
  return [
    [optionCode.leaseTime, uint32Option(leaseSeconds)],
    [optionCode.renewalTime, uint32Option(Math.floor(leaseSeconds / 2))],
    [optionCode.rebindingTime, uint32Option(Math.floor((leaseSeconds * 7) / 8))],
  ];
}

/** RFC 2132 §3.3: the mask before the routers. */
function networkOptions({ subnet, routers }: DhcpNetwork, { withoutRouter }: Admission): OptionEntry[] {
  return [
    [optionCode.subnetMask, addressOption(netmask(subnet))],
    ...whenAny(optionCode.router, withoutRouter === true ? [] : routers),
  ];
}

function bootOptions({ client, serverAddress, request }: ReplyParts, bootFile: DhcpBootFile): OptionEntry[] {
  const { fileName } = bootFile;
  const entries: OptionEntry[] = [];
  // UEFI HTTP boot takes an offer only with its own vendor class in it (UEFI 2.10 §24.7.3.1).
  if (client.isHttpClient) entries.push([optionCode.vendorClass, textOption('HTTPClient')]);
  // BIOS PXE ROMs wait for a ProxyDHCP offer and a boot server unless told not to (PXE 2.1 §2.2.3).
  if (client.isPxeClient && !client.isIpxe)
    entries.push(
      [optionCode.vendorClass, textOption('PXEClient')],
      [optionCode.vendorSpecific, pxeBootThisFile],
    );
  if (client.isIpxe) entries.push([optionCode.ipxe, ipxeNoProxyDhcp]);
  if (client.isHttpClient || asksFor(client, optionCode.bootFileName) || !fitsFileField(fileName))
    entries.push([optionCode.bootFileName, textOption(fileName)]);
  if (!client.isHttpClient && asksFor(client, optionCode.tftpServerName))
    entries.push([
      optionCode.tftpServerName,
      textOption(bootFile.serverName ?? bootFile.nextServer ?? serverAddress),
    ]);
  const machineId = request.options.get(optionCode.clientMachineId);
  if (machineId !== undefined) entries.push([optionCode.clientMachineId, machineId]);
  return entries;
}

/** Only for who asks (option 55); a client without a list gets all. */
function requestedOptions(
  client: DhcpClient,
  network: DhcpNetwork,
  hostName: string | undefined,
): OptionEntry[] {
  const available: OptionEntry[] = [
    ...whenAny(optionCode.domainNameServer, network.dnsServers),
    ...whenText(optionCode.domainName, network.domainName),
    ...whenText(optionCode.hostName, hostName),
    ...(network.mtuBytes === undefined
      ? []
      : [[optionCode.interfaceMtu, uint16Option(network.mtuBytes)] as const]),
    [optionCode.broadcastAddress, addressOption(broadcastAddress(network.subnet))],
    ...whenAny(optionCode.ntpServer, network.ntpServers ?? []),
  ];
  return available.filter(([code]) => client.requestedOptions.length === 0 || asksFor(client, code));
}

/** RFC 6842: the client identifier comes back; RFC 3046 §2.2: so does the relay's information. */
function echoedOptions(request: DhcpPacket): OptionEntry[] {
  return [optionCode.clientIdentifier, optionCode.relayAgentInformation].flatMap(code => {
    const value = request.options.get(code);
    return value === undefined ? [] : [[code, value] as const];
  });
}

function asksFor(client: DhcpClient, code: number): boolean {
  return client.requestedOptions.includes(code);
}

function whenAny(code: number, addresses: readonly Ipv4[]): OptionEntry[] {
  return addresses.length === 0 ? [] : [[code, addressOption(...addresses)]];
}

function whenText(code: number, text: string | undefined): OptionEntry[] {
  return text === undefined || text === '' ? [] : [[code, textOption(text)]];
}

function fitsFileField(fileName: string): boolean {
  return fileName.length <= bootFileFieldBytes && /^[\u0020-\u007e]*$/.test(fileName);
}

/** RFC 2131 §4.1. */
export function destinationOf(packet: DhcpPacket, message: 'offer' | 'ack' | 'nak'): DhcpDestination {
  if (packet.relayAddress !== unspecifiedAddress) return { kind: 'relay', address: packet.relayAddress };
  if (message === 'nak') return { kind: 'broadcast' };
  if (packet.clientAddress !== unspecifiedAddress) return { kind: 'unicast', address: packet.clientAddress };
  if (packet.broadcast) return { kind: 'broadcast' };
  return { kind: 'hardware', address: packet.yourAddress };
}
