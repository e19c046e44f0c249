import { beforeEach, describe, expect, it } from 'vitest';
import { bootFromNetwork } from '#engine/provision/power-on.ts';
import { release } from '#engine/provision/release.ts';
import type { ProvisionServices } from '#engine/provision/services.ts';
import { verify } from '#engine/provision/verification.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import type { Node } from '#shared/contract/index.ts';
import { nodeId } from '#test/fakes/rows.ts';
import { type SimulatedBmc, type SimulatedBmcs, simulatedBmcs } from '../inventory/simulated-bmcs.ts';

const never = new AbortController().signal;
let rack: SimulatedBmcs;
let bmc: SimulatedBmc;
let services: ProvisionServices;
beforeEach(async () => {
  rack = await simulatedBmcs();
  bmc = await rack.bmcAt('10.0.0.2');
  const { store, clock, links } = rack;
  services = { store, clock, power: links } as unknown as ProvisionServices;
});

function serverIn(provisionState: Node['provisionState']): Node {
  const node = { ...rack.serverAt('10.0.0.2'), provisionState };
  rack.store.nodes.save(node);
  return node;
}
const stored = () => rack.store.nodes.find(nodeId);

describe('booting from the network', () => {
  it('switches a machine on, and one that runs off before', async () => {
    const node = serverIn('deploying');
    expect(await rack.run(bootFromNetwork(services, node, never))).toMatchObject({ action: 'on' });
    expect(await rack.run(bootFromNetwork(services, node, never))).toMatchObject({ action: 'cycle' });
    expect(bmc.actions).toEqual(['on', 'off', 'on']);
  });

  it('goes on when the BMC refuses the boot device, and says so', async () => {
    bmc.bmc.faults.refusesBootFlags = true;
    await rack.run(bootFromNetwork(services, serverIn('deploying'), never));
    expect(bmc.actions).toEqual(['on']);
    const { timeline } = rack.store;
    expect(timeline.newest({}, 10)).toContainEqual(
      expect.objectContaining({
        message: 'power.boot_device_not_accepted',
        details: { wanted: 'pxe', readBack: 'refused: parameter not supported' },
      }),
    );
  });
});

const releaseParts = {
  asCoded: asCodedError,
  clean: () => {
    throw new Error('nobody asked for it');
  },
};

describe('a release', () => {
  it('is over when the machine is off, not when the BMC has heard of it', async () => {
    const node = serverIn('active');
    bmc.power = 'on';
    bmc.obey = () => {
      rack.time.after(40_000, () => {
        bmc.power = 'off';
      });
      return 'accepted';
    };
    const done = release(services, node.id, releaseParts);
    await rack.time.advance(30_000);
    expect(stored()).toMatchObject({ provisionState: 'deleting' });
    await rack.run(done);
    expect(stored()).toMatchObject({ powerState: 'power off', lastError: null, bootTarget: 'nothing' });
  });

  it('of a machine that is off succeeds though the BMC refuses to switch it off', async () => {
    bmc.obey = () => 'not_now';
    await rack.run(release(services, serverIn('active').id, releaseParts));
    expect(stored()).toMatchObject({ powerState: 'power off', lastError: null });
  });
});

it('what a BMC was asked when the engine ended is no failure: the next start asks again', async () => {
  bmc.server.faults.silent = true;
  const releasing = release(services, serverIn('active').id, releaseParts);
  await rack.time.advance(500);
  await rack.run(rack.links.closeAll());
  await rack.run(releasing);
  expect(stored()).toMatchObject({ provisionState: 'deleting', lastError: null });
  await rack.run(verify(services, serverIn('enroll').id, asCodedError));
  expect(stored()).toMatchObject({ provisionState: 'verifying', lastError: null });
});
