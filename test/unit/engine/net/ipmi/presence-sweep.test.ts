import { beforeEach, describe, expect, it } from 'vitest';
import { encodeAsf } from '#engine/net/ipmi/asf.ts';
import type { Remote } from '#engine/net/ipmi/datagram-socket.ts';
import { createPacer, pacedSockets } from '#engine/net/ipmi/pacer.ts';
import { sweepForBmcs } from '#engine/net/ipmi/presence-sweep.ts';
import { addressesOf, parseRanges } from '#shared/model/address-ranges.ts';
import { seededBytes, seededRandom } from './hostile.ts';
import {
  createFakeClock,
  createSimulatedNetwork,
  type FakeClock,
  type SimulatedNetwork,
} from './simulated-network.ts';

let clock: FakeClock;
let network: SimulatedNetwork;
let events: string[];
let sentAtMs: number[];
beforeEach(() => {
  clock = createFakeClock();
  network = createSimulatedNetwork(clock);
  events = [];
  sentAtMs = [];
  network.conditions.pass = () => {
    sentAtMs.push(clock.nowMs());
    return true;
  };
});

function sweep(text: string, packetsPerSecond: number, over = new AbortController()): Promise<void> {
  const parsed = parseRanges(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return sweepForBmcs({
    addresses: addressesOf(parsed.ranges),
    port: 623,
    openSocket: network.openSocket,
    clock,
    random: sizeBytes => seededBytes(seededRandom(5), sizeBytes),
    pacer: createPacer(clock, packetsPerSecond),
    signal: over.signal,
    onFound: (address, speaksIpmi) => events.push(`${address} ${speaksIpmi ? 'found' : 'no IPMI'}`),
    onSettled: address => events.push(`${address} settled`),
    onUnsent: (address, error) => events.push(`${address} ${error.message}`),
  });
}

/** Something at `address` that answers what `answer` says. */
async function device(address: string, answer: (datagram: Buffer) => Buffer | undefined): Promise<void> {
  const socket = await network.openSocket(
    'ipv4',
    { address, port: 623 },
    (datagram: Buffer, from: Remote) => {
      const reply = answer(datagram);
      if (reply !== undefined) socket.send(reply, from, () => undefined);
    },
  );
}

const isPing = (datagram: Buffer) => datagram[3] === 6;
const pongTo = (ping: Buffer, ipmi: boolean) =>
  encodeAsf({ type: 'pong', tag: ping.readUInt8(9), oemIana: 4542, ipmi, asfVersion: 1 });
const timesSent = (address: string) => network.sent.filter(({ to }) => to.address === address).length;

describe('a sweep', () => {
  it('asks each silent address three times and no other address at all', async () => {
    await clock.until(sweep('10.0.0.0/28', 50));
    expect(new Set(network.sent.map(({ to }) => to.address)).size).toBe(14);
    expect(network.sent).toHaveLength(14 * 3);
    expect(
      network.sent.every(({ to }) => /^10\.0\.0\.([1-9]|1[0-4])$/.test(to.address) && to.port === 623),
    ).toBe(true);
    expect(events).toHaveLength(14);
    expect(network.openSockets).toBe(0);
  });

  it.each([10, 50, 200])('never sends faster than %d packets a second', async packetsPerSecond => {
    await clock.until(sweep('10.0.0.1-100', packetsPerSecond));
    const gaps = sentAtMs.slice(1).map((at, index) => at - (sentAtMs[index] ?? 0));
    expect(sentAtMs).toHaveLength(300);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(1000 / packetsPerSecond - 1e-6);
    // And no slower than it may, but for the time that the last answers get.
    expect(clock.nowMs()).toBeLessThan((300 / packetsPerSecond) * 1000 + 5000);
  });

  it('asks one that answers the ping only once', async () => {
    await device('10.0.0.2', datagram => (isPing(datagram) ? pongTo(datagram, true) : undefined));
    await clock.until(sweep('10.0.0.1-3', 50));
    expect(timesSent('10.0.0.2')).toBe(1);
    expect(events.slice(0, 2)).toEqual(['10.0.0.2 found', '10.0.0.2 settled']);
  });

  it('finds one that answers late, and one that answers the third packet only', async () => {
    let asked = 0;
    await device('10.0.0.2', datagram => {
      if (isPing(datagram))
        clock.after(2500, () => network.inject(pongTo(datagram, true), at('10.0.0.2'), sender()));
      return undefined;
    });
    await device('10.0.0.3', datagram => {
      asked += 1;
      if (asked < 3) return undefined;
      // Our own answer to the second question: the request's bytes turned into a response.
      return capabilitiesTo(datagram);
    });
    await clock.until(sweep('10.0.0.2-3', 50));
    expect(events).toContain('10.0.0.2 found');
    expect(events).toContain('10.0.0.3 found');
  });

  it('asks on where a pong denies IPMI, and tells both ends of that', async () => {
    await device('10.0.0.2', datagram => (isPing(datagram) ? pongTo(datagram, false) : undefined));
    await device('10.0.0.3', datagram =>
      isPing(datagram) ? pongTo(datagram, false) : capabilitiesTo(datagram),
    );
    await clock.until(sweep('10.0.0.2-3', 50));
    expect(events).toEqual(['10.0.0.3 found', '10.0.0.3 settled', '10.0.0.2 no IPMI', '10.0.0.2 settled']);
  });

  it('believes no answer from an address or a port that it did not ask', async () => {
    await device('10.0.0.2', datagram => {
      for (const from of [at('10.0.0.9'), { address: '10.0.0.2', port: 664 }])
        network.inject(pongTo(datagram, true), from, sender());
      return undefined;
    });
    await clock.until(sweep('10.0.0.2', 50));
    expect(events).toEqual(['10.0.0.2 settled']);
  });

  it('that is aborted sends and tells nothing more', async () => {
    const over = new AbortController();
    const done = sweep('10.0.0.1-200', 50, over);
    await clock.advance(1000);
    const { length } = network.sent;
    expect(length).toBeGreaterThan(40);
    over.abort();
    await clock.until(done);
    await clock.advance(10_000);
    expect(network.sent).toHaveLength(length);
    expect(network.openSockets).toBe(0);
  });

  it('settles an address to which the computer will not send, with its reason', async () => {
    const open = network.openSocket;
    const refusing: typeof open = async (...place) => ({
      ...(await open(...place)),
      send: (_datagram, _to, failed) => failed(new Error('send EACCES')),
    });
    network = { ...network, openSocket: refusing };
    await clock.until(sweep('10.0.0.1', 50));
    expect(events).toEqual(['10.0.0.1 send EACCES', '10.0.0.1 settled']);
  });
});

describe('paced sockets', () => {
  it('share one pace, and what waits when a socket closes is not sent', async () => {
    const open = pacedSockets(network.openSocket, createPacer(clock, 10));
    const [one, two] = await Promise.all([
      open('ipv4', { port: 0 }, () => undefined),
      open('ipv4', { port: 0 }, () => undefined),
    ]);
    for (const socket of [one, two, one, two]) socket.send(Buffer.of(1), at('10.0.0.1'), () => undefined);
    await clock.advance(150);
    expect(sentAtMs).toEqual([0, 100]);
    one.close();
    await clock.advance(1000);
    expect(network.sent).toHaveLength(3);
  });
});

function at(address: string): Remote {
  return { address, port: 623 };
}

/** The sweep's own socket. */
function sender(): Remote {
  const first = network.sent.find(({ to }) => to.port === 623);
  if (first === undefined) throw new Error('nothing was sent');
  return first.from;
}

/** Get Channel Authentication Capabilities, answered as shortly as a BMC may: "invalid data field". */
function capabilitiesTo(request: Buffer): Buffer {
  const message = Buffer.of(0x81, 0x1c, 0x63, 0x20, request.readUInt8(18), 0x38, 0xcc, 0);
  message[7] = -(0x20 + request.readUInt8(18) + 0x38 + 0xcc) & 0xff;
  return Buffer.concat([request.subarray(0, 13), Buffer.of(message.length), message]);
}
