import { type ChildProcessByStdio, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { resolve } from 'node:path';
import { createInterface, type Interface } from 'node:readline';
import type { Readable, Writable } from 'node:stream';
import { afterAll, beforeAll, expect, it } from 'vitest';

const program = resolve(import.meta.dirname, 'endless-server-process.ts');
let server: ChildProcessByStdio<Writable, Readable, null>;
let answers: Interface;
let port: number;

beforeAll(async () => {
  server = spawn(process.execPath, ['--expose-gc', program], { stdio: ['pipe', 'pipe', 'inherit'] });
  answers = createInterface(server.stdout);
  port = await nextNumber();
});
afterAll(async () => {
  server.kill();
  await once(server, 'exit');
});

async function nextNumber(): Promise<number> {
  const [line] = await once(answers, 'line');
  return Number(line);
}

function keptBytes(): Promise<number> {
  const kept = nextNumber();
  server.stdin.write('\n');
  return kept;
}

function residentBytes(): number {
  const status = readFileSync(`/proc/${server.pid}/status`, 'utf8');
  return Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1]) * 1024;
}

/** Reads `wantedBytes` of an endless download and pauses after each part, as a machine does that writes to a disk. */
function slowReader(wantedBytes: number): Promise<void> {
  return new Promise((settle, fail) => {
    const outgoing = request({ host: '127.0.0.1', port, path: '/image' }, incoming => {
      let received = 0;
      incoming.on('data', (part: Buffer) => {
        received += part.length;
        if (received >= wantedBytes) {
          outgoing.destroy();
          settle();
          return;
        }
        incoming.pause();
        setImmediate(() => incoming.resume());
      });
    });
    outgoing.on('error', error => {
      if (!outgoing.destroyed) fail(error);
    });
    outgoing.end();
  });
}

const mib = 1024 * 1024;

it('memory does not grow with what is served, nor with the number of slow readers', async () => {
  const readers = 60;
  const serve = (bytes: number): Promise<unknown> =>
    Promise.all(Array.from({ length: readers }, () => slowReader(bytes)));
  const kept = await keptBytes();
  const idle = residentBytes();
  await serve(2_000_000);
  await serve(12_000_000);
  // The budget for content is 64 MiB; cut downloads leave theirs to the garbage collector.
  expect(residentBytes() - idle).toBeLessThan(192 * mib);
  await expect.poll(async () => (await keptBytes()) - kept).toBeLessThan(16 * mib);
});

/** Sends `count` requests at once on one connection, reads a little of the first answer, and goes away. */
async function pipelined(count: number): Promise<void> {
  const socket = connect(port, '127.0.0.1');
  const closed = once(socket, 'close');
  socket.on('error', () => undefined);
  socket.write('GET /image HTTP/1.1\r\nHost: a\r\n\r\n'.repeat(count));
  // Dropped for asking too much, or answered: either way what was sent has been read.
  await Promise.race([closed, once(socket, 'data')]);
  socket.destroy();
  await closed;
}

it('memory does not grow with requests that are sent ahead of their answers', async () => {
  await pipelined(1);
  const kept = await keptBytes();
  for (const count of [30, 2000]) await Promise.all(Array.from({ length: 8 }, () => pipelined(count)));
  expect((await keptBytes()) - kept).toBeLessThan(16 * mib);
});
