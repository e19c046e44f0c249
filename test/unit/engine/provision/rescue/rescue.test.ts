import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRescues, type Rescues } from '#engine/provision/rescue/rescues.ts';
import { settleRestored } from '#engine/provision/restored-state.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import type { ProvisionState } from '#shared/model/provision-state.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { nodeId } from '#test/fakes/rows.ts';

const hostKey = `ssh-ed25519 ${'A'.repeat(68)}`;
const access = { hostKey, addresses: ['10.77.0.21'], sshPort: 22, consoles: ['ttyS0'] };

let rig: SimulatedDeployments;
let rescues: Rescues;
const withState = (provisionState: ProvisionState, bootTarget: 'disk' | 'nothing' = 'nothing') => {
  rig.store.nodes.save({ ...rig.node(), provisionState, bootTarget });
};
const takeUp = () => {
  rescues = createRescues(rig.services(), rig.deployer, asCodedError);
};
beforeEach(() => {
  rig = openDeployments();
  takeUp();
});
afterEach(() => {
  rescues.stop();
  rig.close();
});

const over = () => rig.until(() => rig.deployment().state !== 'running');
async function rescued(state: ProvisionState = 'active'): Promise<void> {
  withState(state, state === 'active' ? 'disk' : 'nothing');
  rig.deployer.rescue(nodeId);
  await rig.boot();
  await rig.finishStep(access);
  await over();
}
const stored = () => JSON.stringify([rig.store.timeline.newest({}, 1000), rig.store.deployments.list()]);

describe('a rescue', () => {
  it('boots the server from the network once and ends with a shell', async () => {
    await rescued();
    expect(rig.power.asked).toContain('bootOnce pxe');
    expect(rig.deployment()).toMatchObject({ kind: 'rescue', state: 'succeeded' });
    expect(rig.node()).toMatchObject({ provisionState: 'rescue', bootTarget: 'ramdisk' });
    expect(rescues.get(nodeId)).toMatchObject({ state: 'rescue', access: { ...access, mounted: null } });
  });

  it('gives the ramdisk the public key, and the private one to a person alone', async () => {
    withState('active');
    rig.deployer.rescue(nodeId);
    await rig.boot();
    const step = await rig.nextStep();
    expect(step.parameters['authorized-key']).toMatch(/^ssh-ed25519 \S+ rescue-/);
    await rig.finishStep(access);
    await over();
    const secret = rescues.privateKey(nodeId).split('\n')[3] ?? '-';
    expect(secret.length).toBe(70);
    expect(stored()).not.toContain(secret);
    expect(rig.store.secrets.all().some(known => known?.includes(secret))).toBe(true);
  });

  it('keeps the networks of the installed system', async () => {
    const attachment = {
      id: 'a',
      nodeId,
      networkId: null,
      portId: null,
      portgroupId: null,
      vlanId: null,
      mac: rig.store.ports.ofNode(nodeId)[0]?.address ?? ('' as never),
    };
    rig.store.attachments.replaceForNode(nodeId, [attachment]);
    await rescued();
    expect(rig.store.attachments.ofNode(nodeId)).toHaveLength(1);
  });

  it.each(['prepare', 'wait-call-back', 'start-rescue'])('goes on after a kill in %s', async name => {
    withState('active');
    rig.deployer.rescue(nodeId);
    if (name === 'start-rescue') await rig.boot();
    await rig.until(() => rig.deployment().steps.find(step => step.name === name)?.state !== 'pending');
    rig.restart().resumeAll();
    takeUp();
    if (name !== 'start-rescue') await rig.boot();
    await rig.finishStep(access);
    await over();
    expect(rig.node().provisionState).toBe('rescue');
  });

  it('that is cancelled leaves the boot policy as it was, without a key', async () => {
    withState('active', 'disk');
    rig.deployer.rescue(nodeId);
    await rig.boot();
    rig.deployer.cancel(rig.deployment().id);
    await over();
    expect(rig.node()).toMatchObject({ provisionState: 'rescue failed', bootTarget: 'disk' });
    expect(rig.store.secrets.all()).toEqual([]);
  });

  it('of which the ramdisk tells nonsense fails', async () => {
    withState('active');
    rig.deployer.rescue(nodeId);
    await rig.boot();
    await rig.finishStep({ ...access, hostKey: 'x\nProxyCommand=y' });
    await over();
    expect(rig.deployment()).toMatchObject({ state: 'failed', error: { code: 'deploy.step_failed' } });
    rig.deployer.retry(rig.deployment().id);
    expect(rig.node().provisionState).toBe('rescuing');
  });

  it('is not a state to deploy, erase or release from', async () => {
    await rescued();
    expect(() => rig.create()).toThrow(expect.objectContaining({ code: 'state.not_allowed' }));
  });

  it('starts its shell anew, with the same key, when the server was restarted', async () => {
    await rescued();
    const key = rescues.privateKey(nodeId);
    const { id } = rig.deployment();
    const token = rig.agent.newBoot(nodeId, id);
    rescues.onHello(nodeId, id);
    expect(rig.node().provisionState).toBe('rescue wait');
    rig.agent.hello(token, 'C'.repeat(43), {}, rig.address);
    await rig.finishStep({ ...access, hostKey: `ssh-ed25519 ${'B'.repeat(68)}` });
    await over();
    expect(rescues.privateKey(nodeId)).toBe(key);
    expect(rescues.get(nodeId).access?.hostKey).toContain('BBBB');
  });

  it('does not go on in a restored database', async () => {
    await rescued();
    settleRestored(rig.store, 'b.tar.gz', 1);
    expect(rig.node()).toMatchObject({ provisionState: 'rescue failed', bootTarget: 'nothing' });
    expect(rig.store.secrets.all()).toEqual([]);
  });
});

describe('leaving a rescue', () => {
  it.each(['active', 'available', 'manageable', 'deploy failed', 'clean failed', 'error'] as const)(
    'leads back to %s',
    async state => {
      await rescued(state);
      rescues.leave(nodeId, 'disk');
      expect(rig.node().provisionState).toBe('unrescuing');
      expect((await rig.finishStep()).name).toBe('reboot');
      await rig.until(() => rig.node().provisionState !== 'unrescuing');
      expect(rig.node()).toMatchObject({
        provisionState: state,
        bootTarget: state === 'active' ? 'disk' : 'nothing',
        deploymentId: null,
        powerState: 'power on',
      });
      expect(rig.store.secrets.all()).toEqual([]);
    },
  );

  it('by switching off is done by the ramdisk', async () => {
    await rescued();
    rescues.leave(nodeId, 'off');
    expect((await rig.finishStep()).name).toBe('power-off');
    await rig.until(() => rig.node().provisionState === 'active');
    expect(rig.node().powerState).toBe('power off');
  });

  it('goes on after a kill', async () => {
    await rescued();
    rescues.leave(nodeId, 'off');
    rescues.stop();
    rig.restart().resumeAll();
    takeUp();
    rescues.resumeAll();
    expect((await rig.finishStep()).name).toBe('power-off');
    await rig.until(() => rig.node().provisionState === 'active');
  });

  it('that the BMC refuses can be tried again', async () => {
    withState('active');
    rig.deployer.rescue(nodeId);
    await rig.boot();
    rig.deployer.cancel(rig.deployment().id);
    await over();
    rig.power.fail(new Error('no'));
    rescues.leave(nodeId, 'off');
    await rig.until(() => rig.node().provisionState === 'unrescue failed');
    rig.power.fail(undefined);
    rescues.leave(nodeId, 'off');
    await rig.until(() => rig.node().provisionState === 'active');
  });

  it('after a second rescue leads back to what was before the first', async () => {
    await rescued('available');
    rig.deployer.rescue(nodeId);
    await rig.boot();
    await rig.finishStep(access);
    await over();
    rescues.leave(nodeId, 'off');
    await rig.finishStep();
    await rig.until(() => rig.node().provisionState === 'available');
  });
});

describe('files and logs of a rescue', () => {
  it('shows what is mounted and why the rest is not, until it is unmounted', async () => {
    await rescued();
    const mounts = [{ device: 'sda2', type: 'ext4', label: null, mountPoint: '/mnt/sda2' }];
    const left = [{ device: 'sda3', type: 'crypto_LUKS', reason: 'encrypted' }];
    const mounted = rescues.mount(nodeId);
    expect((await rig.finishStep({ mounts, left })).name).toBe('mount-file-systems');
    expect((await mounted).mounts[0]?.label).toBe('');
    expect(rescues.get(nodeId).access?.mounted?.left).toEqual(left);
    const unmounted = rescues.unmount(nodeId);
    await rig.finishStep({ unmounted: ['/mnt/sda2'], busy: [] });
    expect(await unmounted).toEqual([]);
    expect(rescues.get(nodeId).access?.mounted).toBeNull();
  });

  async function collected(content = 'x'): Promise<void> {
    const collecting = rescues.collectLogs(nodeId);
    const step = await rig.nextStep();
    expect(step.name).toBe('collect-logs');
    rig.agent.file(nodeId, step.id, gzipSync(content), 'ab');
    await rig.finishStep({});
    await collecting;
  }

  it('keeps the newest five archives of a server', async () => {
    await rescued();
    for (const content of ['1', '2', '3', '4', '5', '6']) await collected(content);
    expect(rescues.get(nodeId).logs).toHaveLength(5);
  });

  it('collects from a ramdisk that waits after something failed', async () => {
    withState('active');
    rig.deployer.rescue(nodeId);
    await rig.boot();
    await rig.refuseStep('unknown-step');
    await collected();
    expect(rescues.get(nodeId).logs).toHaveLength(1);
  });

  it('refuses while something runs, and without a ramdisk', async () => {
    await expect(rescues.collectLogs(nodeId)).rejects.toMatchObject({ code: 'rescue.no_ramdisk' });
    withState('active');
    rig.deployer.rescue(nodeId);
    await expect(rescues.collectLogs(nodeId)).rejects.toMatchObject({ code: 'rescue.ramdisk_busy' });
  });

  it('gives way to a deployment that is taken up meanwhile', async () => {
    withState('active');
    rig.deployer.rescue(nodeId);
    await rig.boot();
    await rig.refuseStep('unknown-step');
    const collecting = rescues.collectLogs(nodeId);
    await rig.nextStep();
    void rig.agent.run(
      nodeId,
      { id: 'other', name: 'x', parameters: {} },
      () => undefined,
      new AbortController().signal,
    );
    await expect(collecting).rejects.toMatchObject({ code: 'rescue.ramdisk_busy' });
  });
});
