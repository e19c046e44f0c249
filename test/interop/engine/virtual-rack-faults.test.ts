import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Mac } from '#shared/model/mac.ts';
import { openRack, until } from './rack-rig.ts';

let rack: Awaited<ReturnType<typeof openRack>>;
beforeEach(async () => {
  rack = await openRack();
});
afterEach(() => rack.close());

describe('a simulated server', () => {
  it('that loses its power while the image is written is deployed all the same', async () => {
    const node = await rack.available();
    await rack.client.virtualRack.setFault({ nodeId: node.id, fault: 'power-loss' });
    expect(await rack.over(await rack.deploy())).toMatchObject({ state: 'succeeded', error: null });
    expect(await rack.theNode()).toMatchObject({ provisionState: 'active', bootTarget: 'disk' });
    const ramdisks = rack.events.filter(({ message }) => message === 'boot.ramdisk_given');
    expect(ramdisks.length).toBeGreaterThanOrEqual(2);
  });

  it('whose disk fails says so by the code of its agent, and is deployed after the disk was replaced', async () => {
    const node = await rack.available();
    await rack.client.virtualRack.setFault({ nodeId: node.id, fault: 'disk-fails' });
    const deployment = await rack.over(await rack.deploy());
    expect(deployment).toMatchObject({
      state: 'failed',
      error: {
        code: 'deploy.step_failed',
        details: { step: 'write-image', code: 'write-failed', message: 'Input/output error' },
      },
    });
    expect(await rack.theNode()).toMatchObject({
      provisionState: 'deploy failed',
      lastError: { code: 'deploy.step_failed' },
    });

    await rack.client.virtualRack.setFault({ nodeId: node.id, fault: 'none' });
    await rack.client.deployments.retry({ id: deployment.id });
    expect(await rack.over(deployment)).toMatchObject({ state: 'succeeded', error: null });
    expect(await rack.theNode()).toMatchObject({ provisionState: 'active', lastError: null });
  });

  it('with a silent BMC is not enrolled, and says why', async () => {
    const node = await rack.available();
    await rack.client.virtualRack.setFault({ nodeId: node.id, fault: 'bmc-silent' });
    const { address = '', port = 0 } = node.bmc ?? {};
    await rack.client.nodes.remove({ id: node.id });
    const again = await rack.client.nodes.enroll({
      name: 'again',
      bmc: { address, port, username: 'admin', password: 'whatever' },
      macs: ['52:54:00:cc:00:01' as Mac],
    });
    const failed = await until(
      () => rack.client.nodes.get({ id: again.id }),
      ({ lastError }) => lastError !== null,
    );
    expect(failed).toMatchObject({ provisionState: 'enroll', lastError: { code: 'bmc.unreachable' } });
  });

  it.each(['bmc-slow', 'packet-loss'] as const)('with the fault %s is deployed all the same', async fault => {
    const node = await rack.available();
    await rack.client.virtualRack.setFault({ nodeId: node.id, fault });
    expect(await rack.over(await rack.deploy())).toMatchObject({ state: 'succeeded', error: null });
    expect(await rack.theNode()).toMatchObject({ provisionState: 'active', bootTarget: 'disk' });
  });

  it('that boots its disk first is waited for, and deployed when somebody corrects its boot order', async () => {
    const node = await rack.available();
    await rack.client.virtualRack.setFault({ nodeId: node.id, fault: 'disk-first' });
    const deployment = await rack.deploy();
    await until(
      () => rack.client.nodes.get({ id: node.id }),
      ({ provisionState }) => provisionState === 'wait call-back',
    );
    expect(rack.events.filter(({ kind }) => kind === 'dhcp')).toEqual([]);
    await rack.client.virtualRack.setFault({ nodeId: node.id, fault: 'none' });
    await rack.client.nodes.setPower({ id: node.id, target: 'rebooting' });
    expect(await rack.over(deployment)).toMatchObject({ state: 'succeeded', error: null });
  });
});
