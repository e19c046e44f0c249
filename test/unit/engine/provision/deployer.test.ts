import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { moveToTenantNetworks } from '#engine/provision/attachments.ts';
import { bootAnswer } from '#engine/provision/boot-policy.ts';
import { CodedError } from '#shared/contract/errors.ts';
import type { AddressChoice } from '#shared/contract/index.ts';
import type { NetworkId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import {
  aDeployment,
  aDisk,
  aNetwork,
  aNetworkRequest,
  aNode,
  aPort,
  aStep,
  deploymentId,
  imageId,
  mac,
  networkId,
  nodeId,
} from '#test/fakes/rows.ts';

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments();
});
afterEach(() => rig.close());

const stepsOf = () => Object.fromEntries(rig.deployment().steps.map(({ name, state }) => [name, state]));
const messages = () => rig.store.timeline.list({}, 0, 1000).map(({ message }) => message);
const ended = () => rig.until(() => rig.deployment().state !== 'running');

/** The ramdisk does all that is left. */
async function throughReboot(): Promise<void> {
  while ((await rig.nextStep()).name !== 'reboot') await rig.finishStep();
  await rig.finishStep();
  await ended();
}

describe('a deployment that is cancelled', () => {
  it.each(['bootOnce pxe', 'read'])('while its BMC answers "%s" is followed by no reset', async what => {
    rig.power.hold(what);
    rig.create();
    await rig.until(() => rig.power.asked.includes(what));
    rig.deployer.cancel(rig.deployment().id);
    rig.power.answer(what);
    await ended();
    expect(rig.deployment().state).toBe('cancelled');
    expect(rig.power.asked.at(-1)).toBe(what);
  });

  it('before anything was touched leaves the system of before its address', async () => {
    rig.store.nodes.save({ ...rig.node(), provisionState: 'active', bootTarget: 'disk' });
    const onPort = { request: 0, portId: aPort().id, portgroupId: null, vlanId: null, reasons: [] };
    rig.store.networks.save(aNetwork({ purposes: ['tenant'] }));
    moveToTenantNetworks(rig.store, nodeId, [aNetworkRequest({ networkId })], [onPort]);
    rig.power.hold('bootOnce pxe');
    rig.create();
    await rig.until(() => rig.power.asked.length > 0);
    rig.deployer.cancel(rig.deployment().id);
    rig.power.answer('bootOnce pxe');
    await ended();
    const subject = rig.store.nodes.bootSubject(mac);
    const network = { id: networkId, purposes: ['tenant' as const] };
    expect(bootAnswer({ asker: 'os', architecture: 'other', subject, network })).toMatchObject({
      kind: 'address-only',
    });
  });

  it('stays cancelled when the engine dies right after its answer', async () => {
    rig.power.hold('bootOnce pxe');
    rig.create();
    await rig.until(() => rig.power.asked.length > 0);
    rig.deployer.cancel(rig.deployment().id);
    rig.restart().resumeAll();
    expect(rig.deployment()).toMatchObject({ state: 'cancelled', error: { code: 'deploy.cancelled' } });
    expect(rig.node()).toMatchObject({ provisionState: 'deploy failed', bootTarget: 'nothing' });
  });

  it('while the disk is written has its download cut, is told to stop, and its result is dropped', async () => {
    rig.create();
    const session = await rig.boot();
    const step = await rig.nextStep();
    const download = rig.agent.whileWanted(nodeId);
    rig.deployer.cancel(rig.deployment().id);
    await ended();
    expect(download.aborted).toBe(true);
    expect(rig.agent.authenticate(session, rig.address)).toMatchObject({ retired: true });
    expect(rig.progress(step.id)).toBe(false);
    expect(rig.agent.result(nodeId, step.id, { ok: true, evidence: {} })).toBe('unknown');
    expect(rig.deployment().state).toBe('cancelled');
  });

  it('without a run of its own is ended all the same', () => {
    rig.power.hold('bootOnce pxe');
    rig.create();
    rig.restart().cancel(rig.deployment().id);
    expect(rig.deployment().state).toBe('cancelled');
    expect(rig.node().provisionState).toBe('deploy failed');
  });

  it('is not cancelled again by the cancel of before when it is tried again', async () => {
    rig.create();
    await rig.boot();
    rig.deployer.cancel(rig.deployment().id);
    await ended();
    rig.deployer.retry(rig.deployment().id);
    rig.restart().resumeAll();
    expect(rig.deployment().state).toBe('running');
  });
});

describe('a deployment whose image is gone', () => {
  it('is not tried again', async () => {
    rig.create();
    await rig.boot();
    await rig.refuseStep('write-failed');
    rig.store.images.remove(imageId);
    expect(() => rig.deployer.retry(rig.deployment().id)).toThrow(
      expect.objectContaining({ code: 'image.not_ready' }),
    );
    expect(rig.deployment().state).toBe('failed');
  });

  it('fails for good when the engine starts again, instead of running for ever', async () => {
    rig.create();
    await rig.boot();
    rig.store.images.remove(imageId);
    rig.restart().resumeAll();
    await ended();
    expect(rig.deployment()).toMatchObject({ state: 'failed', error: { code: 'input.not_found' } });
    expect(rig.node()).toMatchObject({ provisionState: 'deploy failed', bootTarget: 'nothing' });
  });
});

describe('a deployment that failed, tried again', () => {
  it('is refused when another server has been given its address since', async () => {
    const address: AddressChoice = {
      method: 'static',
      address: '10.77.0.5' as Ipv4,
      prefixLength: 24,
      gateway: null,
      dns: [],
    };
    const networks = [aNetworkRequest({ address })];
    rig.create({ networks });
    const { id } = rig.deployment();
    rig.deployer.cancel(id);
    await ended();
    const otherId = '11111111-1111-4111-8111-111111111112' as NodeId;
    rig.store.nodes.save(aNode({ id: otherId, name: 'r1u02' }));
    rig.create({ nodeId: otherId, networks });
    expect(() => rig.deployer.retry(id)).toThrow(expect.objectContaining({ code: 'deploy.address_in_use' }));
  });

  it('goes on where it stopped while its ramdisk still asks for work', async () => {
    rig.create();
    const session = await rig.boot();
    await rig.finishStep();
    const failed = await rig.refuseStep('no-partition-table');
    rig.deployer.retry(rig.deployment().id);
    const again = await rig.nextStep();
    expect(again.name).toBe(failed.name);
    expect(again.id).not.toBe(failed.id);
    expect(rig.agent.authenticate(session, rig.address)).toMatchObject({ retired: false });
    expect(stepsOf()).toMatchObject({ 'write-image': 'done', 'grow-last-partition': 'running' });
    expect(rig.power.asked.filter(what => what === 'bootOnce pxe')).toHaveLength(1);
    expect(rig.node().bootTarget).toBe('ramdisk');
  });

  it('does everything anew when its ramdisk is gone: another disk may be the one now', async () => {
    rig.create();
    await rig.boot();
    await rig.finishStep();
    await rig.refuseStep('no-partition-table');
    await rig.clock.advance(3_600_000);
    rig.disks = [aDisk({ serial: 'SER-7', name: 'sdb' })];
    rig.deployer.retry(rig.deployment().id);
    expect(stepsOf()).toMatchObject({ 'choose-disk': 'pending', 'write-image': 'pending' });
    await rig.boot();
    expect(rig.deployment().disk).toMatchObject({ serial: 'SER-7' });
    expect(await rig.nextStep()).toMatchObject({ name: 'write-image', parameters: { serial: 'SER-7' } });
  });

  it('looks for its disk in a new boot when it found none in this one', async () => {
    rig.disks = [];
    rig.create();
    await expect(
      Promise.race([rig.boot(), ended().then(() => Promise.reject(new Error('over')))]),
    ).rejects.toThrow('over');
    rig.deployer.retry(rig.deployment().id);
    expect(stepsOf()).toMatchObject({ 'wait-call-back': 'pending' });
  });

  it('is on its own network again where it stopped after it had been moved there', async () => {
    rig.store.networks.save(aNetwork());
    const other = '44444444-4444-4444-8444-444444444445' as NetworkId;
    rig.store.networks.save(aNetwork({ id: other, name: 'other', cidr: '10.78.0.0/24' }));
    rig.create({ networks: [aNetworkRequest({ networkId })] });
    await rig.boot();
    while ((await rig.nextStep()).name !== 'reboot') await rig.finishStep();
    await rig.refuseStep('reboot-failed');
    rig.deployer.retry(rig.deployment().id);
    await throughReboot();
    expect(rig.deployment().state).toBe('succeeded');
    expect(rig.store.attachments.ofNode(nodeId).map(attachment => attachment.networkId)).toEqual([networkId]);
  });

  it('does not wait for the ramdisk of a server that somebody restarted by hand', async () => {
    rig.create();
    await rig.boot();
    await rig.refuseStep('write-failed');
    await rig.clock.advance(1);
    const { id } = rig.deployment();
    expect(rig.deployer.retryFrom(id)).toBe('failed-step');
    rig.agent.bootsElsewhere(nodeId);
    expect(rig.deployer.retryFrom(id)).toBe('power-on');
    rig.deployer.retry(id);
    expect(stepsOf()).toMatchObject({ 'wait-call-back': 'pending' });
  });

  it('names the disk at which it failed, in its error and in the timeline', async () => {
    rig.create();
    await rig.boot();
    await rig.refuseStep('write-failed');
    const { name, model, serial, wwn, sizeBytes } = aDisk();
    const disks = [{ name, model, serial, wwn, sizeBytes }];
    expect(rig.deployment().error).toMatchObject({ details: { code: 'write-failed', disks } });
    const refused = rig.store.timeline
      .list({}, 0, 1000)
      .find(({ message }) => message === 'agent.step_refused');
    expect(refused?.details).toMatchObject({ step: 'write-image', disks });
  });
});

describe('the disk that is written', () => {
  it('is said to hold the image from the moment on in which the write begins', async () => {
    rig.disks = [aDisk(), aDisk({ name: 'nvme0n1', serial: 'SER-2', wwn: '' })];
    rig.create();
    await rig.boot();
    expect(rig.node().inventory?.disks.map(({ contents }) => contents)).toEqual([['image "debian 12"'], []]);
  });

  it('is named by the way to it when it has neither serial nor WWN', async () => {
    rig.disks = [aDisk({ serial: '', wwn: '', byPath: 'pci-1' })];
    rig.create();
    await rig.boot();
    expect((await rig.nextStep()).parameters).toMatchObject({ 'by-path': 'pci-1' });
  });
});

describe('a server that was told to boot from its disk', () => {
  async function reachReboot(): Promise<void> {
    rig.create();
    await rig.boot();
    for (;;) {
      if ((await rig.nextStep()).name === 'reboot') return;
      await rig.finishStep();
    }
  }
  const evidence = () => rig.deployment().steps.find(({ name }) => name === 'boot-from-disk')?.evidence;

  it('and says nothing more is cycled by its BMC after a while, and the timeline says what was not seen', async () => {
    await reachReboot();
    await rig.clock.advance(91_000);
    expect(rig.deployment().state).toBe('running');
    await rig.clock.advance(211_000);
    await ended();
    expect(rig.power.asked.at(-1)).toBe('control cycle');
    expect(rig.deployment().state).toBe('succeeded');
    expect(evidence()).toMatchObject({ left: 'silent', power: 'cycle' });
    expect(messages()).toContain('boot.not_seen');
  });

  it('and is off is switched on', async () => {
    await reachReboot();
    rig.power.state = 'power off';
    await rig.clock.advance(91_000);
    await ended();
    expect(rig.power.asked.at(-1)).toBe('control on');
    expect(evidence()).toMatchObject({ left: 'silent', power: 'on' });
  });

  it('is deployed all the same when its BMC does not answer', async () => {
    await reachReboot();
    rig.power.fail(new CodedError('bmc.unreachable', 'no answer', { address: '10.0.0.1', attempts: 3 }));
    await rig.clock.advance(302_000);
    await ended();
    expect(rig.deployment().state).toBe('succeeded');
    expect(evidence()).toMatchObject({ left: 'silent', power: 'not reached' });
    expect(messages()).toContain('bmc.failed');
  });

  it('without a BMC is left to a person, with a warning', async () => {
    rig.close();
    rig = openDeployments({ bmc: null });
    await reachReboot();
    await rig.clock.advance(91_000);
    await ended();
    expect(rig.deployment().state).toBe('succeeded');
    expect(evidence()).toMatchObject({ left: 'silent', power: 'by hand' });
    expect(messages()).toContain('boot.not_seen');
  });

  it('and does so needs nothing of its BMC', async () => {
    await reachReboot();
    await rig.finishStep();
    await ended();
    expect(evidence()).toMatchObject({ left: 'restarted' });
    expect(rig.power.asked.filter(what => what.startsWith('control'))).toEqual(['control off', 'control on']);
  });
});

it('a deployment that cannot be stored, because the disk is full, goes on when there is room', async () => {
  rig.create();
  await rig.boot();
  const full = new SqliteDatabase.SqliteError('database or disk is full', 'SQLITE_FULL');
  const writes = vi.spyOn(rig.store.deployments, 'saveStep').mockImplementation(() => {
    throw full;
  });
  const step = await rig.nextStep();
  rig.agent.result(nodeId, step.id, { ok: true, evidence: {} });
  await rig.until(() => writes.mock.calls.length > 0);
  await rig.clock.advance(20_000);
  expect(rig.deployment().state).toBe('running');
  writes.mockRestore();
  await rig.clock.advance(5000);
  expect(stepsOf()).toMatchObject({ 'write-image': 'done' });
  expect(await rig.nextStep()).toMatchObject({ name: 'grow-last-partition' });
});

it('a deployment that version 4 began goes on to its end without the steps that came later', async () => {
  const ofVersion4 =
    'prepare power-on wait-call-back choose-disk write-image grow-last-partition write-config-drive boot-from-disk';
  const steps = ofVersion4.split(' ').map(name => aStep(name));
  rig.store.nodes.save({ ...rig.node(), provisionState: 'deploying', deploymentId });
  rig.store.deployments.create(aDeployment({ steps }), aRequest());
  rig.deployer.resumeAll();
  await rig.boot();
  await throughReboot();
  expect(rig.deployment()).toMatchObject({ state: 'succeeded', error: null });
  expect(rig.node().bootTarget).toBe('disk');
});

describe('silence', () => {
  it('of a laptop that slept is not the silence of the server', async () => {
    rig.create();
    await rig.boot();
    rig.clock.jump(8 * 3_600_000);
    await rig.clock.advance(30_000);
    expect(rig.deployment().state).toBe('running');
  });

  it('of a server that hangs ends its deployment', async () => {
    rig.create();
    await rig.boot();
    await rig.clock.advance(930_000);
    await ended();
    expect(rig.deployment()).toMatchObject({
      state: 'failed',
      error: { code: 'deploy.timed_out', details: { hint: 'agent-silent' } },
    });
  });
});
