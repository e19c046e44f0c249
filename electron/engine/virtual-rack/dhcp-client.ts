import { randomInt } from 'node:crypto';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { architectureCodeOf } from '#engine/net/dhcp/client.ts';
import {
  addressOption,
  messageTypeOption,
  optionCode,
  readAddress,
  readMessageType,
  readText,
  textOption,
  uint16Option,
} from '#engine/net/dhcp/options.ts';
import { type DhcpPacket, decodePacket, encodePacket, unspecifiedAddress } from '#engine/net/dhcp/packet.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

/** Who speaks: firmware, the boot program after it, or an operating system. Each shows other options. */
export type DhcpSpeaker = 'pxe-firmware' | 'ipxe' | 'os';

export interface DhcpAsk {
  readonly server: { readonly address: string; readonly port: number };
  readonly mac: Mac;
  readonly firmware: 'bios' | 'uefi';
  readonly speaker: DhcpSpeaker;
  readonly timeoutMs: number;
  readonly attempts: number;
  readonly signal: AbortSignal;
  /** Asked for each datagram that is sent or arrives: it never comes through. */
  readonly isLost: () => boolean;
}

export interface DhcpGrant {
  readonly address: Ipv4;
  /** The boot file, empty without one. */
  readonly bootFile: string;
  /** What the machine is called; undefined where nobody says. */
  readonly hostName: string | undefined;
}

/** DISCOVER, OFFER, REQUEST, ACK as a client on loopback. Undefined: nobody answered. */
export async function askForAddress(ask: DhcpAsk): Promise<DhcpGrant | undefined> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  const transactionId = randomInt(0, 2 ** 32 - 1);
  const exchange = async (request: DhcpPacket, wanted: 'offer' | 'ack'): Promise<DhcpPacket | undefined> => {
    for (let attempt = 0; attempt < ask.attempts; attempt += 1) {
      if (!ask.isLost()) socket.send(encodePacket(request), ask.server.port, ask.server.address);
      const answer = await nextAnswer(wanted);
      if (answer !== undefined) return answer;
    }
    return undefined;
  };
  const nextAnswer = (wanted: string): Promise<DhcpPacket | undefined> =>
    new Promise((resolve, reject) => {
      const settle = (answer: DhcpPacket | undefined) => {
        clearTimeout(timer);
        socket.off('message', onMessage);
        ask.signal.removeEventListener('abort', onAbort);
        if (ask.signal.aborted) reject(ask.signal.reason);
        else resolve(answer);
      };
      const onAbort = () => settle(undefined);
      const onMessage = (bytes: Uint8Array) => {
        if (ask.isLost()) return;
        const packet = decodePacket(bytes);
        if (!packet.ok || packet.value.transactionId !== transactionId) return;
        if (readMessageType(packet.value.options) === wanted) settle(packet.value);
      };
      const timer = setTimeout(() => settle(undefined), ask.timeoutMs);
      socket.on('message', onMessage);
      ask.signal.addEventListener('abort', onAbort, { once: true });
    });

  try {
    ask.signal.throwIfAborted();
    const offer = await exchange(message(ask, transactionId, 'discover', new Map()), 'offer');
    if (offer === undefined) return undefined;
    const server = readAddress(offer.options, optionCode.serverIdentifier);
    const chosen = new Map<number, Uint8Array>([
      [optionCode.requestedAddress, addressOption(offer.yourAddress)],
    ]);
    if (server !== undefined) chosen.set(optionCode.serverIdentifier, addressOption(server));
    const ack = await exchange(message(ask, transactionId, 'request', chosen), 'ack');
    if (ack === undefined) return undefined;
    return {
      address: ack.yourAddress,
      bootFile: readText(ack.options, optionCode.bootFileName) ?? ack.bootFile,
      hostName: readText(ack.options, optionCode.hostName),
    };
  } finally {
    socket.close();
  }
}

function message(
  { mac, firmware, speaker }: DhcpAsk,
  transactionId: number,
  type: 'discover' | 'request',
  more: ReadonlyMap<number, Uint8Array>,
): DhcpPacket {
  const options = new Map<number, Uint8Array>([[optionCode.messageType, messageTypeOption(type)], ...more]);
  options.set(optionCode.parameterRequestList, Uint8Array.of(1, 3, 6, 12, 15, 51, 54, 60, 66, 67));
  if (speaker !== 'os') {
    const architecture = architectureCodeOf(firmware === 'bios' ? 'bios' : 'efi-x64');
    options.set(
      optionCode.vendorClass,
      textOption(`PXEClient:Arch:${String(architecture).padStart(5, '0')}:UNDI:003000`),
    );
    options.set(optionCode.clientArchitecture, uint16Option(architecture));
  }
  if (speaker === 'ipxe') options.set(optionCode.userClass, textOption('iPXE'));
  return {
    op: 'request',
    hops: 0,
    transactionId,
    secs: 0,
    broadcast: false,
    clientAddress: unspecifiedAddress,
    yourAddress: unspecifiedAddress,
    serverAddress: unspecifiedAddress,
    relayAddress: unspecifiedAddress,
    mac,
    serverName: '',
    bootFile: '',
    options,
  };
}
