import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Disk, diskIdentity } from '#shared/contract/index.ts';
import { defaultStorage } from '#shared/placement/default-storage.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { aDisk, anImage } from '#test/fakes/rows.ts';

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments();
  rig.store.images.save({ ...anImage({ kind: 'file-system' }), sourcePath: '/x' });
});
afterEach(() => rig.close());

async function mirror(first: Disk, second: Disk, ...seen: Disk[]): Promise<Record<string, string>> {
  rig.disks = seen;
  rig.create({
    disk: { by: 'person', disk: diskIdentity.parse(first) },
    storage: { ...defaultStorage, raidLevel: '1' },
    raidDisks: [diskIdentity.parse(second)],
  });
  await rig.boot();
  const step = await rig.nextStep();
  expect(step.name).toBe('make-layout');
  return step.parameters;
}

describe('a mirror of two disks', () => {
  it('shows on both what comes there, and nothing of what was', async () => {
    const old = { wwn: '', contents: ['sda1 ocfs2'], signatures: ['ocfs'], groups: ['datavg'] };
    const [first, second, third] = [
      aDisk({ ...old, serial: 'SER-1', signatures: ['xfs'] }),
      aDisk({ ...old, name: 'sdb', serial: 'SER-2', signatures: ['xfs'] }),
      aDisk({ ...old, name: 'sdc', serial: 'SER-3' }),
    ];
    await mirror(first, second, first, second, third);
    const written = { contents: ['image "debian 12"'], signatures: [], groups: [] };
    expect(rig.node().inventory?.disks).toEqual([{ ...first, ...written }, { ...second, ...written }, third]);
  });

  it('is of the disks that this boot has, whatever they were named before', async () => {
    const nameless = { serial: '', wwn: '', byPath: '' };
    const [large, small] = [aDisk({ ...nameless, sizeBytes: 9 * 2 ** 30 }), aDisk(nameless)];
    const parameters = await mirror(
      { ...large, name: 'sda' },
      { ...small, name: 'sdb' },
      { ...small, name: 'sda' },
      { ...large, name: 'sdb' },
    );
    expect(parameters).toMatchObject({ disk: 'sdb', 'raid-disks': expect.stringMatching(/\tsda$/) });
  });
});
