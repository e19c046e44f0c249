import { afterEach, beforeEach, expect, it } from 'vitest';
import { diskLayout } from '#engine/provision/deploy/linux-installer/answer-file/disk-layout.ts';
import { installPlanOf } from '#engine/provision/deploy/linux-installer/install-plan-of.ts';
import { requireImage } from '#engine/provision/stored-deployment.ts';
import type { InstallerMedium } from '#shared/contract/index.ts';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, anImage, anInstaller, imageId } from '#test/fakes/rows.ts';
import { plainPlan } from './plans.ts';

const disk = aDisk();

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments({ inventory: anInventory({ firmware: 'bios', disks: [disk] }) });
});
afterEach(() => rig.close());

function planFor(medium: Partial<InstallerMedium> = {}) {
  const image = anImage({ kind: 'installer', installer: anInstaller(medium) });
  rig.store.images.save({ ...image, sourcePath: '/iso' });
  rig.create({ disk: { by: 'person', disk } });
  return () =>
    installPlanOf(rig.store, rig.deployment(), rig.node(), requireImage(rig.store, imageId), {
      baseUrl: 'http://10.77.0.1:8088',
      syslog: null,
    });
}

it('a server that is asked for another boot mode than it was inspected in is given no answers', () => {
  const plan = planFor();
  expect(plan().firmware).toBe('bios');
  rig.store.nodes.save({ ...rig.node(), bootMode: 'uefi' });
  expect(plan).toThrow(
    expect.objectContaining({
      code: 'deploy.firmware_changed',
      details: { node: rig.node().name, asked: 'uefi', seen: 'bios' },
    }),
  );
});

it.each([
  ['anaconda', 'xfs'],
  ['debian-installer', 'ext4'],
] as const)(
  'a server of which nobody said how gets the layout that is agreed for %s, on %s',
  (family, type) => {
    const plan = planFor({ family })();
    expect(diskLayout(plan)).toEqual({ ...diskLayout(plainPlan(family)), firmwarePartition: 'bios-boot' });
    expect(diskLayout(plan).volumeGroup?.volumes.find(({ name }) => name === 'root')?.fileSystem).toBe(type);
  },
);
