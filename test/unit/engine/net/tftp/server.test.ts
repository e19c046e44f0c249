import type { RemoteInfo, Socket } from 'node:dgram';
import { once } from 'node:events';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fileFromBytes } from '#engine/net/file-source/file-from-bytes.ts';
import type { FileSource, ReadableFile } from '#engine/net/file-source/file-source.ts';
import { fetchTftp, type TftpFetchOptions } from '#engine/net/tftp/client.ts';
import { decodeTftp, encodeTftp, type TftpPacket } from '#engine/net/tftp/packet.ts';
import { type TftpServerOptions, transferSocketsOn } from '#engine/net/tftp/server.ts';
import { eventually } from '#test/fixtures/net/eventually.ts';
import {
  loopback,
  openUdp,
  type TftpOnLoopback,
  tftpOnLoopback,
} from '#test/fixtures/net/tftp-on-loopback.ts';

const closers: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});

const pattern = (sizeBytes: number): Uint8Array =>
  Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 7 + (index >> 9)) & 0xff);
const serving =
  (files: Record<string, Uint8Array | string>): FileSource =>
  async ({ path }) => {
    const content = files[path];
    return content === undefined ? undefined : fileFromBytes(content);
  };

async function started(
  source: FileSource,
  changed: Partial<TftpServerOptions> = {},
): Promise<TftpOnLoopback> {
  const running = await tftpOnLoopback(source, changed);
  closers.push(() => running.server.close());
  return running;
}

const fetchFrom = (port: number, path: string, changed: Partial<TftpFetchOptions> = {}) =>
  fetchTftp({
    server: { address: loopback, port },
    path,
    openSocket: transferSocketsOn(loopback),
    ...changed,
  });

/** A client by hand: what it receives is queued, with the port it came from. */
async function rawClient() {
  const socket = await openUdp();
  closers.push(() => socket.close());
  const queue: { packet: TftpPacket; port: number }[] = [];
  socket.on('message', (bytes: Uint8Array, from: RemoteInfo) => {
    const received = decodeTftp(bytes);
    if (received.ok) queue.push({ packet: received.value, port: from.port });
  });
  const next = async (): Promise<{ packet: TftpPacket; port: number }> => {
    await eventually(() => expect(queue.length).toBeGreaterThan(0));
    const first = queue.shift();
    if (first === undefined) throw new Error('nothing received');
    return first;
  };
  const send = (port: number, packet: TftpPacket): void => socket.send(encodeTftp(packet), port, loopback);
  return { socket, next, send, queue };
}

const request = (path: string, options: Record<string, string> = {}, mode = 'octet'): TftpPacket => ({
  kind: 'read-request',
  path,
  mode,
  options: new Map(Object.entries(options)),
});

async function lastOf(running: TftpOnLoopback, kind: string) {
  await eventually(() => expect(running.observations.map(seen => seen.kind)).toContain(kind));
  return running.observations.findLast(seen => seen.kind === kind);
}

describe('TFTP server', () => {
  it.each([0, 1, 511, 512, 513, 5120, 300_000])(
    'delivers %i bytes with every kind of client',
    async sizeBytes => {
      const content = pattern(sizeBytes);
      const running = await started(serving({ nbp: content }));
      for (const options of [
        { askSize: false },
        {},
        { blockSizeBytes: 1468 },
        { blockSizeBytes: 1468, windowBlocks: 16 },
        { blockSizeBytes: 8192, windowBlocks: 64 },
      ]) {
        const fetched = await fetchFrom(running.port, 'nbp', options);
        expect(Buffer.compare(fetched.bytes, content)).toBe(0);
      }
      await eventually(() => expect(running.server.activeTransfers()).toBe(0));
    },
  );

  it('tells what was served to whom, with the terms', async () => {
    const running = await started(serving({ 'boot/snponly.efi': pattern(3000) }));
    await fetchFrom(running.port, 'boot/snponly.efi', { blockSizeBytes: 1000, windowBlocks: 2 });
    const ended = await lastOf(running, 'ended');
    // A slow machine may report progress in between.
    const kinds = running.observations.map(seen => seen.kind).filter(kind => kind !== 'progress');
    expect(kinds).toEqual(['started', 'ended']);
    expect(ended).toMatchObject({
      transfer: {
        id: 1,
        client: { address: loopback },
        path: 'boot/snponly.efi',
        mode: 'octet',
        sizeBytes: 3000,
        blockSizeBytes: 1000,
        windowBlocks: 2,
      },
      outcome: { kind: 'completed' },
      confirmedBytes: 3000,
      resentBlocks: 0,
    });
  });

  it('hands the client’s path and address to the source unchanged', async () => {
    const seen: unknown[] = [];
    const running = await started(async asked => {
      seen.push(asked);
      return fileFromBytes(`for ${asked.client.address}`);
    });
    const { bytes } = await fetchFrom(running.port, '\\Boot\\..\\BCD');
    expect(Buffer.from(bytes).toString()).toBe('for 127.0.0.1');
    expect(seen).toEqual([
      { path: '\\Boot\\..\\BCD', client: { address: loopback, port: expect.any(Number) } },
    ]);
  });

  it.each<[string, TftpPacket, number, string]>([
    ['a missing file', request('none'), 1, 'not-found'],
    ['a write', { kind: 'write-request', path: 'x', mode: 'octet', options: new Map() }, 2, 'write-request'],
    ['mail mode', request('text', {}, 'mail'), 4, 'unsupported-mode'],
    ['a huge file in netascii', request('huge', {}, 'netascii'), 0, 'netascii-too-large'],
    ['a source that fails', request('fails'), 0, 'source-failed'],
  ])('refuses %s with an ERROR and says why', async (_name, packet, code, why) => {
    const files = serving({ text: 'x', huge: new Uint8Array(2 * 1024 * 1024) });
    const running = await started(asked =>
      asked.path === 'fails' ? Promise.reject(new Error('disk on fire')) : files(asked),
    );
    const client = await rawClient();
    client.send(running.port, packet);
    expect((await client.next()).packet).toMatchObject({ kind: 'error', code });
    expect(await lastOf(running, 'refused')).toMatchObject({ kind: 'refused', why });
    await eventually(() => expect(running.server.activeTransfers()).toBe(0));
    expect((await fetchFrom(running.port, 'text')).bytes).toHaveLength(1);
  });

  it('translates netascii and announces the translated size', async () => {
    const running = await started(serving({ cfg: 'a\nb\rc' }));
    const client = await rawClient();
    client.send(running.port, request('cfg', { tsize: '0' }, 'NetASCII'));
    const oack = await client.next();
    expect(oack.packet).toEqual({ kind: 'oack', options: new Map([['tsize', '7']]) });
    client.send(oack.port, { kind: 'ack', block: 0 });
    const { packet } = await client.next();
    expect(packet.kind === 'data' && Buffer.from(packet.data).toString()).toBe('a\r\nb\r\0c');
  });

  it('takes a repeated request as a retransmission', async () => {
    const running = await started(serving({ a: pattern(2000) }));
    const client = await rawClient();
    for (let repeat = 0; repeat < 5; repeat += 1)
      client.send(running.port, request('a', { blksize: '1000' }));
    const { packet, port } = await client.next();
    expect(packet.kind).toBe('oack');
    client.send(port, { kind: 'ack', block: 0 });
    expect((await client.next()).packet).toMatchObject({ kind: 'data', block: 1 });
    expect(running.transferPorts).toHaveLength(1);
  });

  it.each<[string, TftpPacket]>([
    ['other options', request('a', { blksize: '1000', tsize: '0' })],
    ['another value', request('a', { tsize: '512' })],
    ['no options', request('a')],
    ['another mode', request('a', { tsize: '0' }, 'netascii')],
  ])(
    'takes a request with %s from the same port as a new one: a ROM that only asked for the size',
    async (_name, again) => {
      const running = await started(serving({ a: pattern(2000) }));
      const client = await rawClient();
      client.send(running.port, request('a', { tsize: '0' }));
      const asked = await client.next();
      expect(asked.packet).toEqual({ kind: 'oack', options: new Map([['tsize', '2000']]) });
      client.send(running.port, again);
      const answer = await client.next();
      expect(answer.port).not.toBe(asked.port);
      expect(answer.packet.kind).toMatch(/^(oack|data)$/);
      expect(client.queue.filter(({ packet }) => packet.kind === 'error')).toEqual([]);
    },
  );

  it('starts anew when a reset machine asks again from the same port', async () => {
    const running = await started(serving({ a: pattern(5000) }));
    const client = await rawClient();
    client.send(running.port, request('a'));
    const first = await client.next();
    client.send(first.port, { kind: 'ack', block: 1 });
    await client.next();
    client.send(running.port, request('a'));
    await eventually(() => expect(running.transferPorts).toHaveLength(2));
    const ended = await lastOf(running, 'ended');
    expect(ended).toMatchObject({ outcome: { kind: 'aborted', by: 'server' }, transfer: { id: 1 } });
    await eventually(() =>
      expect(client.queue).toContainEqual({
        packet: expect.objectContaining({ kind: 'data', block: 1 }),
        port: running.transferPorts[1],
      }),
    );
    expect(client.queue.filter(({ packet }) => packet.kind === 'error')).toEqual([]);
  });

  it('reports a client that only wanted the size, as PXE ROMs do', async () => {
    const running = await started(serving({ a: pattern(5000) }));
    const client = await rawClient();
    client.send(running.port, request('a', { tsize: '0' }));
    const { port } = await client.next();
    client.send(port, { kind: 'error', code: 8, message: 'User aborted the transfer' });
    expect(await lastOf(running, 'ended')).toMatchObject({
      outcome: { kind: 'aborted', by: 'client', why: 'error 8: User aborted the transfer' },
      confirmedBytes: 0,
    });
  });

  it('notices by ICMP that the client has gone', async () => {
    const running = await started(serving({ a: pattern(5000) }));
    const socket: Socket = await openUdp();
    socket.send(encodeTftp(request('a')), running.port, loopback);
    await once(socket, 'message');
    socket.close();
    await once(socket, 'close');
    await eventually(() => expect(running.server.activeTransfers()).toBe(0));
    expect(running.observations.at(-1)).toMatchObject({
      kind: 'ended',
      outcome: { kind: 'aborted', by: 'client', why: 'closed its port' },
    });
  });

  it('repeats to a silent client and gives its place back in the end', async () => {
    let nowMs = 0;
    const running = await started(serving({ a: pattern(600) }), {
      nowMs: () => nowMs,
      limits: { maxRetries: 2, timeoutMs: 1000, maxTimeoutMs: 1000 },
    });
    const client = await rawClient();
    client.send(running.port, request('a'));
    for (const _attempt of [0, 1, 2]) {
      expect((await client.next()).packet).toMatchObject({ kind: 'data', block: 1 });
      nowMs += 1000;
    }
    expect(await lastOf(running, 'ended')).toMatchObject({
      outcome: { kind: 'timed-out', retries: 2 },
      resentBlocks: 2,
      durationMs: 3000,
    });
    expect(client.queue).toEqual([]);
  });

  it('reports progress no more often than the limit says', async () => {
    let nowMs = 0;
    const running = await started(serving({ a: pattern(100_000) }), { nowMs: () => nowMs });
    const client = await rawClient();
    client.send(running.port, request('a'));
    const { port } = await client.next();
    const progress = () => running.observations.filter(seen => seen.kind === 'progress');
    for (let block = 1; block <= 20; block += 1) {
      client.send(port, { kind: 'ack', block });
      await client.next();
    }
    expect(progress()).toEqual([]);
    nowMs = 250;
    await eventually(() => expect(progress()).toHaveLength(1));
    expect(progress()[0]).toMatchObject({ confirmedBytes: 20 * 512 });
  });

  it('serves no more than the caps and leaves the others to ask again', async () => {
    const running = await started(serving({ a: pattern(5000) }), {
      limits: { maxTransfers: 3, maxTransfersPerClient: 2 },
    });
    const clients = [await rawClient(), await rawClient(), await rawClient()];
    for (const client of clients) client.send(running.port, request('a'));
    expect(await lastOf(running, 'refused')).toMatchObject({ why: 'too-many-from-client' });
    await eventually(() => expect(running.transferPorts).toHaveLength(2));
    expect(running.server.activeTransfers()).toBe(2);
    expect(clients.filter(client => client.queue.length > 0).length).toBeLessThanOrEqual(2);
  });

  it('gives the place back when a file cannot even be closed', async () => {
    const broken: ReadableFile = { ...fileFromBytes('x'), close: () => Promise.reject(new Error('EIO')) };
    const noSocket = () => Promise.reject(new Error('EMFILE'));
    const running = await started(async () => broken, { openTransferSocket: noSocket });
    const client = await rawClient();
    client.send(running.port, request('a'));
    expect(await lastOf(running, 'refused')).toMatchObject({
      why: 'source-failed',
      cause: expect.objectContaining({ message: 'EMFILE' }),
    });
    await eventually(() => expect(running.server.activeTransfers()).toBe(0));
  });

  it('reads nothing for a client that has not answered its options yet, and no more than one chunk without', async () => {
    const reads: number[] = [];
    const watched: ReadableFile = {
      ...fileFromBytes(''),
      sizeBytes: 10_000_000,
      read: async (_offset, lengthBytes) => {
        reads.push(lengthBytes);
        return new Uint8Array(lengthBytes);
      },
    };
    const running = await started(async () => watched);
    const client = await rawClient();
    client.send(running.port, request('a', { blksize: '1000', windowsize: '64' }));
    const { port } = await client.next();
    expect(reads).toEqual([]);
    client.send(port, { kind: 'ack', block: 0 });
    await client.next();
    expect(reads).toHaveLength(1);
    const plain = await rawClient();
    plain.send(running.port, request('a'));
    const first = await plain.next();
    expect(reads).toHaveLength(2);
    plain.send(first.port, { kind: 'ack', block: 1 });
    await plain.next();
    await eventually(() => expect(reads).toHaveLength(3));
  });

  it('promises no windows and blocks that its memory cannot hold, and still serves everyone', async () => {
    const content = pattern(100_000);
    const memoryBytes = 256 * 1024;
    const running = await started(serving({ a: content }), {
      limits: { memoryBytes, maxTransfersPerClient: 100 },
    });
    const silent = await Promise.all(Array.from({ length: 60 }, rawClient));
    for (const client of silent)
      client.send(running.port, request('a', { blksize: '65464', windowsize: '64' }));
    await eventually(() => expect(running.server.activeTransfers()).toBe(60));
    await eventually(() =>
      expect(running.observations.filter(({ kind }) => kind === 'started')).toHaveLength(60),
    );
    const promised = running.observations.map(seen =>
      seen.kind === 'started' ? seen.transfer.blockSizeBytes * seen.transfer.windowBlocks : 0,
    );
    // Two chunks and a packet for each; the smallest share is beyond the budget, so that nobody is turned away.
    expect(promised.reduce((sum, bytes) => sum + 3 * bytes, 0)).toBeLessThan(memoryBytes + 60 * 12 * 1024);
    const fetched = await fetchFrom(running.port, 'a', { blockSizeBytes: 1468, windowBlocks: 16 });
    expect(Buffer.compare(fetched.bytes, content)).toBe(0);
    expect(fetched).toMatchObject({ blockSizeBytes: 1468, windowBlocks: 2 });
  });

  it('tells the client when a disk fails in the middle', async () => {
    const closed = vi.fn(async () => undefined);
    const failing: ReadableFile = {
      sizeBytes: 10_000_000,
      read: async (offsetBytes, lengthBytes) => {
        if (offsetBytes > 0) throw new Error('EIO: i/o error, read');
        return new Uint8Array(lengthBytes);
      },
      close: closed,
    };
    const running = await started(async () => failing);
    await expect(fetchFrom(running.port, 'a', { blockSizeBytes: 8192 })).rejects.toThrow(
      'cannot read the file: EIO: i/o error, read',
    );
    expect(await lastOf(running, 'ended')).toMatchObject({
      outcome: { kind: 'aborted', by: 'server', why: expect.stringContaining('EIO') },
    });
    expect(closed).toHaveBeenCalledTimes(1);
  });

  it('does not call a client late while our own disk is slow', async () => {
    let nowMs = 0;
    let deliver: (bytes: Uint8Array) => void = () => undefined;
    const slow: ReadableFile = {
      sizeBytes: 100,
      read: () => new Promise(resolve => (deliver = resolve)),
      close: async () => undefined,
    };
    const running = await started(async ({ path }) => (path === 'slow' ? slow : fileFromBytes('quick')), {
      nowMs: () => nowMs,
      limits: { maxRetries: 0 },
    });
    const client = await rawClient();
    client.send(running.port, request('slow', { blksize: '512' }));
    const { port } = await client.next();
    client.send(port, { kind: 'ack', block: 0 });
    const late = await rawClient();
    late.send(running.port, request('quick'));
    await late.next();
    nowMs = 60_000;
    expect(await lastOf(running, 'ended')).toMatchObject({
      transfer: { path: 'quick' },
      outcome: { kind: 'timed-out' },
    });
    expect(running.server.activeTransfers()).toBe(1);
    deliver(new Uint8Array(100));
    expect((await client.next()).packet).toMatchObject({ kind: 'data', block: 1 });
  });

  it('stops with a word to its clients and closes every file', async () => {
    const closed = vi.fn(async () => undefined);
    const source: FileSource = async () => ({ ...fileFromBytes(pattern(5000)), close: closed });
    const running = await tftpOnLoopback(source);
    const client = await rawClient();
    client.send(running.port, request('a'));
    await client.next();
    await running.server.close();
    expect((await client.next()).packet).toMatchObject({
      kind: 'error',
      message: 'the server is shutting down',
    });
    expect(closed).toHaveBeenCalledTimes(1);
    expect(running.server.activeTransfers()).toBe(0);
    await running.server.close();
  });
});

describe('TFTP client', () => {
  it('rejects with the server’s code', async () => {
    const running = await started(serving({}));
    await expect(fetchFrom(running.port, 'none')).rejects.toMatchObject({ code: 1 });
  });

  it('gives up on silence and on a signal', async () => {
    const silent = await openUdp();
    closers.push(() => silent.close());
    const { port } = silent.address();
    await expect(fetchFrom(port, 'a', { timeoutMs: 5, maxRetries: 2 })).rejects.toThrow('no answer');
    await expect(fetchFrom(port, 'a', { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
  });

  it('refuses more bytes than it was told to take', async () => {
    const running = await started(serving({ a: pattern(5000) }));
    await expect(fetchFrom(running.port, 'a', { maxBytes: 4000, askSize: false })).rejects.toThrow(
      'more than 4000',
    );
    await expect(fetchFrom(running.port, 'a', { maxBytes: 4000 })).rejects.toThrow('tsize=5000');
  });
});
