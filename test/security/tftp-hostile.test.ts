import type { Socket } from 'node:dgram';
import { once } from 'node:events';
import { readdirSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FileSource } from '#engine/net/file-source/file-source.ts';
import { fetchTftp } from '#engine/net/tftp/client.ts';
import { encodeTftp } from '#engine/net/tftp/packet.ts';
import { transferSocketsOn } from '#engine/net/tftp/server.ts';
import { eventually } from '#test/fixtures/net/eventually.ts';
import { diskFileSource, loopback, openUdp, tftpOnLoopback } from '#test/fixtures/net/tftp-on-loopback.ts';

let root: string;
const content = Buffer.alloc(400_000, 'boot program ');
const request = encodeTftp({ kind: 'read-request', path: 'nbp', mode: 'octet', options: new Map() });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'rk-tftp-hostile-'));
  await writeFile(join(root, 'nbp'), content);
});
afterAll(() => rm(root, { recursive: true }));

const openDescriptors = (): number => readdirSync('/proc/self/fd').length;
const fetchNbp = (port: number) =>
  fetchTftp({ server: { address: loopback, port }, path: 'nbp', openSocket: transferSocketsOn(loopback) });

function randomBytes(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  };
}

/** Sends and waits until the kernel has it, so that a burst does not outrun its own socket. */
const sendTo = (socket: Socket, bytes: Uint8Array, port: number): Promise<void> =>
  new Promise(resolve => {
    socket.send(bytes, port, loopback, () => resolve());
  });

describe('TFTP server against a hostile segment', () => {
  it('serves on after random, empty and one-byte datagrams to its listening port', async () => {
    const running = await tftpOnLoopback(diskFileSource(root));
    const socket = await openUdp();
    const random = randomBytes(11);
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Uint8Array.from({ length: round % 64 }, random);
      if (bytes.length > 1 && round % 3 > 0) bytes.set([0, 1 + (random() % 6)]);
      await sendTo(socket, bytes, running.port);
    }
    expect((await fetchNbp(running.port)).bytes).toEqual(content);
    socket.close();
    await running.server.close();
  });

  it('is not disturbed by strangers who know the port of a running transfer', async () => {
    const running = await tftpOnLoopback(diskFileSource(root));
    const client = await openUdp();
    client.send(request, running.port, loopback);
    const [, from] = await once(client, 'message');
    const stranger = await openUdp();
    stranger.on('error', () => undefined);
    const random = randomBytes(5);
    const ack = (block: number): Uint8Array => encodeTftp({ kind: 'ack', block });
    const killer = encodeTftp({ kind: 'error', code: 0, message: 'die' });
    for (const attack of [new Uint8Array(0), Uint8Array.of(0), killer, ack(1), ack(2), request]) {
      await sendTo(stranger, attack, from.port);
    }
    for (let round = 0; round < 500; round += 1) {
      await sendTo(stranger, Uint8Array.from({ length: round % 40 }, random), from.port);
    }
    let received = 0;
    for (let block = 1; received < content.length; block += 1) {
      received += Math.min(512, content.length - received);
      const answer = received < content.length ? once(client, 'message') : undefined;
      await sendTo(client, ack(block & 0xffff), from.port);
      const [bytes] = (await answer) ?? [];
      if (bytes !== undefined) expect(bytes.readUInt16BE(2)).toBe(block + 1);
    }
    await eventually(() =>
      expect(running.observations.at(-1)).toMatchObject({
        kind: 'ended',
        outcome: { kind: 'completed' },
        resentBlocks: 0,
      }),
    );
    client.close();
    stranger.close();
    await running.server.close();
  });

  it('survives rubbish from the client itself in the middle of its transfer', async () => {
    const running = await tftpOnLoopback(diskFileSource(root));
    const client = await openUdp();
    client.send(request, running.port, loopback);
    const [, from] = await once(client, 'message');
    const random = randomBytes(9);
    for (let round = 0; round < 500; round += 1) {
      const bytes = Uint8Array.from({ length: round % 40 }, random);
      // Everything but a real ERROR, which would rightly end it.
      if (bytes.length > 1) bytes.set([0, [0, 1, 2, 3, 4, 6, 7][round % 7] ?? 0]);
      await sendTo(client, bytes, from.port);
    }
    expect(running.server.activeTransfers()).toBe(1);
    expect((await fetchNbp(running.port)).bytes).toEqual(content);
    client.close();
    await running.server.close();
  });

  it('keeps no descriptor of 3,000 requests that their senders abandoned', async () => {
    const disk = diskFileSource(root);
    const anyName: FileSource = asked => disk({ ...asked, path: 'nbp' });
    const running = await tftpOnLoopback(anyName, {
      limits: { maxTransfers: 3000, maxTransfersPerClient: 3000 },
    });
    const before = openDescriptors();
    for (let asked = 50; asked <= 3000; asked += 50) {
      const sockets = await Promise.all(Array.from({ length: 50 }, openUdp));
      // Another name each time: the kernel gives freed ports again, and a repeated request would be one transfer.
      const packet = encodeTftp({
        kind: 'read-request',
        path: `${asked}`,
        mode: 'octet',
        options: new Map(),
      });
      await Promise.all(sockets.map(socket => sendTo(socket, packet, running.port)));
      await eventually(() => expect(running.transferPorts).toHaveLength(asked));
      for (const socket of sockets) socket.close();
    }
    // Each is told by ICMP at the first packet after its client closed: DATA 1 or, a second later, its repetition.
    await eventually(() => expect(running.server.activeTransfers()).toBe(0));
    await eventually(() => expect(openDescriptors()).toBeLessThanOrEqual(before + 2));
    expect((await fetchNbp(running.port)).bytes).toEqual(content);
    await running.server.close();
  });

  it('holds at most its cap for clients that stay silent, and frees them when their time is over', async () => {
    let nowMs = 0;
    const running = await tftpOnLoopback(diskFileSource(root), {
      nowMs: () => nowMs,
      limits: { maxTransfers: 40, maxTransfersPerClient: 40, maxRetries: 1, maxTimeoutMs: 1000 },
    });
    const before = openDescriptors();
    const sockets = await Promise.all(Array.from({ length: 120 }, openUdp));
    for (const socket of sockets) await sendTo(socket, request, running.port);
    await eventually(() => expect(running.transferPorts).toHaveLength(40));
    expect(running.server.activeTransfers()).toBe(40);
    await eventually(() => {
      nowMs += 1000;
      expect(running.server.activeTransfers()).toBe(0);
    });
    for (const socket of sockets) socket.close();
    await eventually(() => expect(openDescriptors()).toBeLessThanOrEqual(before + 2));
    await running.server.close();
  });
});
