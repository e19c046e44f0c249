import { type Ipv4, parseIpv4 } from '#shared/model/ip.ts';
import { type Mac, macFromBytes } from '#shared/model/mac.ts';
import { messageTypeOption, optionCode, readAddress, readMessageType } from './options.ts';
import { decodePacket, encodePacket, unspecifiedAddress } from './packet.ts';
import type { DhcpSocket } from './server.ts';

/** A server that would hand out addresses beside us. */
export interface OtherDhcpServer {
  readonly serverIdentifier: Ipv4;
  readonly offeredAddress: Ipv4;
  /** Where its OFFER came from: the server itself or a relay. */
  readonly source: Ipv4;
}

export interface ServerSearch {
  /** Bound to the interface and to the client port (68), with broadcast allowed. The search closes it. */
  readonly socket: DhcpSocket;
  /** dnsmasq and ISC dhcpd ping an address for 1 to 3 s before they offer it: less than 4,000 misses them. */
  readonly timeoutMs: number;
  /** At least ten random bytes. */
  readonly randomBytes: (count: number) => Uint8Array;
  /** Ends the search at once; it then rejects. */
  readonly signal?: AbortSignal;
  readonly serverPort?: number;
  readonly serverAddress?: string;
}

/**
 * Asks the wire three times for an address as a machine that does not exist, and takes none of what it is offered. Rejects when the
 * question cannot be sent. A server that knows its machines and ignores strangers stays unseen.
 */
export function searchDhcpServers(search: ServerSearch): Promise<readonly OtherDhcpServer[]> {
  const { socket } = search;
  const random = search.randomBytes(10);
  const mac = strangerMac(random);
  const transactionId = new DataView(random.buffer, random.byteOffset).getUint32(6);
  const found = new Map<Ipv4, OtherDhcpServer>();
  const question = discover(mac, transactionId);

  socket.on('message', (bytes, from) => {
    const offer = readOffer(bytes, mac, transactionId, from.address);
    if (offer !== undefined) found.set(offer.serverIdentifier, offer);
  });
  return new Promise((resolve, reject) => {
    const again = setInterval(ask, search.timeoutMs / 3);
    const end = setTimeout(() => finish(undefined), search.timeoutMs);
    let isDone = false;
    socket.on('error', finish);
    search.signal?.addEventListener('abort', onAbort);
    if (search.signal?.aborted === true) onAbort();
    else ask();

    function onAbort(): void {
      finish(new Error('the search was ended'));
    }

    function ask(): void {
      socket.send(question, search.serverPort ?? 67, search.serverAddress ?? '255.255.255.255', error => {
        if (error !== null) finish(error);
      });
    }

    function finish(error: Error | undefined): void {
      if (isDone) return;
      isDone = true;
      search.signal?.removeEventListener('abort', onAbort);
      clearInterval(again);
      clearTimeout(end);
      socket.close();
      if (error === undefined) resolve([...found.values()]);
      else reject(error);
    }
  });
}

/** Locally administered and unicast: no vendor's machine can have it (IEEE 802). */
function strangerMac(random: Uint8Array): Mac {
  const bytes = Uint8Array.from(random.subarray(0, 6));
  bytes[0] = ((bytes[0] ?? 0) & 0xfc) | 0x02;
  return macFromBytes(bytes);
}

function discover(mac: Mac, transactionId: number): Uint8Array {
  return encodePacket({
    op: 'request',
    hops: 0,
    transactionId,
    secs: 0,
    // Nobody answers ARP for the offered address: unicast would never arrive.
    broadcast: true,
    clientAddress: unspecifiedAddress,
    yourAddress: unspecifiedAddress,
    serverAddress: unspecifiedAddress,
    relayAddress: unspecifiedAddress,
    mac,
    serverName: '',
    bootFile: '',
    options: new Map([
      [optionCode.messageType, messageTypeOption('discover')],
      [optionCode.parameterRequestList, Uint8Array.of(optionCode.subnetMask, optionCode.router)],
    ]),
  });
}

function readOffer(
  bytes: Uint8Array,
  mac: Mac,
  transactionId: number,
  sourceText: string,
): OtherDhcpServer | undefined {
  const result = decodePacket(bytes);
  if (!result.ok) return undefined;
  const { op, options, yourAddress, ...packet } = result.value;
  const isForUs = op === 'reply' && packet.mac === mac && packet.transactionId === transactionId;
  const serverIdentifier = readAddress(options, optionCode.serverIdentifier);
  const source = parseIpv4(sourceText);
  if (!isForUs || readMessageType(options) !== 'offer' || serverIdentifier === undefined) return undefined;
  return { serverIdentifier, offeredAddress: yourAddress, source: source ?? serverIdentifier };
}
