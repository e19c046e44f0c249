/**
 * Machines that boot one after the other, `clients` of them at a time, for `milliseconds`: DISCOVER, OFFER, REQUEST, ACK,
 * next machine. Prints how many got an address, and the median time of one. Runs in its own network namespace.
 */
import { messageTypeOption, optionCode, textOption, uint16Option } from '#engine/net/dhcp/options.ts';
import { encodePacket, unspecifiedAddress } from '#engine/net/dhcp/packet.ts';
import { openBoundUdpSocket } from '#engine/system/bound-udp-socket.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

export interface LoadResult {
  readonly perSecond: number;
  readonly medianMs: number;
  readonly lost: number;
}

/** More machines than dnsmasq serves by default, fewer than the pool holds. */
const machineCount = 1000;
const patience = 1000;
const offset = { transactionId: 4, yourAddress: 16, mac: 28, messageType: 242 } as const;

interface Client {
  machine: number;
  startedMs: number;
  stage: 'offer' | 'ack';
  timer: NodeJS.Timeout | undefined;
}

const [, , clientsText = '1', millisecondsText = '1000'] = process.argv;
const bound = await openBoundUdpSocket({ interfaceName: 'eth0', port: 68 });
if (!bound.ok) throw new Error(JSON.stringify(bound.failure));
const { socket } = bound;
const discover = template('discover');
const request = template('request');
/** Where the two addresses of the REQUEST go: after 53, the values of 50 and 54. */
const requestedAt = 240 + 3 + 2;
const serverAt = requestedAt + 4 + 2;

const clients = Array.from(
  { length: Number(clientsText) },
  (): Client => ({ machine: 0, startedMs: 0, stage: 'offer', timer: undefined }),
);
const times: number[] = [];
let nextMachine = 0;
let lost = 0;
let isOver = false;

socket.on('message', bytes => {
  const transactionId = bytes.readUInt32BE(offset.transactionId);
  const index = transactionId >>> 16;
  const client = clients[index];
  if (client === undefined || (transactionId & 0xffff) !== client.machine) return;
  const type = bytes[offset.messageType];
  if (type === 2 && client.stage === 'offer') takeOffer(index, client, bytes);
  else if (type === 5 && client.stage === 'ack') {
    times.push(performance.now() - client.startedMs);
    boot(index, client);
  }
});

function boot(index: number, client: Client): void {
  clearTimeout(client.timer);
  if (isOver) return;
  client.machine = nextMachine % machineCount;
  nextMachine += 1;
  client.stage = 'offer';
  client.startedMs = performance.now();
  client.timer = setTimeout(() => {
    lost += 1;
    boot(index, client);
  }, patience);
  send(discover, index, client);
}

function takeOffer(index: number, client: Client, offer: Buffer): void {
  client.stage = 'ack';
  offer.copy(request, requestedAt, offset.yourAddress, offset.yourAddress + 4);
  // Both servers put option 54 behind 53.
  offer.copy(request, serverAt, 245, 249);
  send(request, index, client);
}

function send(bytes: Buffer, index: number, client: Client): void {
  bytes.writeUInt32BE(((index << 16) | client.machine) >>> 0, offset.transactionId);
  bytes.writeUInt16BE(client.machine, offset.mac + 4);
  socket.send(Buffer.from(bytes), 67, '255.255.255.255');
}

function template(type: 'discover' | 'request'): Buffer {
  const addresses: [number, Uint8Array][] =
    type === 'discover'
      ? []
      : [
          [optionCode.requestedAddress, new Uint8Array(4)],
          [optionCode.serverIdentifier, new Uint8Array(4)],
        ];
  return Buffer.from(
    encodePacket({
      op: 'request',
      hops: 0,
      transactionId: 0,
      secs: 0,
      // Neither server could reach 1,000 addresses by unicast: nobody has them.
      broadcast: true,
      clientAddress: unspecifiedAddress,
      yourAddress: unspecifiedAddress,
      serverAddress: unspecifiedAddress,
      relayAddress: unspecifiedAddress as Ipv4,
      mac: '52:54:00:be:00:00' as Mac,
      serverName: '',
      bootFile: '',
      options: new Map([
        [optionCode.messageType, messageTypeOption(type)],
        ...addresses,
        [optionCode.vendorClass, textOption('PXEClient:Arch:00007:UNDI:003000')],
        [optionCode.clientArchitecture, uint16Option(7)],
        [optionCode.parameterRequestList, Uint8Array.of(1, 3, 6, 12, 15, 43, 60, 66, 67)],
        [optionCode.maxMessageSize, uint16Option(1472)],
      ]),
    }),
  );
}

const milliseconds = Number(millisecondsText);
const began = performance.now();
for (const [index, client] of clients.entries()) boot(index, client);
setTimeout(() => {
  isOver = true;
  for (const client of clients) clearTimeout(client.timer);
  socket.close();
  times.sort((a, b) => a - b);
  const result: LoadResult = {
    perSecond: times.length / ((performance.now() - began) / 1000),
    medianMs: times[Math.floor(times.length / 2)] ?? Number.NaN,
    lost,
  };
  process.stdout.write(`${JSON.stringify(result)}\n`);
}, milliseconds);
