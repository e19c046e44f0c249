import { randomBytes } from 'node:crypto';
import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, expect, test, vi } from 'vitest';
import { addressOption, messageTypeOption, optionCode, readMessageType } from '#engine/net/dhcp/options.ts';
import { type DhcpPacket, decodePacket, encodePacket } from '#engine/net/dhcp/packet.ts';
import { searchDhcpServers } from '#engine/net/dhcp/probe.ts';
import { ip, mac } from './rig.ts';

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

function offer(question: DhcpPacket, server: string, changes: Partial<DhcpPacket> = {}): Uint8Array {
  return encodePacket({
    ...question,
    op: 'reply',
    yourAddress: ip('192.168.7.50'),
    ...changes,
    options: new Map([
      [optionCode.messageType, messageTypeOption('offer')],
      [optionCode.serverIdentifier, addressOption(ip(server))],
    ]),
  });
}

afterEach(() => {
  vi.useRealTimers();
});

/** Time passes once all answers are there. */
async function searchAgainst(answers: (question: DhcpPacket) => Uint8Array[]) {
  const [wire, socket] = await Promise.all([openSocket(), openSocket()]);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  const asked = once(wire, 'message') as Promise<[Buffer, RemoteInfo]>;
  let heard = 0;
  const found = searchDhcpServers({
    socket,
    timeoutMs: 4500,
    randomBytes,
    serverPort: wire.address().port,
    serverAddress: '127.0.0.1',
  });
  const [bytes, from] = await asked;
  const question = decodePacket(bytes);
  if (!question.ok) throw new Error(question.reason);
  const sent = answers(question.value);
  const allHeard = new Promise<void>(resolve => {
    if (sent.length === 0) resolve();
    socket.on('message', () => {
      heard += 1;
      if (heard === sent.length) resolve();
    });
  });
  for (const answer of sent) wire.send(answer, from.port, from.address);
  await allHeard;
  vi.advanceTimersByTime(4500);
  const result = { found: await found, question: question.value };
  wire.close();
  return result;
}

test('every server that offers is found once, whatever else comes in', async () => {
  const { found } = await searchAgainst(question => [
    Uint8Array.of(1, 2, 3),
    offer(question, '192.168.7.1'),
    offer(question, '192.168.7.1'),
    offer(question, '192.168.7.2'),
    offer(question, '192.168.7.3', { transactionId: question.transactionId ^ 1 }),
    offer(question, '192.168.7.4', { mac: mac(9) }),
    encodePacket(question),
  ]);
  expect(found).toEqual([
    { serverIdentifier: '192.168.7.1', offeredAddress: '192.168.7.50', source: '127.0.0.1' },
    { serverIdentifier: '192.168.7.2', offeredAddress: '192.168.7.50', source: '127.0.0.1' },
  ]);
});

test('the question is a DISCOVER by a locally administered, unicast MAC that wants a broadcast answer', async () => {
  const { found, question } = await searchAgainst(() => []);
  expect(found).toEqual([]);
  expect(readMessageType(question.options)).toBe('discover');
  expect(question.broadcast).toBe(true);
  expect(Number.parseInt(question.mac.slice(0, 2), 16) & 3).toBe(2);
});

test('a question that cannot be sent is an error, not a clean wire', async () => {
  const socket = await openSocket();
  const search = searchDhcpServers({
    socket,
    timeoutMs: 1000,
    randomBytes,
    serverAddress: '255.255.255.255',
  });
  await expect(search).rejects.toThrow(/EACCES|EPERM|EINVAL|ENETUNREACH/);
});

test('a search that is not wanted any more ends at once and closes its socket', async () => {
  const socket = await openSocket();
  const stop = new AbortController();
  const closed = once(socket, 'close');
  const { port } = socket.address();
  const place = { serverPort: port, serverAddress: '127.0.0.1' };
  const search = searchDhcpServers({ socket, timeoutMs: 60_000, randomBytes, signal: stop.signal, ...place });
  stop.abort();
  await expect(search).rejects.toThrow('ended');
  await closed;
});
