import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, expect, it, vi } from 'vitest';
import { createSyslogServer, type SyslogServer } from '#engine/net/syslog/server.ts';

let server: SyslogServer | undefined;
afterEach(() => server?.close());

async function send(text: string): Promise<void> {
  const socket = connect(server?.tcpPort ?? 0, '127.0.0.1');
  await once(socket, 'connect');
  socket.end(text);
  await once(socket, 'close');
}

it('tens of thousands of lines in one chunk leave everything else its turn, and none of them is lost', async () => {
  let lines = 0;
  let inThisTurn = 0;
  let most = 0;
  server = await createSyslogServer({
    tcp: { address: '127.0.0.1', port: 0 },
    limits: { burstMessages: 100_000 },
    onMessage() {
      lines += 1;
      if (inThisTurn === 0) setImmediate(() => (inThisTurn = 0));
      inThisTurn += 1;
      most = Math.max(most, inThisTurn);
    },
  });
  await send('a\n'.repeat(32_768));
  await vi.waitFor(() => expect(lines).toBe(32_768), { timeout: 10_000 });
  expect(most).toBeLessThanOrEqual(400);
});

it('what is beyond the rate waits, line by line, and is not lost either', async () => {
  let nowMs = 0;
  const seen: number[] = [];
  server = await createSyslogServer({
    tcp: { address: '127.0.0.1', port: 0 },
    limits: { burstMessages: 100, messagesPerSecond: 100_000 },
    nowMs: () => nowMs,
    onMessage: () => void seen.push(nowMs),
  });
  await send('a\n'.repeat(1000));
  await vi.waitFor(() => expect(seen.length).toBeGreaterThan(0));
  expect(seen.length).toBeLessThanOrEqual(300);
  nowMs += 10_000;
  await vi.waitFor(
    () => {
      nowMs += 1000;
      expect(seen).toHaveLength(1000);
    },
    { timeout: 10_000 },
  );
});
