import { type Ipv4, ipv4FromBytes } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import {
  type DhcpMessageType,
  decodeSubOptions,
  optionCode,
  readAddress,
  readMessageType,
  readText,
  readUint16,
} from './options.ts';
import { type DhcpPacket, unspecifiedAddress } from './packet.ts';

/**
 * Option 93 by the IANA registry "Processor Architecture Types". RFC 4578 printed 7 and 9 the other way round, so both
 * `efi-x64` and `efi-ebc` come from x64 machines in the field.
 */
const architectureCodes = [
  [0x00, 'bios'],
  [0x06, 'efi-ia32'],
  [0x07, 'efi-x64'],
  [0x09, 'efi-ebc'],
  [0x0a, 'efi-arm32'],
  [0x0b, 'efi-arm64'],
  [0x0f, 'efi-ia32-http'],
  [0x10, 'efi-x64-http'],
  [0x12, 'efi-arm32-http'],
  [0x13, 'efi-arm64-http'],
] as const;

export type ClientArchitecture = (typeof architectureCodes)[number][1];

const architectureByCode: ReadonlyMap<number, ClientArchitecture> = new Map(architectureCodes);
const codeByArchitecture: ReadonlyMap<ClientArchitecture, number> = new Map(
  architectureCodes.map(([code, name]) => [name, code]),
);

export function architectureOf(code: number): ClientArchitecture | undefined {
  return architectureByCode.get(code);
}

/** The value of option 93 for an architecture: what a client of that kind sends. */
export function architectureCodeOf(architecture: ClientArchitecture): number {
  return codeByArchitecture.get(architecture) ?? 0;
}

/** What one message says about the machine that sent it: derived once, then only this is asked. */
export interface DhcpClient {
  readonly mac: Mac;
  readonly messageType: DhcpMessageType;
  readonly transactionId: number;
  /** Undefined when the client sent none (an operating system) or one that we do not know. */
  readonly architecture: ClientArchitecture | undefined;
  /** The first value of option 93 as sent. */
  readonly architectureCode: number | undefined;
  readonly isIpxe: boolean;
  /** Vendor class `PXEClient…`: PXE firmware, or iPXE in its place. */
  readonly isPxeClient: boolean;
  /** Vendor class `HTTPClient…`: UEFI HTTP boot. */
  readonly isHttpClient: boolean;
  readonly vendorClass: string | undefined;
  /** Option 97 as dmidecode prints it: SMBIOS stores the first three groups little-endian. */
  readonly uuid: string | undefined;
  readonly hostName: string | undefined;
  readonly clientAddress: Ipv4 | undefined;
  readonly requestedAddress: Ipv4 | undefined;
  readonly serverIdentifier: Ipv4 | undefined;
  /** Option 55 in the client's order; empty when it sent none. */
  readonly requestedOptions: readonly number[];
  /** Option 57 when it is sane. */
  readonly maxMessageSizeBytes: number | undefined;
  readonly relay: DhcpRelay | undefined;
}

/** RFC 3046 sub-options 1, 2 and (RFC 3527) 5; the identifiers as hex because vendors put binary in them. */
interface DhcpRelay {
  readonly address: Ipv4;
  readonly circuitId: string | undefined;
  readonly remoteId: string | undefined;
  readonly linkSelection: Ipv4 | undefined;
}

/** Undefined for a message without a type that RFC 2131 knows. */
export function describeClient(packet: DhcpPacket): DhcpClient | undefined {
  const { options } = packet;
  const messageType = readMessageType(options);
  if (messageType === undefined) return undefined;
  const vendorClass = readText(options, optionCode.vendorClass);
  const architectureCode = firstArchitecture(options.get(optionCode.clientArchitecture));
  return {
    mac: packet.mac,
    messageType,
    transactionId: packet.transactionId,
    architecture: architectureCode === undefined ? undefined : architectureOf(architectureCode),
    architectureCode,
    isIpxe: hasIpxeUserClass(options.get(optionCode.userClass)) || options.has(optionCode.ipxe),
    isPxeClient: vendorClass?.startsWith('PXEClient') ?? false,
    isHttpClient: vendorClass?.startsWith('HTTPClient') ?? false,
    vendorClass,
    uuid: readUuid(options.get(optionCode.clientMachineId)),
    hostName: readText(options, optionCode.hostName),
    clientAddress: specified(packet.clientAddress),
    requestedAddress: readAddress(options, optionCode.requestedAddress),
    serverIdentifier: readAddress(options, optionCode.serverIdentifier),
    requestedOptions: Array.from(options.get(optionCode.parameterRequestList) ?? []),
    maxMessageSizeBytes: saneMessageSize(readUint16(options, optionCode.maxMessageSize)),
    relay: readRelay(packet),
  };
}

/** Firmware may list several 16-bit values; the first one is what it runs as (RFC 4578 §2.1). */
function firstArchitecture(value: Uint8Array | undefined): number | undefined {
  const [high, low] = value ?? [];
  return high === undefined || low === undefined ? undefined : high * 256 + low;
}

/** iPXE sends the bare text, RFC 3004 wants a length before it. */
function hasIpxeUserClass(value: Uint8Array | undefined): boolean {
  if (value === undefined) return false;
  const text = String.fromCharCode(...value);
  return text === 'iPXE' || text === '\u0004iPXE';
}

/** RFC 4578 §2.3: type 0 and 16 bytes. */
function readUuid(value: Uint8Array | undefined): string | undefined {
  if (value?.length !== 17 || value[0] !== 0) return undefined;
  const hex = (...indices: number[]) =>
    indices.map(index => (value[index + 1] ?? 0).toString(16).padStart(2, '0')).join('');
  return [hex(3, 2, 1, 0), hex(5, 4), hex(7, 6), hex(8, 9), hex(10, 11, 12, 13, 14, 15)].join('-');
}

function readRelay(packet: DhcpPacket): DhcpRelay | undefined {
  const address = specified(packet.relayAddress);
  if (address === undefined) return undefined;
  const information = packet.options.get(optionCode.relayAgentInformation);
  const parsed = information === undefined ? undefined : decodeSubOptions(information, false);
  const subOptions = parsed?.ok ? parsed.value : new Map<number, Uint8Array>();
  const link = subOptions.get(5);
  return {
    address,
    circuitId: hexText(subOptions.get(1)),
    remoteId: hexText(subOptions.get(2)),
    linkSelection: link?.length === 4 ? ipv4FromBytes(link) : undefined,
  };
}

function hexText(value: Uint8Array | undefined): string | undefined {
  return value === undefined ? undefined : Buffer.from(value).toString('hex');
}

function specified(address: Ipv4): Ipv4 | undefined {
  return address === unspecifiedAddress ? undefined : address;
}

/** RFC 2132 §9.10: the least legal value is 576. */
function saneMessageSize(value: number | undefined): number | undefined {
  return value !== undefined && value >= 576 ? value : undefined;
}
