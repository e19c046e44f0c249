import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fetchTftp } from '#engine/net/tftp/client.ts';
import { transferSocketsOn } from '#engine/net/tftp/server.ts';
import { macHyphenated } from '#shared/model/mac.ts';
import {
  first,
  openSimulatedWire,
  type SimulatedWire,
  second,
  sessionIn,
  strangerAddress,
} from '#test/fakes/engine/simulated-wire.ts';
import { deploymentId, imageId } from '#test/fakes/rows.ts';

let wire: SimulatedWire;
beforeEach(async () => {
  wire = await openSimulatedWire();
});
afterEach(() => wire.close());

const bearer = (token: string) => ({ headers: { authorization: `Bearer ${token}` } });
const scriptOf = ({ mac }: typeof first) => `/boot/${macHyphenated(mac)}.ipxe`;

async function bootToken(machine: typeof first): Promise<string> {
  const script = await wire.request(machine.address, scriptOf(machine));
  return /rackside\.token=(\S+)/.exec(script.text)?.[1] ?? '';
}

async function openSession(machine: typeof first): Promise<string> {
  return sessionIn(await wire.hello(machine.address, await bootToken(machine)));
}

function refusals(): unknown[] {
  return wire.store.timeline
    .list({}, 0, 1000)
    .filter(event => event.message === 'agent.refused')
    .map(event => event.details);
}

describe('the boot script of a machine', () => {
  it('has a token for the machine that has the address', async () => {
    expect(await bootToken(first)).toMatch(/^[\w-]{43}$/);
  });

  it.each([
    ['another machine', second.address],
    ['a stranger', strangerAddress],
    ['this computer', '127.0.0.1'],
  ])('is not there for %s, and no token is in the answer', async (_, address) => {
    expect(await wire.request(address, scriptOf(first))).toEqual({ status: 404, text: '' });
  });

  it('is not there for another machine over TFTP either, in any boot program’s language', async () => {
    const hyphenated = macHyphenated(first.mac);
    for (const path of [
      `${hyphenated}.ipxe`,
      `pxelinux.cfg/01-${hyphenated}`,
      `grub/grub.cfg-01-${hyphenated}`,
      `${hyphenated}.conf`,
    ]) {
      const fetch = (address: string) =>
        fetchTftp({
          server: { address: '127.79.0.1', port: wire.ports?.tftp ?? 0 },
          path,
          openSocket: transferSocketsOn(address),
        });
      await expect(fetch(second.address)).rejects.toMatchObject({ code: 1 });
      expect(Buffer.from((await fetch(first.address)).bytes).toString()).toContain('rackside.token=');
    }
  });

  it('does not end the token of a machine when others ask for it', async () => {
    const token = await bootToken(first);
    await wire.request(second.address, scriptOf(first));
    await wire.request(strangerAddress, scriptOf(first));
    expect(await wire.hello(first.address, token)).toMatchObject({ status: 200 });
  });

  it('ends the token of the boot before', async () => {
    const before = await bootToken(first);
    await bootToken(first);
    expect(await wire.hello(first.address, before)).toMatchObject({ status: 401 });
  });
});

describe('a boot token', () => {
  it('is worth nothing after the agent has used its session', async () => {
    const token = await bootToken(first);
    const session = sessionIn(await wire.hello(first.address, token));
    expect(await wire.request(first.address, `/images/${imageId}`, bearer(session))).toEqual({
      status: 200,
      text: 'image bytes',
    });
    expect(await wire.hello(first.address, token)).toMatchObject({ status: 403 });
  });

  it('gives its session again only to the boot that had it', async () => {
    const token = await bootToken(first);
    const answer = await wire.hello(first.address, token);
    expect(sessionIn(await wire.hello(first.address, token))).toBe(sessionIn(answer));
    expect(await wire.hello(first.address, token, 'C'.repeat(43))).toMatchObject({ status: 403 });
  });

  it.each([
    ['another machine', second.address],
    ['an address that nobody has', strangerAddress],
  ])('stolen by %s opens nothing, is told of, and still works for its machine', async (_, address) => {
    const token = await bootToken(first);
    const stolen = await wire.hello(address, token);
    expect(stolen.status).toBe(403);
    expect(sessionIn(stolen)).toBe('');
    expect(refusals()).toEqual([
      { address, why: 'the token came from an address that this machine does not have' },
    ]);
    expect(await wire.hello(first.address, token)).toMatchObject({ status: 200 });
  });

  it('with an inventory that makes no sense is not spent, and the timeline says why', async () => {
    const token = await bootToken(first);
    expect(await wire.hello(first.address, token, 'B'.repeat(43), { disks: 'none' })).toMatchObject({
      status: 400,
    });
    const told = wire.store.timeline.list({}, 0, 1000).at(-1);
    expect(told).toMatchObject({ message: 'agent.inventory_refused', nodeId: first.nodeId });
    expect(await wire.hello(first.address, token)).toMatchObject({ status: 200 });
  });

  it('is no session', async () => {
    const token = await bootToken(first);
    expect(await wire.request(first.address, `/images/${imageId}`, bearer(token))).toMatchObject({
      status: 401,
    });
  });

  it('is in no event and in no row as clear text', async () => {
    const token = await bootToken(first);
    const session = sessionIn(await wire.hello(first.address, token));
    await wire.hello(second.address, token);
    const stored = JSON.stringify([
      wire.store.timeline.list({}, 0, 1000),
      wire.store.agentSessions.find(first.nodeId),
    ]);
    expect(stored).toContain('agent.refused');
    expect(stored).not.toContain(token);
    expect(stored).not.toContain(session);
  });
});

describe('a session', () => {
  it.each([
    ['another machine', second.address],
    ['a stranger', strangerAddress],
  ])('stolen by %s reads no image, no drive and no step', async (_, address) => {
    wire.agent.newBoot(first.nodeId, deploymentId);
    const session = await openSession(first);
    for (const path of [`/images/${imageId}`, `/config-drives/${deploymentId}`, '/agent/v1/step'])
      expect([path, await wire.request(address, path, bearer(session))]).toEqual([
        path,
        { status: 401, text: '' },
      ]);
  });

  it('does not read the config drive of another deployment', async () => {
    const token = wire.agent.newBoot(first.nodeId, deploymentId);
    const session = sessionIn(await wire.hello(first.address, token));
    const drive = (id: string) => wire.request(first.address, `/config-drives/${id}`, bearer(session));
    expect(await drive(deploymentId)).toEqual({ status: 200, text: `drive of ${deploymentId}` });
    expect(await drive('99999999-9999-4999-8999-999999999999')).toEqual({ status: 403, text: '' });
  });

  it('ends with the next boot of its machine', async () => {
    const session = await openSession(first);
    await bootToken(first);
    expect(await wire.request(first.address, `/images/${imageId}`, bearer(session))).toMatchObject({
      status: 401,
    });
  });

  it('that was retired reads no image and no drive, and is told to stop', async () => {
    const token = wire.agent.newBoot(first.nodeId, deploymentId);
    const session = sessionIn(await wire.hello(first.address, token));
    wire.agent.retireSession(first.nodeId);
    const status = async (path: string, body?: string) => {
      const method = body === undefined ? {} : { method: 'POST' as const, body };
      return (await wire.request(first.address, path, { ...bearer(session), ...method })).status;
    };
    expect(await status(`/images/${imageId}`)).toBe(410);
    expect(await status(`/config-drives/${deploymentId}`)).toBe(410);
    expect(await status('/agent/v1/step/any/progress', 'phase writing\n')).toBe(410);
    expect(await wire.hello(first.address, token)).toMatchObject({ status: 403 });
  });

  it('is needed: nothing but a well-formed bearer is looked at', async () => {
    await openSession(first);
    for (const authorization of [
      '',
      'Bearer',
      'Bearer ',
      'Basic abc',
      `Bearer ${'A'.repeat(43)}`,
      'Bearer null',
    ]) {
      const answer = await wire.request(first.address, `/images/${imageId}`, { headers: { authorization } });
      expect([authorization, answer.status]).toEqual([authorization, 401]);
    }
  });
});
