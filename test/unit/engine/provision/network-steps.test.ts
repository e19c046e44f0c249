import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { NetworkRequest } from '#shared/contract/index.ts';
import type { PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import {
  aDisk,
  aNetwork,
  aNetworkRequest,
  anImage,
  anInstaller,
  aPort,
  aPortgroup,
  mac,
  networkId,
  nodeId,
} from '#test/fakes/rows.ts';

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments();
});
afterEach(() => rig.close());

const otherMac = '52:54:00:aa:00:02' as Mac;
const at = (address: string, gateway: string | null = null): NetworkRequest =>
  aNetworkRequest({
    address: {
      method: 'static',
      address: address as Ipv4,
      prefixLength: 24,
      gateway: gateway as Ipv4 | null,
      dns: [],
    },
  });
const step = (name: string) => rig.deployment().steps.find(each => each.name === name);

async function probe(results: readonly { mac: Mac; result: string; holder?: string }[]) {
  rig.create({ networks: [at('10.77.0.5')] });
  await rig.boot();
  const asked = await rig.nextStep();
  expect(asked.name).toBe('probe-addresses');
  const addresses = results.map(each => ({ address: '10.77.0.5', holder: null, ...each }));
  rig.agent.result(nodeId, asked.id, { ok: true, evidence: { addresses } });
  await rig.until(() => step('probe-addresses')?.state !== 'running');
  return asked;
}

function bondOfTwo(): void {
  const { id: portgroupId } = aPortgroup();
  rig.store.portgroups.save(aPortgroup());
  rig.store.ports.save(aPort({ portgroupId }));
  const id = '55555555-5555-4555-8555-555555555556' as PortId;
  rig.store.ports.save(aPort({ id, address: otherMac, portgroupId }));
}

const told = (wanted = 'step.address_not_asked') =>
  rig.store.timeline
    .list({}, 0, 1000)
    .filter(({ message }) => message === wanted)
    .map(({ details }) => details);

it('networks that no system can be given end a deployment before its disk is touched', async () => {
  rig.create({ networks: [at('10.77.0.5', '10.99.0.1')] });
  await rig.boot().catch(() => undefined);
  await rig.until(() => rig.deployment().state !== 'running');
  expect(rig.deployment().error).toMatchObject({ code: 'input.invalid' });
  expect(step('match-networks')?.state).toBe('failed');
  expect(step('write-image')?.startedAt).toBeNull();
});

it('a network that goes to its NIC on a guess is told in the timeline', async () => {
  rig.create({ networks: [aNetworkRequest({ segmentationId: 120, place: { by: 'match' } })] });
  await rig.boot();
  await rig.until(() => step('match-networks')?.state === 'done');
  expect(told('step.network_guessed')).toEqual([
    { network: expect.any(String), nic: expect.stringContaining(mac) },
  ]);
});

it('an address for which the machine could not ask is told, and the deployment goes on', async () => {
  await probe([{ mac, result: 'no-link' }]);
  expect(told()).toEqual([{ address: '10.77.0.5', why: 'no-link' }]);
  expect(step('probe-addresses')).toMatchObject({ state: 'done', evidence: { notAsked: ['10.77.0.5'] } });
});

it("a bond's address is asked for through every member, and one that could is enough", async () => {
  bondOfTwo();
  const asked = await probe([
    { mac, result: 'no-link' },
    { mac: otherMac, result: 'free' },
  ]);
  expect(asked.parameters['addresses']?.split('\n')).toEqual([
    `${mac}\t-\t10.77.0.5`,
    `${otherMac}\t-\t10.77.0.5`,
  ]);
  expect(told()).toEqual([]);
});

it('one member that hears a holder is enough to stop', async () => {
  bondOfTwo();
  await probe([
    { mac, result: 'no-link' },
    { mac: otherMac, result: 'taken', holder: '52:54:00:cc:00:01' },
  ]);
  await rig.until(() => rig.deployment().state !== 'running');
  expect(rig.deployment().error).toMatchObject({ code: 'deploy.address_taken' });
});

describe('a server that an installer installs boots no ramdisk, so we ask for its addresses', () => {
  const answers = {
    '10.77.0.5': { result: 'free' },
    '10.77.0.6': { result: 'not-served' },
    '10.77.0.1': { result: 'taken', holder: null },
  } as const;
  let asked: unknown[];
  beforeEach(() => {
    asked = [];
    rig.addressAnswer = async (...question) => {
      asked.push(question);
      return answers[question[1] as keyof typeof answers] ?? { result: 'taken', holder: otherMac };
    };
    rig.store.nodes.save({ ...rig.node(), inventory: anInventory({ disks: [aDisk()] }) });
    rig.store.images.save({ ...anImage({ kind: 'installer', installer: anInstaller() }), sourcePath: '/x' });
  });

  it('with the MACs of the server, whose system of before may have them', async () => {
    rig.store.networks.save(aNetwork());
    rig.create({ networks: [{ ...at('10.77.0.5'), networkId }] });
    await rig.until(() => step('power-on')?.startedAt != null);
    expect(asked).toEqual([[networkId, '10.77.0.5', [mac]]]);
    expect(told()).toEqual([]);
  });

  it('and tell which one we could not ask for', async () => {
    rig.create({ networks: [at('10.77.0.6')] });
    await rig.until(() => step('power-on')?.startedAt != null);
    expect(told()).toEqual([{ address: '10.77.0.6', why: 'not-served' }]);
  });

  it('and stop at one that somebody has, before the server is switched on', async () => {
    rig.create({ networks: [at('10.77.0.7')] });
    await rig.until(() => rig.deployment().state !== 'running');
    expect(rig.deployment().error).toMatchObject({
      code: 'deploy.address_taken',
      details: { address: '10.77.0.7', mac: otherMac },
    });
    expect(step('power-on')?.startedAt).toBeNull();
  });

  it('and say of our own whose it is', async () => {
    rig.create({ networks: [at('10.77.0.1')] });
    await rig.until(() => rig.deployment().state !== 'running');
    expect(rig.deployment().error).toMatchObject({
      code: 'deploy.address_in_use',
      details: { address: '10.77.0.1', server: 'Rackside' },
    });
  });

  it('nothing is asked where no address is fixed', async () => {
    rig.create();
    await rig.until(() => step('power-on')?.startedAt != null);
    expect(step('probe-addresses')).toMatchObject({ state: 'skipped' });
    expect(asked).toEqual([]);
  });
});
