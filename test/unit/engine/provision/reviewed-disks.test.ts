import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { deploymentHandlers } from '#engine/api/deployments.ts';
import { contract, type Disk } from '#shared/contract/index.ts';
import { defaultStorage } from '#shared/placement/default-storage.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, anImage, imageId, nodeId } from '#test/fakes/rows.ts';
import { aSmart } from '#test/fakes/smartctl.ts';

const ssd = (serial: string, contents: string[] = []) =>
  aDisk({ name: 'sda', serial, wwn: '', rotational: false, contents });
const blank = ssd('BLANK');
const full = ssd('FULL', ['sda1 xfs "oracle" 400 GiB']);
const byHints = { by: 'hints', hints: { rotational: false } };

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments();
});
afterEach(() => rig.close());

function inspected(...disks: Disk[]): void {
  rig.disks = disks;
  rig.store.nodes.save({ ...rig.node(), inventory: anInventory({ disks }) });
}

const { signal } = new AbortController();
/** As a script asks, over the contract's schema. */
function create(change: object = {}) {
  const { deployments } = contract;
  const request = { nodeId, imageId, disk: byHints, hostName: 'web-01', ...change };
  return deploymentHandlers(rig.store, rig.deployer, rig.services().bootServer).create(
    deployments.create.input.parse(request),
    signal,
  );
}
const confirmed = (...disks: Disk[]) => ({ confirmed: { hostName: 'web-01', disks } });

/** The step that the ramdisk of the deployment is given first, or the error that it ended with. */
async function whatHappens(): Promise<string | undefined> {
  void rig.boot().catch(() => undefined);
  const isChosen = () =>
    rig.deployment().steps.find(({ name }) => name === 'choose-disk')?.state !== 'pending';
  await rig.until(
    () => (isChosen() && rig.deployment().disk !== null) || rig.deployment().state !== 'running',
  );
  if (rig.deployment().state !== 'running') return rig.deployment().error?.code;
  return (await rig.nextStep()).name;
}

describe('a disk that began to fail after its review', () => {
  const failing = { ...blank, smart: aSmart({ verdict: 'failing' }) };

  it('stops the deployment before anything is written', async () => {
    inspected(blank);
    await create();
    rig.disks = [failing];
    expect(await whatHappens()).toBe('disk.failing');
    expect(rig.deployment().disk).toBeNull();
  });

  it('is written where a person has allowed it', async () => {
    rig.store.settings.update({ allowFailingDisks: true });
    inspected(blank);
    await create();
    rig.disks = [failing];
    expect(await whatHappens()).toBe('write-image');
  });
});

describe('a deployment that overwrites data, or nobody knows what', () => {
  it.each([
    ['nothing was confirmed', {}],
    ['another disk was confirmed', confirmed(blank)],
    ['one disk of several was confirmed', confirmed(full, blank)],
    ['another name was typed', { confirmed: { hostName: 'web-02', disks: [full] } }],
  ])('is not begun when %s', async (_, change) => {
    inspected(full);
    await expect(create(change)).rejects.toMatchObject({
      code: 'deploy.not_confirmed',
      details: { hostName: 'web-01', disks: [{ serial: 'FULL' }] },
    });
    expect(rig.node().provisionState).toBe('available');
  });

  it('is begun when a person has confirmed its disk', async () => {
    inspected(full);
    await create(confirmed(full));
    expect(await whatHappens()).toBe('write-image');
  });

  it('wants the host name also where nobody has seen the disks, and takes then what the hints find', async () => {
    await expect(create()).rejects.toMatchObject({ code: 'deploy.not_confirmed' });
    rig.disks = [full];
    await create(confirmed());
    expect(await whatHappens()).toBe('write-image');
  });
});

describe('between the review and the write', () => {
  beforeEach(async () => {
    inspected(blank);
  });

  it('nothing has changed: a blank disk needs no confirmation', async () => {
    await create();
    expect(await whatHappens()).toBe('write-image');
  });

  it('hints that find another disk are a stop that names both', async () => {
    await create();
    rig.disks = [full];
    expect(await whatHappens()).toBe('deploy.disk_changed');
    expect(rig.deployment().error?.details).toMatchObject({
      reviewed: [{ serial: 'BLANK' }],
      disk: { serial: 'FULL' },
      contents: full.contents,
    });
    expect(rig.node().inventory?.disks[0]?.contents).toEqual(full.contents);
  });

  it('data that came onto the disk is a stop', async () => {
    await create();
    rig.disks = [{ ...blank, contents: ['sda1 ext4 "new" 10 GiB'] }];
    expect(await whatHappens()).toBe('deploy.disk_changed');
  });

  it('a stop stays one when it is tried again', async () => {
    await create();
    rig.disks = [full];
    await whatHappens();
    rig.deployer.retry(rig.deployment().id);
    expect(await whatHappens()).toBe('deploy.disk_changed');
  });

  it('data beside that which a person confirmed is a stop, another kernel name is none', async () => {
    inspected(full);
    await create(confirmed(full));
    rig.disks = [{ ...full, name: 'sdb', contents: ['sdb1 xfs "oracle" 400 GiB', 'sdb2 ext4 "new" 1 GiB'] }];
    expect(await whatHappens()).toBe('deploy.disk_changed');
    rig.disks = [{ ...full, name: 'sdb', contents: ['sdb1 xfs "oracle" 400 GiB'] }];
    rig.deployer.retry(rig.deployment().id);
    expect(await whatHappens()).toBe('write-image');
  });

  it('data on another disk of its RAID is a stop', async () => {
    const [first, second] = [ssd('BLANK'), { ...ssd('SECOND'), name: 'sdb' }];
    rig.store.images.save({ ...anImage({ kind: 'file-system' }), sourcePath: '/x' });
    inspected(first, second);
    const layout = { storage: { ...defaultStorage, raidLevel: '1' }, raidDisks: [second] };
    await create({ disk: { by: 'hints', hints: { serial: 'BLANK' } }, ...layout });
    rig.disks = [first, { ...second, contents: ['sdb1 ext4 "new" 10 GiB'] }];
    expect(await whatHappens()).toBe('deploy.disk_changed');
    expect(rig.deployment().error?.details).toMatchObject({ disk: { serial: 'SECOND' } });
  });

  it('what the deployment itself has written is no stop of its retry', async () => {
    await create();
    await whatHappens();
    await rig.refuseStep('io-error');
    rig.disks = [{ ...blank, contents: ['sda1 ext4 "root" 2 GiB'] }];
    // Its ramdisk is gone: each time from power-on, and the second time without having come to the write.
    for (const _ of [1, 2]) {
      await rig.clock.advance(600_000);
      rig.deployer.retry(rig.deployment().id);
      rig.deployer.cancel(rig.deployment().id);
      await rig.until(() => rig.deployment().state !== 'running');
    }
    rig.deployer.retry(rig.deployment().id);
    expect(await whatHappens()).toBe('write-image');
  });
});

it('what a system of ours has made of its disk since the review of it is no stop', async () => {
  inspected(blank);
  rig.store.nodes.save({ ...rig.node(), provisionState: 'active' });
  await create(confirmed(blank));
  rig.disks = [{ ...blank, contents: ['sda1 ext4 "root" 400 GiB'] }];
  expect(await whatHappens()).toBe('write-image');
});
