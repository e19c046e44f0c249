import { beforeEach, describe, expect, it } from 'vitest';
import { BmcLinesClosed } from '#engine/inventory/bmc-lines.ts';
import { refuseTakenBmc } from '#engine/inventory/bmc-login.ts';
import { otherNodeId, type SimulatedBmcs, simulatedBmcs } from './simulated-bmcs.ts';

let rack: SimulatedBmcs;
beforeEach(async () => {
  rack = await simulatedBmcs();
});

describe('a corrected BMC address', () => {
  it('is where the next command goes, whatever copy of the server the caller holds', async () => {
    const neighbour = await rack.bmcAt('10.0.0.2');
    const own = await rack.bmcAt('10.0.0.3');
    const stale = rack.serverAt('10.0.0.2');
    await rack.run(rack.links.read(stale));
    rack.serverAt('10.0.0.3');
    await rack.run(rack.links.read(stale));
    await rack.run(rack.links.control(stale, 'on'));
    expect(neighbour.actions).toEqual([]);
    expect(own.actions).toEqual(['on']);
  });

  it('takes over what waits for the old one, and ends an opening there', async () => {
    const neighbour = await rack.bmcAt('10.0.0.2');
    neighbour.server.faults.silent = true;
    const own = await rack.bmcAt('10.0.0.3');
    const stale = rack.serverAt('10.0.0.2');
    const first = rack.links.read(stale);
    const second = rack.links.control(stale, 'on');
    await rack.time.advance(1000);
    rack.serverAt('10.0.0.3');
    rack.links.leave(stale.bmc);
    neighbour.server.faults.silent = false;
    await rack.run(Promise.all([first, second]));
    expect(rack.time.nowMs()).toBeLessThan(3000);
    expect([neighbour.actions, own.actions]).toEqual([[], ['on']]);
  });

  it('with other credentials at the same place opens a session with those', async () => {
    const accounts = [
      { id: 2, name: 'admin', password: 'labpass' },
      { id: 3, name: 'other', password: 'otherpass' },
    ];
    const bmc = await rack.bmcAt('10.0.0.2', { accounts });
    const node = rack.serverAt('10.0.0.2');
    await rack.run(rack.links.read(node));
    rack.serverAt('10.0.0.2', { username: 'other', password: 'wrong' });
    expect(await rack.failure(rack.links.read(node))).toMatchObject({ code: 'bmc.auth_failed' });
    expect(bmc.bmc.activeSessions).toBe(0);
    rack.serverAt('10.0.0.2', { username: 'other', password: 'otherpass' });
    await rack.run(rack.links.read(node));
  });

  it('is refused when another server has that BMC', () => {
    rack.serverAt('10.0.0.2');
    rack.serverAt('BMC-7.lab', {}, otherNodeId);
    expect(() => refuseTakenBmc(rack.store, { address: '10.0.0.2', port: 623 })).toThrow(/taken/);
    expect(() => refuseTakenBmc(rack.store, { address: 'bmc-7.LAB', port: 623 })).toThrow(/taken/);
    expect(() => refuseTakenBmc(rack.store, { address: '10.0.0.2', port: 624 })).not.toThrow();
    expect(() => refuseTakenBmc(rack.store, { address: 'bmc-7.lab', port: 623 }, otherNodeId)).not.toThrow();
  });
});

describe('one BMC', () => {
  it('does one thing at a time, in one session, also for two servers and a test of credentials', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    const one = rack.serverAt('10.0.0.2');
    const two = rack.serverAt('10.0.0.2', {}, otherNodeId);
    let most = 0;
    rack.network.conditions.pass = () => {
      most = Math.max(most, bmc.bmc.activeSessions);
      return true;
    };
    const test = { bmcKey: '', protocol: 'auto', privilege: null, username: 'admin' } as const;
    const credentials = { ...test, address: '10.0.0.2', port: 623, password: 'labpass' };
    await rack.run(
      Promise.all([
        rack.links.read(one),
        rack.links.verify(two),
        rack.links.test(credentials),
        rack.links.read(one),
      ]),
    );
    expect(most).toBe(1);
  });

  it('keeps its session from poll to poll, and gets it back when nobody asks any more', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    const node = rack.serverAt('10.0.0.2');
    const isLogIn = ({ datagram }: { datagram: Buffer }) => datagram[4] === 0x06 && datagram[5] === 0x10;
    for (let round = 0; round < 5; round += 1) {
      await rack.run(rack.links.read(node));
      await rack.time.advance(60_000);
    }
    expect(rack.network.sent.filter(isLogIn)).toHaveLength(1);
    await rack.time.advance(61_000);
    expect(bmc.bmc.activeSessions).toBe(0);
    expect(rack.network.openSockets).toBe(1);
  });

  it('that refuses a command keeps the session', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    bmc.obey = () => 'not_now';
    const node = rack.serverAt('10.0.0.2');
    expect(await rack.failure(rack.links.control(node, 'reset'))).toMatchObject({
      code: 'bmc.command_failed',
    });
    expect(bmc.bmc.activeSessions).toBe(1);
  });

  it('that restarted is logged into again', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    const node = rack.serverAt('10.0.0.2');
    await rack.run(rack.links.read(node));
    bmc.bmc.forgetSessions();
    await rack.run(rack.links.control(node, 'on'));
    expect(bmc.actions).toEqual(['on']);
  });

  it('that has no session to give is busy, which may pass', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    bmc.bmc.faults.insufficientResources = 10;
    const error = await rack.failure(rack.links.read(rack.serverAt('10.0.0.2')));
    expect(error).toMatchObject({ code: 'bmc.busy', retryable: true });
  });
});

describe('what a log-in taught us', () => {
  it('is stored: an operator account, a suite, IPMI 1.5', async () => {
    const accounts = [{ id: 2, name: 'admin', password: 'labpass', privilege: 'operator' }] as const;
    await rack.bmcAt('10.0.0.2', { accounts, cipherSuites: [3] });
    const node = rack.serverAt('10.0.0.2');
    await rack.run(rack.links.control(node, 'on'));
    expect(rack.bmcOfNode()).toMatchObject({
      privilege: 'operator',
      cipherSuite: 3,
      interfaceVersion: '2.0',
    });
    await rack.bmcAt('10.0.0.3', { cipherSuites: [] });
    rack.serverAt('10.0.0.3');
    await rack.run(rack.links.read(node));
    expect(rack.bmcOfNode()).toMatchObject({ privilege: null, cipherSuite: null, interfaceVersion: '1.5' });
  });

  it('does not bind a board that got new firmware', async () => {
    await rack.bmcAt('10.0.0.2', { v15AuthTypes: [] });
    const node = rack.serverAt('10.0.0.2');
    const bmc = rack.bmcOfNode();
    if (bmc == null) throw new Error('no BMC');
    rack.store.nodes.save({ ...node, bmc: { ...bmc, interfaceVersion: '1.5' } });
    await rack.run(rack.links.read(node));
    expect(rack.bmcOfNode()).toMatchObject({ cipherSuite: 17, interfaceVersion: '2.0' });
  });

  it('gives way to what a person asks for: suite 0, a BMC key', async () => {
    await rack.bmcAt('10.0.0.2', { cipherSuites: [0], v15AuthTypes: [] });
    const node = rack.serverAt('10.0.0.2');
    expect(await rack.failure(rack.links.read(node))).toMatchObject({ code: 'bmc.no_cipher_suite' });
    rack.serverAt('10.0.0.2', { protocol: 'suite-0' });
    await rack.run(rack.links.read(node));
    rack.serverAt('10.0.0.2', { protocol: 'auto' });
    expect(await rack.failure(rack.links.read(node))).toMatchObject({ code: 'bmc.no_cipher_suite' });

    await rack.bmcAt('10.0.0.3', { bmcKey: Buffer.from('00ff7f', 'hex') });
    rack.serverAt('10.0.0.3');
    expect(await rack.failure(rack.links.read(node))).toMatchObject({ details: { reason: 'bmc_key' } });
    rack.serverAt('10.0.0.3', { bmcKey: '0x00ff7f' });
    await rack.run(rack.links.read(node));
  });
});

describe('a power command', () => {
  it('ends when the BMC reports the state, though that takes a minute', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    const node = rack.serverAt('10.0.0.2');
    bmc.power = 'on';
    bmc.obey = () => {
      rack.time.after(70_000, () => {
        bmc.power = 'off';
      });
      return 'accepted';
    };
    await rack.run(rack.links.control(node, 'off'));
    expect(bmc.power).toBe('off');
    expect(bmc.actions).toEqual(['off']);
    expect(rack.time.nowMs()).toBeLessThan(85_000);
  });

  it('whose state never comes fails with what is the case', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    bmc.obey = () => 'accepted';
    const error = await rack.failure(rack.links.control(rack.serverAt('10.0.0.2'), 'on'));
    expect(error).toMatchObject({
      code: 'bmc.command_failed',
      details: { reason: 'still "power off" after 180 s' },
    });
  });

  it('for the state that the machine has is done, even if the BMC refuses it as impossible', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    bmc.obey = () => 'not_now';
    const node = rack.serverAt('10.0.0.2');
    await rack.run(rack.links.control(node, 'off'));
    expect(await rack.failure(rack.links.control(node, 'on'))).toMatchObject({ code: 'bmc.command_failed' });
  });

  it('is not sent again when its answer is lost: the state tells', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    const node = rack.serverAt('10.0.0.2');
    bmc.power = 'on';
    const obey = bmc.obey;
    bmc.obey = action => {
      bmc.server.faults.silent = true;
      rack.time.after(1000, () => Object.assign(bmc.server.faults, { silent: false }));
      return obey(action);
    };
    await rack.run(rack.links.control(node, 'off'));
    expect(bmc.actions).toEqual(['off']);
    bmc.power = 'on';
    expect(await rack.failure(rack.links.control(node, 'reset'))).toMatchObject({
      code: 'bmc.command_failed',
      details: { reason: 'no answer within 8 s: it may have been carried out' },
    });
    expect(bmc.actions).toEqual(['off', 'reset']);
  });

  it('stops waiting when nobody wants it any more', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    bmc.obey = () => 'accepted';
    const over = new AbortController();
    const reason = new Error('cancelled');
    const control = rack.links.control(rack.serverAt('10.0.0.2'), 'on', over.signal);
    const outcome = control.catch((error: unknown) => error);
    await rack.time.advance(5000);
    over.abort(reason);
    expect(await rack.run(outcome)).toBe(reason);
    expect(rack.time.nowMs()).toBe(5000);
  });
});

describe('the boot device', () => {
  it('is asked for in UEFI mode unless the server is known to boot by BIOS', async () => {
    const bmc = await rack.bmcAt('10.0.0.2');
    const node = rack.serverAt('10.0.0.2');
    await rack.run(rack.links.bootOnce(node, 'pxe'));
    expect(bmc.bmc.bootFlags()).toMatchObject({ device: 'pxe', efi: true });
    rack.store.nodes.save({ ...node, bootMode: 'bios' });
    expect(await rack.run(rack.links.bootOnce(node, 'pxe'))).toEqual({
      accepted: true,
      readBack: 'pxe once bios',
    });
  });

  it('that the make is known not to heed is explained on the timeline', async () => {
    await rack.bmcAt('10.0.0.2', { device: { manufacturerId: 10876 } });
    await rack.run(rack.links.bootOnce(rack.serverAt('10.0.0.2'), 'pxe'));
    expect(rack.messages()).toContain('bmc.known_weakness');
  });

  it('that is refused is told in words', async () => {
    const accounts = [{ id: 2, name: 'admin', password: 'labpass', privilege: 'user' }] as const;
    await rack.bmcAt('10.0.0.2', { accounts });
    const node = rack.serverAt('10.0.0.2');
    expect(await rack.failure(rack.links.bootOnce(node, 'pxe'))).toMatchObject({
      details: { reason: 'privilege' },
    });
  });
});

describe('closing', () => {
  it('does not wait for a BMC that says nothing, and opens nothing afterwards', async () => {
    const silent = await rack.bmcAt('10.0.0.2');
    silent.server.faults.silent = true;
    const node = rack.serverAt('10.0.0.2');
    const outcomes = Promise.allSettled([rack.links.read(node), rack.links.control(node, 'on')]);
    await rack.time.advance(500);
    await rack.run(rack.links.closeAll());
    expect(rack.time.nowMs()).toBe(500);
    for (const outcome of await rack.run(outcomes)) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: expect.any(BmcLinesClosed) });
    }
    const sent = rack.network.sent.length;
    await expect(rack.links.read(node)).rejects.toThrow(BmcLinesClosed);
    expect(rack.network.sent.length).toBe(sent);
  });

  it('gives every session back', async () => {
    const bmcs = [await rack.bmcAt('10.0.0.2'), await rack.bmcAt('10.0.0.3')];
    await rack.run(rack.links.read(rack.serverAt('10.0.0.2')));
    await rack.run(rack.links.read(rack.serverAt('10.0.0.3', {}, otherNodeId)));
    await rack.run(rack.links.closeAll());
    expect(bmcs.map(({ bmc }) => bmc.activeSessions)).toEqual([0, 0]);
  });
});
