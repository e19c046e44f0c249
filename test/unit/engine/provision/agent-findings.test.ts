import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openDeployments, type SimulatedDeployments } from '#test/fakes/engine/simulated-deployments.ts';
import { anImage, nodeId } from '#test/fakes/rows.ts';

let rig: SimulatedDeployments;
beforeEach(() => {
  rig = openDeployments();
});
afterEach(() => rig.close());

/** The events that are told of what the agent answers to a step. */
async function told(step: string, evidence: Record<string, unknown>) {
  rig.create();
  await rig.boot();
  for (;;) {
    const given = await rig.nextStep();
    rig.agent.result(nodeId, given.id, { ok: true, evidence: given.name === step ? evidence : {} });
    await rig.until(() => rig.deployment().steps.find(({ name }) => name === given.name)?.state === 'done');
    if (given.name === step) break;
  }
  return rig.store.timeline
    .list({}, 0, 1000)
    .filter(({ message }) => /^step\.(initramfs|group)/.test(message))
    .map(({ message, details }) => [message, details]);
}

describe('LVM of an image', () => {
  const group = { name: 'vg0', sizeBytes: 900, freeBytes: 700, rootVolume: null };

  it('without a root volume: the room that nobody was given is told', async () => {
    expect(await told('grow-last-partition', { volumeGroup: group })).toEqual([
      ['step.group_has_room', { group: 'vg0', freeBytes: 700 }],
    ]);
  });

  it.each([
    ['that was grown', { ...group, rootVolume: 'root', freeBytes: 0 }],
    ['that is full', { ...group, freeBytes: 0 }],
    ['that is none', undefined],
  ])('is not worth a word %s', async (_name, volumeGroup) => {
    expect(await told('grow-last-partition', { volumeGroup })).toEqual([]);
  });
});

describe('an initramfs that was made', () => {
  const file = '/boot/initramfs-5.14.img';
  const change = { file, oldBytes: 30, newBytes: 90, oldDrivers: 40, newDrivers: 700, lacked: [] };
  const toldOf = async (more: object) => {
    rig.store.images.save({ ...anImage({ kind: 'file-system' }), sourcePath: '/x' });
    return told('install-boot-loader', { initramfsChanges: [{ ...change, ...more }] });
  };

  it("anew, with a driver that the image's own lacked: it starts only because of that", async () => {
    expect(await toldOf({ lacked: ['megaraid_sas', 'nvme'] })).toEqual([
      ['step.initramfs_drivers', { file, oldBytes: 30, newBytes: 90, oldDrivers: 40, newDrivers: 700 }],
      ['step.initramfs_lacked', { file, drivers: 'megaraid_sas, nvme' }],
    ]);
  });

  it('anew is told with what changed', async () => {
    expect(await toldOf({})).toMatchObject([['step.initramfs_drivers', { oldDrivers: 40 }]]);
  });

  it('and into which nobody could look is told with its sizes', async () => {
    expect(await toldOf({ oldDrivers: null })).toEqual([
      ['step.initramfs_made_anew', { file, oldBytes: 30, newBytes: 90 }],
    ]);
  });

  it('where there was none is told as new', async () => {
    expect(await toldOf({ oldBytes: null, oldDrivers: null })).toEqual([
      ['step.initramfs_made', { file, newBytes: 90 }],
    ]);
  });
});
