import { once } from 'node:events';
import { createConnection, type Socket } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { rateLimit } from '#engine/net/syslog/rate-limit.ts';
import type { SyslogServerOptions } from '#engine/net/syslog/server.ts';
import { eventually } from '#test/fixtures/net/eventually.ts';
import { loopback, openUdp } from '#test/fixtures/net/tftp-on-loopback.ts';
import { type SyslogOnLoopback, syslogOnLoopback } from '#test/fixtures/syslog/syslog-on-loopback.ts';

const closing: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).toReversed()) await close();
});

async function running(changed: Partial<SyslogServerOptions> = {}): Promise<SyslogOnLoopback> {
  const rig = await syslogOnLoopback(changed);
  closing.push(() => rig.server.close());
  return rig;
}

async function connected({ tcpPort }: SyslogOnLoopback): Promise<Socket> {
  const socket = createConnection({ host: loopback, port: tcpPort });
  closing.push(() => socket.destroy());
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function sendDatagrams({ udpPort }: SyslogOnLoopback, ...datagrams: readonly string[]): Promise<void> {
  const socket = await openUdp();
  for (const datagram of datagrams)
    await new Promise(resolve => socket.send(datagram, udpPort, loopback, resolve));
  socket.close();
}

const textsOf = ({ received }: SyslogOnLoopback): string[] => received.map(({ message }) => message.text);

describe('syslog over UDP', () => {
  it('tells who sent what and when', async () => {
    const rig = await running({ nowMs: () => 1234 });
    await sendDatagrams(rig, '<14>Nov 25 21:34:32 anna[7]: retrieving');
    await eventually(() => expect(rig.received).toHaveLength(1));
    expect(rig.received[0]).toMatchObject({
      sourceAddress: loopback,
      transport: 'udp',
      receivedAtMs: 1234,
      message: { appName: 'anna', text: 'retrieving' },
    });
  });

  it('drops what is over the rate of an address, says so once, and takes its messages again later', async () => {
    let atMs = 0;
    const rig = await running({ nowMs: () => atMs, limits: { burstMessages: 2, messagesPerSecond: 1 } });
    await sendDatagrams(rig, '1', '2', '3', '4');
    await eventually(() => expect(rig.observations).toHaveLength(1));
    atMs = 20_000;
    await sendDatagrams(rig, '5', '6', '7');
    await eventually(() => expect(rig.observations).toHaveLength(2));
    expect(textsOf(rig)).toEqual(['1', '2', '5', '6']);
    const refused = { kind: 'refused', sourceAddress: loopback, transport: 'udp', why: 'too-fast' };
    expect(rig.observations).toEqual([
      { ...refused, count: 1 },
      { ...refused, count: 2 },
    ]);
  });

  it('does not read what comes from an address that has no business here', async () => {
    const asked: string[] = [];
    const rig = await running({ accepts: address => asked.push(address) > 1 });
    await sendDatagrams(rig, 'before', 'after', '\0');
    await eventually(() => expect(rig.observations).toMatchObject([{ why: 'malformed' }]));
    expect(textsOf(rig)).toEqual(['after']);
    expect(asked).toEqual([loopback, loopback, loopback]);
  });
});

describe('syslog over TCP', () => {
  it('takes counted and line-ended messages on one connection, and the last line at its end', async () => {
    const rig = await running();
    const socket = await connected(rig);
    socket.end('<13>one\n11 <13>a: tw\noend');
    await eventually(() => expect(textsOf(rig)).toEqual(['one', String.raw`tw\no`, 'end']));
    expect(rig.received[1]).toMatchObject({ sourceAddress: loopback, transport: 'tcp' });
  });

  it('keeps what came before a connection was cut', async () => {
    const rig = await running();
    const socket = await connected(rig);
    socket.write('<13>whole\n<13>ha');
    await eventually(() => expect(textsOf(rig)).toEqual(['whole']));
    socket.resetAndDestroy();
    await eventually(() => expect(textsOf(rig)).toEqual(['whole', 'ha']));
  });

  it('reads a fast sender more slowly and loses none of its lines', async () => {
    const rig = await running({ limits: { burstMessages: 50, messagesPerSecond: 1000 } });
    const startedMs = performance.now();
    const socket = await connected(rig);
    const lines = Array.from({ length: 300 }, (_, index) => `<13>${index} ${'x'.repeat(2000)}\n`);
    for (const line of lines) socket.write(line);
    await eventually(() => expect(rig.received).toHaveLength(300));
    expect(performance.now() - startedMs).toBeGreaterThan(150);
    expect(rig.observations).toEqual([]);
  });

  it('closes the oldest connection of an address that has too many', async () => {
    const rig = await running({ limits: { maxConnectionsPerClient: 2 } });
    const first = await connected(rig);
    first.write('<13>first\n');
    await eventually(() => expect(textsOf(rig)).toEqual(['first']));
    const closed = once(first, 'close');
    await connected(rig);
    const third = await connected(rig);
    await closed;
    third.write('<13>third\n');
    await eventually(() => expect(textsOf(rig)).toEqual(['first', 'third']));
  });

  it('refuses connections beyond all that it has, and says so', async () => {
    const rig = await running({ limits: { maxConnections: 1 } });
    const first = await connected(rig);
    first.write('<13>first\n');
    await eventually(() => expect(rig.received).toHaveLength(1));
    await once(await connected(rig), 'close');
    expect(rig.observations).toMatchObject([
      { kind: 'refused', transport: 'tcp', why: 'too-many-connections' },
    ]);
  });

  it('closes a connection on which nothing comes', async () => {
    const rig = await running({ limits: { idleTimeoutMs: 50 } });
    await once(await connected(rig), 'close');
  });

  it('cuts its connections when it closes and hears nothing more', async () => {
    const rig = await syslogOnLoopback();
    const socket = await connected(rig);
    socket.write('<13>one\n<13>unfinished');
    await eventually(() => expect(rig.received).toHaveLength(1));
    const closed = once(socket, 'close');
    await rig.server.close();
    await closed;
    expect(textsOf(rig)).toEqual(['one']);
  });

  it('rejects when it cannot listen', async () => {
    const { tcpPort } = await running();
    await expect(
      syslogOnLoopback({ udpSockets: [], tcp: { address: loopback, port: tcpPort } }),
    ).rejects.toThrow(/EADDRINUSE/);
  });
});

describe('the rate of an address', () => {
  it('lets a burst through, then so many a second, each address for itself', () => {
    const rates = rateLimit({ burstMessages: 3, messagesPerSecond: 2 });
    for (let count = 0; count < 3; count += 1) rates.spend('a', 0);
    expect(rates.restMs('a', 0)).toBe(500);
    expect(rates.restMs('b', 0)).toBe(0);
    expect(rates.restMs('a', 500)).toBe(0);
  });

  it('gives nothing for a clock that was set back, and no burst beyond its own for one that leapt', () => {
    const rates = rateLimit({ burstMessages: 2, messagesPerSecond: 1 });
    rates.spend('a', 1_000_000);
    rates.spend('a', 1_000_000);
    expect(rates.restMs('a', 0)).toBe(1000);
    rates.spend('a', 9_000_000);
    rates.spend('a', 9_000_000);
    expect(rates.restMs('a', 9_000_000)).toBe(1000);
  });

  it('forgives debts beyond one burst', () => {
    const rates = rateLimit({ burstMessages: 5, messagesPerSecond: 1 });
    for (let count = 0; count < 1000; count += 1) rates.spend('a', 0);
    expect(rates.restMs('a', 0)).toBe(6000);
  });
});
