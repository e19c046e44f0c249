import { beforeEach, describe, expect, it } from 'vitest';
import { nodeHandlers } from '#engine/api/nodes.ts';
import { scanHandlers } from '#engine/api/scan.ts';
import { loginOf } from '#engine/inventory/bmc-login.ts';
import { type BmcScan, createBmcScan } from '#engine/inventory/bmc-scan.ts';
import { CodedError, contract, type FoundBmc, type ScanPatch } from '#shared/contract/index.ts';
import type { ScanId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { nodeId } from '#test/fakes/rows.ts';
import { type SimulatedBmcs, simulatedBmcs } from './simulated-bmcs.ts';

let rack: SimulatedBmcs;
let scan: BmcScan;
let patches: ScanPatch[];
beforeEach(async () => {
  rack = await simulatedBmcs();
  patches = [];
  scan = createBmcScan({
    store: rack.store,
    now: () => rack.clock.now(),
    asCoded: error => new CodedError('internal', String(error), { correlationId: '' }),
    clock: rack.time,
    openSocket: rack.network.openSocket,
  });
  scan.subscribe(patch => patches.push(patch));
});

const right = { username: 'admin', password: 'labpass' };
const wrong = { username: 'admin', password: 'guess-1' };
const stranger = { username: 'root', password: 'calvin' };

function start(ranges: string, credentials: readonly object[] = [], more: object = {}): ScanId {
  return scan.start(contract.scan.start.input.parse({ ranges, credentials, ...more }));
}

/** Starts it, and lets time pass until it is over. */
async function run(...inputs: Parameters<typeof start>): Promise<ScanId> {
  const id = start(...inputs);
  for (let second = 0; second < 300 && scan.snapshot()?.status.state === 'running'; second += 1)
    await rack.time.advance(1000);
  expect(scan.snapshot()?.status.state).toBe('finished');
  return id;
}

const found = () => new Map(scan.snapshot()?.found.map(bmc => [bmc.address as string, bmc]));
const loginAt = (address: string) => found().get(address)?.login;
const sentTo = (address: string) =>
  rack.network.sent.filter(({ to }) => to.address === address).map(({ datagram }) => datagram);
/** RAKP 1 carries the user name; it is sent once for each pair that is tried, if nothing is lost. */
const tries = (address: string) => sentTo(address).filter(isRakp1).length;
const isRakp1 = (datagram: Buffer) => datagram[4] === 0x06 && datagram[5] === 0x12;
const isActivate = (datagram: Buffer) => datagram[4] === 0x02 && datagram[35] === 0x3a;

describe('a scan', () => {
  it('finds what answers, and tells what worked there and nothing secret', async () => {
    await rack.bmcAt('10.0.0.3');
    await run('10.0.0.1-4', [wrong, right]);
    expect([...found().keys()]).toEqual(['10.0.0.3']);
    expect(loginAt('10.0.0.3')).toMatchObject({ is: 'worked', pair: 2, username: 'admin', firmware: '1.00' });
    expect(scan.snapshot()?.status).toMatchObject({ addresses: 4, settled: 4, unsent: null, pairs: 2 });
    expect(JSON.stringify([scan.snapshot(), patches])).not.toMatch(/labpass|guess-1/);
  });

  it('is on the timeline from its beginning, without credentials', async () => {
    await rack.bmcAt('10.0.0.3');
    await run('10.0.0.1-2, 10.0.0.3-4', [wrong, right]);
    const events = rack.store.timeline.newest({}, 10);
    expect(events.map(({ message, details }) => [message, details])).toEqual([
      ['bmc.scan_begun', { ranges: '10.0.0.1–10.0.0.4', addresses: 4, pairs: 2 }],
      ['bmc.scan_ended', { ranges: '10.0.0.1–10.0.0.4', addresses: 4, settled: 4, found: 1 }],
    ]);
    expect(JSON.stringify(events)).not.toMatch(/admin|labpass|guess-1/);
  });

  it('sends to what was typed and to nothing else', async () => {
    for (const address of ['10.0.0.2', '10.0.0.3', '10.0.0.4']) await rack.bmcAt(address);
    await run('10.0.0.3', [right]);
    expect(
      new Set(rack.network.sent.filter(({ to }) => to.port === 623).map(({ to }) => to.address)),
    ).toEqual(new Set(['10.0.0.3']));
  });

  it('tries each pair once, and says when all were refused', async () => {
    await rack.bmcAt('10.0.0.3');
    await run('10.0.0.3', [wrong, stranger, { ...wrong, password: 'guess-2' }]);
    expect(loginAt('10.0.0.3')).toEqual({ is: 'refused', tried: 3 });
    expect(tries('10.0.0.3')).toBe(3);
  });

  it('tries each pair once on a BMC of IPMI 1.5, which tells a wrong password by silence', async () => {
    await rack.bmcAt('10.0.0.3', { cipherSuites: [], v15AuthTypes: ['md5'] });
    await run('10.0.0.3', [wrong, right]);
    expect(loginAt('10.0.0.3')).toMatchObject({ is: 'worked', pair: 2 });
    expect(sentTo('10.0.0.3').filter(isActivate)).toHaveLength(2);
  });

  it('finds BMCs that do not answer the presence ping, and slow ones', async () => {
    const deaf = await rack.bmcAt('10.0.0.3');
    rack.network.conditions.pass = (datagram, _, to) => to.address !== '10.0.0.3' || datagram[3] !== 0x06;
    const slow = await rack.bmcAt('10.0.0.4');
    slow.server.faults.delayMs = 900;
    await run('10.0.0.3-4', [right]);
    expect(deaf.bmc.activeSessions + slow.bmc.activeSessions).toBe(0);
    for (const address of ['10.0.0.3', '10.0.0.4'])
      expect(loginAt(address)).toMatchObject({ is: 'worked', pair: 1 });
  });

  it('takes a user who may be operator only', async () => {
    await rack.bmcAt('10.0.0.3', {
      accounts: [{ id: 2, name: 'admin', password: 'labpass', privilege: 'operator' }],
    });
    await run('10.0.0.3', [right]);
    expect(loginAt('10.0.0.3')).toMatchObject({ is: 'worked' });
  });

  it('logs in nowhere without credentials, and never at the BMC of a server of ours', async () => {
    await rack.bmcAt('10.0.0.2');
    await rack.bmcAt('10.0.0.3');
    rack.serverAt('10.0.0.2');
    await run('10.0.0.2-3');
    expect(loginAt('10.0.0.3')).toEqual({ is: 'not-tried', why: 'no-credentials' });
    await run('10.0.0.2-3', [right]);
    expect(found().get('10.0.0.2')).toMatchObject({ nodeId, login: { is: 'not-tried', why: 'known' } });
    expect(loginAt('10.0.0.3')).toMatchObject({ is: 'worked' });
    expect(tries('10.0.0.2')).toBe(0);
  });

  it('never sends faster than agreed, log-ins included', async () => {
    const sentAtMs: number[] = [];
    rack.network.conditions.pass = (_datagram, _from, to) => {
      if (to.port === 623) sentAtMs.push(rack.time.nowMs());
      return true;
    };
    for (let last = 1; last <= 20; last += 1) await rack.bmcAt(`10.0.0.${last}`);
    await run('10.0.0.1-60', [wrong, right], { packetsPerSecond: 40 });
    expect([...found().values()].filter(({ login }) => login.is === 'worked')).toHaveLength(20);
    const gaps = sentAtMs.slice(1).map((atMs, index) => atMs - (sentAtMs[index] ?? 0));
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(25 - 1e-6);
  });
});

describe('a BMC that locks', () => {
  const three = [wrong, { ...wrong, password: 'guess-2' }, right];

  it.each([
    ['by disabling the user', 0x0d],
    ['by being short of resources for us', 0x01],
  ])('%s is left alone after that', async (_name, status) => {
    await rack.bmcAt('10.0.0.3');
    rack.network.conditions.pass = (datagram, from, to) => {
      if (!isRakp1(datagram) || tries('10.0.0.3') < 2) return true;
      // RAKP 2 with a status: tag, status, our session id (§13.21).
      const answer = Buffer.from(`0600ff070613000000000000000008000000000000000000`, 'hex');
      answer[16] = datagram[16] ?? 0;
      answer[17] = status;
      rack.time.after(1, () => rack.network.inject(answer, to, from));
      return false;
    };
    await run('10.0.0.3', three);
    expect(loginAt('10.0.0.3')).toMatchObject({ is: 'stopped', tried: 2, isLockOut: true });
  });

  it('by silence is left alone after that', async () => {
    const bmc = await rack.bmcAt('10.0.0.3');
    rack.network.conditions.pass = datagram => {
      if (isRakp1(datagram) && tries('10.0.0.3') === 1)
        rack.time.after(30, () => {
          bmc.server.faults.silent = true;
        });
      return true;
    };
    await run('10.0.0.3', three);
    expect(loginAt('10.0.0.3')).toMatchObject({
      is: 'stopped',
      tried: 2,
      isLockOut: true,
      error: { code: 'bmc.unreachable' },
    });
    expect(tries('10.0.0.3')).toBe(1);
  });

  it('is told from one that wants a BMC key besides', async () => {
    await rack.bmcAt('10.0.0.3', { bmcKey: Buffer.from('two-key') });
    await run('10.0.0.3', three.toReversed());
    expect(loginAt('10.0.0.3')).toMatchObject({
      is: 'stopped',
      tried: 1,
      isLockOut: false,
      error: { code: 'bmc.auth_failed', details: { reason: 'bmc_key' } },
    });
  });

  it('is told from one that ignores unknown users', async () => {
    await rack.bmcAt('10.0.0.3');
    rack.network.conditions.pass = datagram => !(isRakp1(datagram) && datagram.includes('root'));
    await run('10.0.0.3', [stranger, { ...stranger, password: 'root' }, right]);
    expect(loginAt('10.0.0.3')).toMatchObject({ is: 'worked', pair: 3 });
  });
});

describe('the end of a scan', () => {
  it('that is cancelled: what was found stays, nothing more is sent', async () => {
    for (let last = 1; last <= 30; last += 1) await rack.bmcAt(`10.0.0.${last}`);
    const id = start('10.0.0.1-200', [wrong, right], { packetsPerSecond: 20 });
    await rack.time.advance(2000);
    scan.cancel(id);
    await rack.time.advance(5000);
    const { length } = rack.network.sent;
    await rack.time.advance(60_000);
    expect(rack.network.sent).toHaveLength(length);
    expect(scan.snapshot()?.status.state).toBe('cancelled');
    const states = [...found().values()].map(({ login }) => login.is);
    expect(states.length).toBeGreaterThan(3);
    expect(states).not.toContain('waiting');
    expect(states).not.toContain('trying');
  });

  it('is waited for by the next one; meanwhile it is refused', async () => {
    const id = start('10.0.0.1-20');
    await rack.time.advance(100);
    expect(() => start('10.0.0.1')).toThrow(expect.objectContaining({ code: 'scan.running' }));
    scan.cancel(id);
    await run('10.0.0.1');
    expect(() => scan.cancel(id)).toThrow(expect.objectContaining({ code: 'input.not_found' }));
  });

  it('is the end of its credentials half an hour later, or when a person says so', async () => {
    await rack.bmcAt('10.0.0.3');
    const first = await run('10.0.0.3', [right]);
    expect(scan.credentialsAt(first, '10.0.0.3' as Ipv4)).toMatchObject(right);
    await rack.time.advance(31 * 60_000);
    expect(scan.snapshot()).toBeNull();
    const second = await run('10.0.0.3', [right]);
    scan.forget(second);
    expect(scan.snapshot()).toBeNull();
    expect(patches.filter(({ op }) => op === 'forgotten')).toHaveLength(2);
    expect(() => scan.credentialsAt(second, '10.0.0.3' as Ipv4)).toThrow();
  });

  it.each([
    ['10.0.0.1-', { code: 'scan.ranges_refused', details: { problem: 'not-a-range', text: '10.0.0.1-' } }],
    ['10.0.0.0/8', { code: 'scan.ranges_refused', details: { problem: 'too-many', text: '10.0.0.0/8' } }],
    ['192.0.2.1, 10.0.0.1', { code: 'scan.not_private', details: { text: '192.0.2.1' } }],
  ])('comes before its beginning for %s', (ranges, error) => {
    expect(() => start(ranges)).toThrow(expect.objectContaining(error));
    expect(rack.network.sent).toEqual([]);
  });

  it('does not come early for addresses that a person means', async () => {
    await rack.bmcAt('192.0.2.1');
    await run('192.0.2.1', [], { beyondPrivate: true });
    expect([...found().keys()]).toEqual(['192.0.2.1']);
  });
});

describe('what was found becomes a server', () => {
  const { signal } = new AbortController();
  const enroll = (scanId: ScanId, servers: { address: string; name: string }[]) => {
    const nodes = nodeHandlers({
      store: rack.store,
      clock: rack.clock,
      bmc: rack.links,
      onPowerChanged: () => undefined,
      verify: () => undefined,
      inspect: id => rack.store.nodes.find(id) as never,
      abort: () => undefined,
      release: () => undefined,
      clean: () => undefined as never,
      reviewClean: () => undefined as never,
    });
    const input = contract.scan.enroll.input.parse({ scanId, servers });
    return scanHandlers(scan, nodes.enroll).enroll(input, signal);
  };

  it('with the credentials that worked there, and is known from then on', async () => {
    await rack.bmcAt('10.0.0.3');
    const id = await run('10.0.0.3', [wrong, right]);
    expect(await enroll(id, [{ address: '10.0.0.3', name: 'r1u03' }])).toEqual([
      { address: '10.0.0.3', error: null },
    ]);
    const node = rack.store.nodes.findByName('r1u03');
    expect(node && loginOf(rack.store, node)).toMatchObject({ address: '10.0.0.3', port: 623, ...right });
    expect(found().get('10.0.0.3')?.nodeId).toBe(node?.id);
    const last = patches.findLast((patch): patch is ScanPatch & { row: FoundBmc } => patch.op === 'found');
    expect(last?.row.nodeId).toBe(node?.id);
  });

  it('also from another window, and is free again when that server is gone', async () => {
    await rack.bmcAt('10.0.0.3');
    await run('10.0.0.3', [right]);
    const node = rack.serverAt('10.0.0.3');
    expect(found().get('10.0.0.3')?.nodeId).toBe(node.id);
    rack.store.nodes.remove(node.id);
    expect(found().get('10.0.0.3')).toMatchObject({ nodeId: null, login: { is: 'worked' } });
  });

  it('though somebody drops the scan meanwhile', async () => {
    await rack.bmcAt('10.0.0.3');
    const id = await run('10.0.0.3', [right]);
    const servers = [{ address: '10.0.0.3' as Ipv4, name: 'r1u03' }];
    const handlers = scanHandlers(scan, async () => {
      scan.forget(id);
      return rack.serverAt('10.0.0.3');
    });
    expect(await handlers.enroll({ scanId: id, servers }, signal)).toEqual([
      { address: '10.0.0.3', error: null },
    ]);
  });

  it('or the reason why not; the others do', async () => {
    await rack.bmcAt('10.0.0.3');
    await rack.bmcAt('10.0.0.4', { accounts: [] });
    await rack.bmcAt('10.0.0.5');
    rack.store.nodes.save({ ...rack.serverAt('10.0.0.2'), name: 'taken' });
    const id = await run('10.0.0.3-5', [right]);
    const results = await enroll(id, [
      { address: '10.0.0.3', name: 'taken' },
      { address: '10.0.0.4', name: 'nothing-worked' },
      { address: '10.0.0.9', name: 'not-found' },
      { address: '10.0.0.5', name: 'good' },
      { address: '10.0.0.5', name: 'good-twice' },
    ]);
    expect(results.map(({ error }) => (error as { code?: string } | null)?.code)).toEqual([
      'input.conflict',
      'input.not_found',
      'input.not_found',
      undefined,
      'input.conflict',
    ]);
    expect(
      rack.store.nodes
        .list()
        .map(({ name }) => name)
        .toSorted(),
    ).toEqual(['good', 'taken']);
  });
});
