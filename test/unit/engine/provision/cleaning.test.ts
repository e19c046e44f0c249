import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { release } from '#engine/provision/release.ts';
import { asCodedError } from '#engine/system/coded-error.ts';
import { cleanRequest, type Disk } from '#shared/contract/index.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, aProfile, nodeId } from '#test/fakes/rows.ts';

const system = aDisk({ name: 'sda', serial: 'SER-1', contents: ['sda1 ext4 "root"'], signatures: ['ext4'] });
const behindHba = aDisk({
  name: 'sdb',
  serial: 'SER-2',
  wwn: '',
  transport: 'sas',
  controller: { pciAddress: '0000:05:00.0', pciId: '1000:0097', driver: 'mpt3sas' },
});
const lun = aDisk({ name: 'sdc', serial: 'SER-3', wwn: '', transport: 'fc' });

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments();
  rig.disks = [system, behindHba, lun];
});
afterEach(() => rig.close());

const clean = (change: object = {}) =>
  rig.deployer.clean(cleanRequest.parse({ nodeId, method: 'metadata', ...change }));
/** What the inventory has at the review. */
const knowing = (...disks: Disk[]) =>
  rig.store.nodes.save({ ...rig.node(), inventory: anInventory({ disks }) });
const contents = () => rig.node().inventory?.disks.map(disk => disk.contents) ?? [];
/** As the agent tells it: `disk` is what it found there. */
const erased = (...serials: string[]) => ({
  disks: serials.map(serial => {
    const { name, wwn, sizeBytes } = serial === 'SER-1' ? system : behindHba;
    return {
      disk: { name, serial, wwn, sizeBytes },
      erased: true,
      by: 'metadata',
      seconds: 1,
      code: '',
      message: '',
    };
  }),
});
const over = () => rig.until(() => rig.deployment().state !== 'running');

describe('a cleaning', () => {
  it('erases all disks that may be touched and no LUN of a SAN, then switches the server off', async () => {
    clean({ method: 'overwrite' });
    expect(rig.node().provisionState).toBe('cleaning');
    await rig.boot();
    const before = await rig.nextStep();
    expect(contents()).toEqual([['sda1 ext4 "root"'], [], []]);
    const step = await rig.finishStep(erased('SER-1', 'SER-2'));
    expect(step).toEqual(before);
    expect(step.name).toBe('erase-disks');
    expect(step.parameters['method']).toBe('overwrite');
    const serials = (step.parameters['disks'] ?? '').split('\n').map(line => line.split('\t')[0]);
    expect(serials).toEqual(['SER-1', 'SER-2']);
    expect((await rig.finishStep()).name).toBe('power-off');
    await over();
    expect(rig.deployment()).toMatchObject({ state: 'succeeded', kind: 'cleaning', imageId: null });
    expect(rig.node()).toMatchObject({
      provisionState: 'available',
      bootTarget: 'nothing',
      powerState: 'power off',
      deploymentId: null,
    });
    expect(rig.node().inventory?.disks[0]).toMatchObject({ contents: [], signatures: [] });
  });

  it('leaves alone what a rule excludes', async () => {
    clean({ diskRules: [{ action: 'exclude', match: { pciId: '1000:*' } }] });
    await rig.boot();
    const step = await rig.nextStep();
    expect(step.parameters['disks']).not.toContain('SER-2');
  });

  it('erases the disks that a person named and no others', async () => {
    const { name, model, serial, wwn, sizeBytes, byPath } = system;
    clean({ disks: [{ name, model, serial, wwn, sizeBytes, byPath }] });
    await rig.boot();
    const step = await rig.nextStep();
    expect(step.parameters['disks']?.split('\n')).toHaveLength(1);
  });

  it('tells two disks with one serial apart by the way to them', async () => {
    const twins = [
      aDisk({ serial: 'SAME', wwn: '', byPath: 'ata-1' }),
      aDisk({ name: 'sdb', serial: 'SAME', wwn: '', byPath: 'ata-2' }),
    ];
    rig.disks = twins;
    clean({ disks: twins });
    await rig.boot();
    const step = await rig.nextStep();
    expect(step.name).toBe('erase-disks');
    expect(step.parameters['disks']).toMatch(/ata-1.*\n.*ata-2/);
  });

  it('stops when a disk that a person named is not there, before anything is erased', async () => {
    clean({ disks: [{ name: 'sdz', model: 'X', serial: 'GONE', wwn: '', sizeBytes: 1, byPath: '' }] });
    const booted = rig.boot().catch(() => undefined);
    await over();
    void booted;
    expect(rig.deployment()).toMatchObject({ state: 'failed', error: { code: 'deploy.no_disk' } });
    expect(rig.node().provisionState).toBe('clean failed');
  });

  it('that the ramdisk refuses says why, and can be tried again', async () => {
    clean({ method: 'secure-erase' });
    await rig.boot();
    await rig.refuseStep('disk-frozen');
    expect(rig.node().provisionState).toBe('clean failed');
    expect(contents()[0]).toEqual(['sda1 ext4 "root"']);
    rig.deployer.retry(rig.deployment().id);
    expect(rig.node().provisionState).toBe('cleaning');
    expect((await rig.nextStep()).name).toBe('erase-disks');
  });

  it('of which one disk fails keeps what the ramdisk told of each, and takes the others as blank', async () => {
    rig.disks = [
      { ...system, wwn: '' },
      { ...behindHba, contents: ['sdb1 xfs "data"'], signatures: ['xfs'] },
    ];
    clean();
    await rig.boot();
    const [first, second] = erased('SER-1', 'SER-2').disks.map(({ disk, ...rest }) => ({
      ...rest,
      // The ramdisk has null for what is empty.
      disk: { ...disk, wwn: null },
      code: null,
    }));
    const failed = { ...second, erased: false, code: 'erase-failed', message: 'its password is still set' };
    await rig.refuseStep('erase-failed', { disks: [first, failed], much: 'x'.repeat(100_000) });
    expect(contents()).toEqual([[], ['sdb1 xfs "data"']]);
    const step = rig.deployment().steps.find(({ name }) => name === 'erase-disks');
    expect(step).toMatchObject({ state: 'failed', error: { code: 'deploy.step_failed' } });
    expect(step?.evidence).toEqual({ disks: [first, failed] });
  });

  it('takes as blank only the disks that the ramdisk says are erased', async () => {
    rig.disks = [system, { ...behindHba, contents: ['sdb1 xfs "data"'], signatures: ['xfs'] }];
    clean();
    await rig.boot();
    const { disks } = erased('SER-1');
    await rig.finishStep({ disks: [...disks, { disk: { ...behindHba, serial: 'SER-2' }, erased: false }] });
    await rig.nextStep();
    expect(contents()).toEqual([[], ['sdb1 xfs "data"']]);
  });

  it('of all disks stops at one with data that the review did not have, and takes one without', async () => {
    const blank = aDisk({ name: 'sdd', serial: 'SER-4', wwn: '', contents: [] });
    rig.disks = [system, blank];
    knowing(system);
    clean();
    await rig.boot();
    expect((await rig.nextStep()).parameters['disks']).toMatch(/SER-1.*\n.*SER-4/);

    rig.deployer.cancel(rig.deployment().id);
    await over();
    rig.disks = [system, { ...blank, contents: ['sdd1 xfs "oracle"'] }];
    knowing(system);
    clean();
    const booted = rig.boot().catch(() => undefined);
    await over();
    void booted;
    expect(rig.deployment().error).toMatchObject({
      code: 'deploy.disk_changed',
      details: { disk: { serial: 'SER-4' }, contents: ['sdd1 xfs "oracle"'] },
    });
  });

  it('can be cancelled', async () => {
    clean();
    await rig.boot();
    rig.deployer.cancel(rig.deployment().id);
    await over();
    expect(rig.node()).toMatchObject({ provisionState: 'clean failed', bootTarget: 'nothing' });
  });
});

describe('a release', () => {
  const parts = () => ({
    asCoded: asCodedError,
    clean: (request: never) => void rig.deployer.clean(request),
  });

  it.each([
    { all: false, own: null, cleaned: false },
    { all: true, own: null, cleaned: true },
    { all: true, own: false, cleaned: false },
    { all: false, own: true, cleaned: true },
  ])('erases disks where that is wanted: of all $all, of this server $own', async ({ all, own, cleaned }) => {
    rig.store.settings.update({ cleanOnRelease: all, cleanMethod: 'metadata' });
    rig.store.nodes.save({ ...rig.node(), provisionState: 'active', cleanOnRelease: own });
    await release(rig.services(), nodeId, parts() as never);
    expect(rig.node().provisionState).toBe(cleaned ? 'cleaning' : 'available');
    expect(rig.store.deployments.list().map(({ kind }) => kind)).toEqual(cleaned ? ['cleaning'] : []);
  });

  describe('of a server whose profile has a rule', () => {
    const profile = aProfile({
      diskRules: [{ action: 'exclude' as const, match: { pciId: '1000:0097' } }],
    });

    async function releaseInstalled(): Promise<string[]> {
      rig.store.settings.update({ cleanOnRelease: true });
      await rig.clock.advance(1);
      await release(rig.services(), nodeId, parts() as never);
      await rig.boot();
      const { parameters } = await rig.nextStep();
      return (parameters['disks'] ?? '').split('\n').map(line => line.split('\t')[0] ?? '');
    }

    beforeEach(async () => {
      rig.disks = [system, { ...behindHba, contents: [] }, aDisk({ name: 'sdd', serial: 'SER-4', wwn: '' })];
      rig.store.profiles.save(profile);
      rig.create({ profileId: profile.id, disk: { by: 'hints', hints: { serial: 'SER-1' } } });
      await rig.boot();
      await rig.until(() => rig.deployment().disk !== null);
      rig.deployer.cancel(rig.deployment().id);
      await over();
    });

    it('leaves alone the disks that the rule excludes', async () => {
      expect(await releaseInstalled()).toEqual(['SER-1', 'SER-4']);
    });

    it('leaves them alone when the profile is gone, too', async () => {
      rig.store.profiles.remove(profile.id);
      expect(await releaseInstalled()).toEqual(['SER-1', 'SER-4']);
    });
  });
});
