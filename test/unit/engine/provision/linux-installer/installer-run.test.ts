import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { InstallerMedium } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, anImage, imageId, nodeId } from '#test/fakes/rows.ts';

const medium: InstallerMedium = {
  family: 'debian-installer',
  distribution: 'debian',
  version: '13',
  architecture: 'x86_64',
  kernel: 'install.amd/vmlinuz',
  initrd: 'install.amd/initrd.gz',
  repository: '',
  certainty: 'certain',
};
const surroundings = { baseUrl: 'http://10.77.0.1:8088', syslog: null };

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments({ inventory: anInventory({ disks: [aDisk()] }) });
  rig.store.images.save({ ...anImage({ kind: 'installer', installer: medium }), sourcePath: '/x' });
});
afterEach(() => rig.close());

const stepState = (wanted: string) => rig.deployment().steps.find(({ name }) => name === wanted)?.state;
const boots = () => {
  const subject = rig.store.nodes.bootSubject('52:54:00:aa:00:01' as never);
  if (subject === undefined) throw new Error('nobody has this MAC');
  return rig.installer.boot(subject, surroundings);
};
const asksForAnswers = () =>
  rig.installer.file(nodeId, rig.deployment().id, 'preseed.cfg', surroundings)?.text;
const says = (word: string, text = '') => rig.installer.hook(nodeId, rig.deployment().id, word, text);

async function started(): Promise<void> {
  rig.create();
  await rig.until(() => stepState('wait-installer') === 'running');
}

async function installing(): Promise<void> {
  await started();
  boots();
  asksForAnswers();
  await rig.until(() => stepState('install') === 'running');
}

describe('an installation from an ISO', () => {
  it('gives its machine the installer until that asks for its answers, and then no more', async () => {
    await started();
    expect(rig.node().bootTarget).toBe('installer');
    expect(boots()).toMatchObject({ kernelUrl: 'http://10.77.0.1/vmlinuz' });
    expect(boots(), 'a firmware that asks twice').toBeDefined();
    expect(asksForAnswers()).toBe('d-i x');
    expect(boots()).toBeUndefined();
  });

  it('waits in the state of Ironic for it, and goes on when it speaks', async () => {
    await started();
    expect(rig.node().provisionState).toBe('wait call-back');
    asksForAnswers();
    await rig.until(() => stepState('install') === 'running');
    expect(rig.node().provisionState).toBe('deploying');
  });

  it('ends in `active` when the installer says that it is done, and has sent the machine to its disk before it is answered', async () => {
    await installing();
    expect(says('finished')).toBe(true);
    expect(rig.node().bootTarget).toBe('disk');
    await rig.until(() => rig.deployment().state === 'succeeded');
    expect(rig.node().provisionState).toBe('active');
  });

  it('fails when the machine boots from the network again in the middle, instead of installing for ever', async () => {
    await installing();
    expect(boots()).toBeUndefined();
    await rig.until(() => rig.deployment().state === 'failed');
    expect(rig.deployment().error?.code).toBe('deploy.installer_failed');
    expect(rig.node()).toMatchObject({ provisionState: 'deploy failed', bootTarget: 'nothing' });
    expect(boots(), 'after its end').toBeUndefined();
  });

  it('fails with the last words of a script that failed', async () => {
    await installing();
    says('failed', 'post-install: exit 3');
    await rig.until(() => rig.deployment().state === 'failed');
    expect(rig.deployment().error).toMatchObject({
      code: 'deploy.installer_failed',
      details: { text: 'post-install: exit 3' },
    });
  });

  it('is told by its log, phase by phase', async () => {
    await installing();
    rig.installer.log(nodeId, "main-menu[321]: INFO: Menu item 'bootstrap-base' selected");
    const phase = rig.deployment().steps.find(({ name }) => name === 'install')?.phase;
    expect(phase?.percent).toBeGreaterThan(10);
    expect(phase?.percent).toBeLessThan(100);
    expect(phase?.lines.at(-1)).toContain('bootstrap-base');
  });

  it('goes on where it was when the engine was killed and started again', async () => {
    await installing();
    says('partitioned');
    const before = rig.deployment().steps.find(({ name }) => name === 'install')?.phase;
    rig.restart().resumeAll();
    expect(boots(), 'its installer has begun').toBeUndefined();
    await rig.until(() => rig.deployment().state === 'failed');
    expect(before?.percent).toBe(25);
  });

  it('that had ended when the engine was killed is not begun again', async () => {
    await installing();
    const [step] = rig.store.deployments.steps(rig.deployment().id).filter(({ name }) => name === 'install');
    if (step?.phase == null) throw new Error('nothing was heard of it');
    rig.store.deployments.saveStep({ ...step, phase: { ...step.phase, percent: 100 } });
    rig.restart().resumeAll();
    await rig.until(() => rig.deployment().state === 'succeeded');
    expect(boots()).toBeUndefined();
  });

  it('begins anew when it is tried again', async () => {
    await installing();
    says('failed', 'no space');
    await rig.until(() => rig.deployment().state === 'failed');
    rig.deployer.retry(rig.deployment().id);
    await rig.until(() => stepState('wait-installer') === 'running');
    expect(boots()).toBeDefined();
    expect(rig.deployment().steps.every(({ phase }) => phase === null)).toBe(true);
  });
});

describe('what an installer may have', () => {
  it('is nothing of another deployment, and no ISO but its own', async () => {
    await installing();
    const other = '99999999-9999-4999-8999-999999999999';
    expect(rig.installer.file(nodeId, other as never, 'preseed.cfg', surroundings)).toBeUndefined();
    expect(rig.installer.hook(nodeId, other as never, 'finished', '')).toBe(false);
    expect(rig.installer.mayRead(nodeId, imageId)).toBe(true);
    expect(rig.installer.mayRead(nodeId, other as ImageId)).toBe(false);
  });

  it('is nothing at all when nothing is installed', () => {
    expect(rig.installer.mayRead(nodeId, imageId)).toBe(false);
    expect(boots()).toBeUndefined();
  });
});

it('a server of whose disks nothing is known is not installed from an ISO', async () => {
  rig.store.nodes.save({ ...rig.node(), inventory: null });
  rig.create();
  await rig.until(() => rig.deployment().state === 'failed');
  expect(rig.deployment().error?.code).toBe('deploy.not_inspected');
});
