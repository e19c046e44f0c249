import { randomBytes } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { expect, test } from 'vitest';
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

async function searchAgainst(answers: (question: DhcpPacket) => Uint8Array[]) {
  const [wire, socket] = await Promise.all([openSocket(), openSocket()]);
  const questions: DhcpPacket[] = [];
  wire.on('message', (bytes, from) => {
    const question = decodePacket(bytes);
    if (!question.ok) throw new Error(question.reason);
    questions.push(question.value);
    for (const answer of answers(question.value)) wire.send(answer, from.port, from.address);
  });
  const found = await searchDhcpServers({
    socket,
    timeoutMs: 150,
    randomBytes,
    serverPort: wire.address().port,
    serverAddress: '127.0.0.1',
  });
  wire.close();
  return { found, questions };
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
  const { found, questions } = await searchAgainst(() => []);
  expect(found).toEqual([]);
  const [question] = questions;
  expect(question && readMessageType(question.options)).toBe('discover');
  expect(question?.broadcast).toBe(true);
  expect(Number.parseInt(question?.mac.slice(0, 2) ?? '', 16) & 3).toBe(2);
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
