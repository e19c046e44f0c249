import { createSocket, type Socket } from 'node:dgram';
import { EventEmitter, once } from 'node:events';
import { setImmediate as turn } from 'node:timers/promises';
import { afterEach, describe, expect, test } from 'vitest';
import type { DhcpEvent } from '#engine/net/dhcp/event.ts';
import { createMemoryLeaseStore, type LeaseStore } from '#engine/net/dhcp/lease-store.ts';
import { readMessageType, textOption } from '#engine/net/dhcp/options.ts';
import { type DhcpPacket, decodePacket, encodePacket } from '#engine/net/dhcp/packet.ts';
import { type DhcpServer, type DhcpServerParts, startDhcpServer } from '#engine/net/dhcp/server.ts';
import type { DhcpSettings } from '#engine/net/dhcp/session.ts';
import { ip, mac, message, rackNetwork, serverAddress } from './rig.ts';

const settings: DhcpSettings = {
  mode: 'full',
  serverAddress,
  networks: { direct: rackNetwork, relayed: [] },
};

const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

interface Loopback {
  readonly server: DhcpServer;
  readonly events: DhcpEvent[];
  readonly leases: LeaseStore;
  readonly client: Socket;
  /** Sends and waits for the server to have seen it. */
  readonly send: (bytes: Uint8Array) => Promise<void>;
  /** Sends and waits for the answer. */
  readonly ask: (packet: DhcpPacket) => Promise<DhcpPacket>;
}

async function startLoopback(parts: Partial<DhcpServerParts> = {}): Promise<Loopback> {
  const [socket, client] = await Promise.all([openSocket(), openSocket()]);
  const events: DhcpEvent[] = [];
  const waiting: { kind: DhcpEvent['kind']; resolve: (event: DhcpEvent) => void }[] = [];
  const leases = parts.leases ?? createMemoryLeaseStore();
  const server = startDhcpServer({
    socket,
    settings,
    leases,
    policy: () => ({ answer: true }),
    now: () => 1_000_000,
    replyTo: 'source',
    ...parts,
    observe(event) {
      events.push(event);
      for (const waiter of waiting.filter(one => one.kind === event.kind)) waiter.resolve(event);
    },
  });
  open.push(server, client);
  const { port } = socket.address();
  const eventOf = (kind: DhcpEvent['kind']) =>
    new Promise<DhcpEvent>(resolve => {
      waiting.push({ kind, resolve });
    });
  return {
    server,
    events,
    leases,
    client,
    async send(bytes) {
      client.send(bytes, port, '127.0.0.1');
      await Promise.race([eventOf('ignored'), eventOf('malformed'), eventOf('failed'), eventOf('answered')]);
    },
    async ask(packet) {
      client.send(encodePacket(packet), port, '127.0.0.1');
      const [bytes] = (await once(client, 'message')) as [Uint8Array];
      const answer = decodePacket(bytes);
      if (!answer.ok) throw new Error(answer.reason);
      return answer.value;
    },
  };
}

async function openSocket(): Promise<Socket> {
  const socket = createSocket('udp4');
  socket.bind(0, '127.0.0.1');
  await once(socket, 'listening');
  return socket;
}

describe('the server on loopback', () => {
  test('gives an address to a simulated machine at the port it asks from', async () => {
    const { ask, leases } = await startLoopback();
    const offer = await ask(message({ type: 'discover' }));
    expect(readMessageType(offer.options)).toBe('offer');
    const ack = await ask(
      message({ type: 'request', requestedAddress: offer.yourAddress, serverIdentifier: serverAddress }),
    );
    expect(readMessageType(ack.options)).toBe('ack');
    expect(leases.findByAddress('rack', offer.yourAddress)?.mac).toBe(mac(1));
  });

  test('answers nobody unless it is told whom', async () => {
    const socket = await openSocket();
    const events: DhcpEvent[] = [];
    const server = startDhcpServer({
      socket,
      settings,
      leases: createMemoryLeaseStore(),
      observe: event => events.push(event),
      now: () => 0,
      replyTo: 'source',
    });
    open.push(server);
    socket.emit('message', Buffer.from(encodePacket(message({ type: 'discover' }))), {
      address: '127.0.0.1',
      port: 9,
    });
    await turn();
    expect(events).toMatchObject([{ kind: 'seen' }, { kind: 'ignored', reason: 'policy' }]);
  });

  test('rubbish is reported and the next machine is served', async () => {
    const { send, ask, events } = await startLoopback();
    await send(Uint8Array.from({ length: 300 }, (_, index) => index & 0xff));
    expect(events).toMatchObject([{ kind: 'malformed', source: '127.0.0.1', offset: 0 }]);
    expect(readMessageType((await ask(message({ type: 'discover' }))).options)).toBe('offer');
  });

  test('a policy that throws costs one answer, not the service', async () => {
    let calls = 0;
    const { send, ask, events } = await startLoopback({
      policy() {
        calls += 1;
        if (calls === 1) throw new Error('no such table: nodes');
        return { answer: true };
      },
    });
    await send(encodePacket(message({ type: 'discover' })));
    expect(events.at(-1)).toMatchObject({
      kind: 'failed',
      what: 'answering',
      error: { message: 'no such table: nodes' },
    });
    expect(readMessageType((await ask(message({ type: 'discover' }))).options)).toBe('offer');
  });

  test('a lease that cannot be saved is not acknowledged', async () => {
    const full: LeaseStore = {
      ...createMemoryLeaseStore(),
      save() {
        throw new Error('database or disk is full');
      },
    };
    const { send, events } = await startLoopback({ leases: full });
    await send(
      encodePacket(
        message({ type: 'request', requestedAddress: ip('10.77.0.100'), serverIdentifier: serverAddress }),
      ),
    );
    expect(events.map(event => event.kind)).toEqual(['seen', 'failed']);
    expect(events.at(-1)).toMatchObject({ what: 'saving_lease' });
  });

  test('machines that ask together share one commit, and none is answered before it', async () => {
    const steps: string[] = [];
    const socket = await openSocket();
    const leases = createMemoryLeaseStore();
    await startLoopback({
      socket: Object.assign(new EventEmitter(), {
        on: socket.on.bind(socket),
        close: socket.close.bind(socket),
        send: () => steps.push('send'),
      }),
      leases: { ...leases, save: lease => steps.push(`save ${lease.mac.slice(-2)}`) },
      inOneCommit(work) {
        work();
        steps.push('commit');
      },
    });
    for (const last of [1, 2])
      socket.emit('message', Buffer.from(encodePacket(selecting(last))), { address: '127.0.0.1', port: 9 });
    await turn();
    expect(steps).toEqual(['save 01', 'save 02', 'commit', 'send', 'send']);
  });

  test('when the commit fails nobody is acknowledged', async () => {
    const { send, events } = await startLoopback({
      inOneCommit() {
        throw new Error('disk I/O error');
      },
    });
    await send(encodePacket(selecting(1)));
    expect(events).toMatchObject([
      { kind: 'failed', what: 'saving_lease', error: { message: 'disk I/O error' } },
    ]);
  });

  function selecting(last: number): DhcpPacket {
    const requestedAddress = ip(`10.77.0.${100 + last}`);
    return message({ type: 'request', mac: mac(last), requestedAddress, serverIdentifier: serverAddress });
  }

  test('a pool address is probed first and the next one offered when somebody has it', async () => {
    const probed: string[] = [];
    const { ask } = await startLoopback({
      async probe(address) {
        probed.push(address);
        return probed.length === 1;
      },
    });
    const offer = await ask(message({ type: 'discover' }));
    expect(probed).toHaveLength(2);
    expect(offer.yourAddress).toBe(probed[1]);
  });

  test('a probe that fails is reported and the address offered', async () => {
    const { ask, events } = await startLoopback({ probe: () => Promise.reject(new Error('EPERM')) });
    expect(readMessageType((await ask(message({ type: 'discover' }))).options)).toBe('offer');
    expect(events).toContainEqual({ kind: 'failed', what: 'probing', error: new Error('EPERM') });
  });

  test('what does not fit the client is dropped and reported', async () => {
    const { ask, events } = await startLoopback({
      policy: () => ({ answer: true, options: new Map([[224, textOption('x'.repeat(600))]]) }),
    });
    const offer = await ask(message({ type: 'discover' }));
    expect(offer.options.has(224)).toBe(false);
    expect(events).toMatchObject([
      { kind: 'seen' },
      { kind: 'options_dropped', codes: [224] },
      { kind: 'answered' },
    ]);
  });

  test('an error of the socket is reported', async () => {
    const socket = await openSocket();
    const { events } = await startLoopback({ socket });
    socket.emit('error', new Error('ENETDOWN'));
    expect(events).toMatchObject([{ kind: 'failed', what: 'socket' }]);
  });
});

describe('by the rules of RFC 2131', () => {
  /** The addresses to which one message was answered. */
  async function destinations(packet: DhcpPacket): Promise<string[]> {
    const sent: string[] = [];
    const socket = Object.assign(new EventEmitter(), {
      close: (done?: () => void) => done?.(),
      send(_bytes: Uint8Array, port: number, address: string, done: (error: null) => void) {
        sent.push(`${address}:${port}`);
        done(null);
      },
    });
    const server = startDhcpServer({
      socket,
      settings: { ...settings, networks: createRelayed() },
      leases: createMemoryLeaseStore(),
      policy: () => ({ answer: true }),
      observe: () => undefined,
      now: () => 0,
      replyTo: 'rfc2131',
    });
    open.push(server);
    socket.emit('message', Buffer.from(encodePacket(packet)), { address: '10.77.0.9', port: 68 });
    await turn();
    return sent;
  }

  function createRelayed(): DhcpSettings['networks'] {
    return { direct: rackNetwork, relayed: [{ ...rackNetwork, id: 'remote', subnet: remote }] };
  }
  const remote = { address: ip('10.88.0.0'), prefixLength: 24 };

  test('a client without an address is answered by broadcast to port 68', async () => {
    expect(await destinations(message({ type: 'discover' }))).toEqual(['255.255.255.255:68']);
  });

  test('a client with an address is answered there', async () => {
    expect(await destinations(message({ type: 'inform', clientAddress: ip('10.77.0.9') }))).toEqual([
      '10.77.0.9:68',
    ]);
  });

  test('a relay is answered at port 67', async () => {
    const packet = message({
      type: 'request',
      relayAddress: ip('10.88.0.1'),
      requestedAddress: ip('10.1.1.1'),
    });
    expect(await destinations(packet)).toEqual(['10.88.0.1:67']);
  });
});
