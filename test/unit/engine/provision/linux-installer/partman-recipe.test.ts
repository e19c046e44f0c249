import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type InstallPlan,
  installPlanProblems,
} from '#engine/provision/deploy/linux-installer/answer-file/install-plan.ts';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import type { StorageLayout } from '#shared/contract/index.ts';
import { assets, gibibyte, plainPlan, profiles, sataDisk } from './plans.ts';

function recipeOf(plan: InstallPlan) {
  const { text } = renderAnswerFile({ plan, assets });
  const recipe = /expert_recipe string (.*)/.exec(text ?? '')?.[1] ?? '';
  return { recipe, isRaid: (text ?? '').includes('partman-auto/method string raid') };
}

/** partman-auto's recipes.sh, `decode_recipe`: a line with `<type>ignore` is left out for that type, and no other. */
test.each(Object.keys(profiles))("debian-installer's recipe of %s has each mount point once", name => {
  const plan = profiles[name]?.('debian-installer');
  const { recipe, isRaid } = recipeOf(plan ?? plainPlan('debian-installer'));
  const linesFor = (type: string) => recipe.split(' . ').filter(line => !line.includes(`${type}ignore`));
  for (const type of isRaid ? ['default', 'lvm'] : ['default']) {
    const mounts = linesFor(type).flatMap(line => /mountpoint\{ (\S+) \}/.exec(line)?.[1] ?? []);
    expect(mounts).toEqual([...new Set(mounts)]);
  }
  if (!isRaid) return;
  expect(linesFor('default').filter(line => line.includes('in_vg{') || line.includes('mountpoint{'))).toEqual(
    [],
  );
  expect(linesFor('lvm').filter(line => !line.includes('in_vg{'))).toEqual([]);
});

/** `choose_recipe` and `min_size`: the least sizes of all lines that count, in megabytes; the disk is rounded down. */
function isTaken(plan: InstallPlan): boolean {
  const { recipe, isRaid } = recipeOf(plan);
  const lines = recipe.replace(/^rackside :: /, '').split(/ \.(?: |$)/);
  const counted = lines.filter(line => line !== '' && !(isRaid && line.includes('defaultignore')));
  const needed = counted.reduce((sum, line) => sum + Number(line.split(' ')[0]), 0);
  return counted.length > 0 && plan.disks.every(({ sizeBytes }) => needed <= Math.floor(sizeBytes / 1e6));
}

const debian = plainPlan('debian-installer');
const size = fc.integer({ min: 1, max: 500_000 }).map(mebibytes => mebibytes * 2 ** 20);
const layouts = fc
  .record({
    raidLevel: fc.constantFrom(null, '0', '1', '10'),
    partitions: fc.array(size, { minLength: 1, maxLength: 11 }),
    volumes: fc.array(fc.oneof(size, fc.constant('rest' as const)), { maxLength: 30 }),
  })
  .map(({ raidLevel, partitions, volumes }): StorageLayout => {
    const place = (mountPoint: string, bytes: number | 'rest') => ({
      mountPoint,
      fileSystem: 'ext4' as const,
      size: bytes,
    });
    const fixed = volumes.map((bytes, index) => ({
      ...place(`/v${index}`, index > 0 && bytes === 'rest' ? 2 ** 30 : bytes),
      name: `v${index}`,
    }));
    return {
      partitionTable: 'gpt',
      raidLevel,
      partitions: partitions.map((bytes, index) => place(index === 0 ? '/boot' : `/p${index}`, bytes)),
      volumeGroup: fixed.length === 0 ? null : { name: 'vg', volumes: fixed },
    };
  });

test('what fits on a disk by our own count, partman takes too: it would go on with a recipe of its own', () => {
  fc.assert(
    fc.property(layouts, layout => {
      const count = layout.raidLevel === null ? 1 : 4;
      const withDisks = (sizeBytes: number): InstallPlan => ({
        ...debian,
        layout,
        disks: Array.from({ length: count }, (_, index) => ({ ...sataDisk, serial: `S${index}`, sizeBytes })),
      });
      const [problem] = installPlanProblems(withDisks(1));
      const neededBytes = Number(problem?.values['neededBytes']);
      expect(installPlanProblems(withDisks(neededBytes))).toEqual([]);
      expect(isTaken(withDisks(neededBytes))).toBe(true);
    }),
    { numRuns: 50 },
  );
});

test('a layout that leaves less than 2 GB of the disk to its volume group is installed as it is', () => {
  const fixed = (mountPoint: string, name: string, gibibytes: number) => ({
    mountPoint,
    name,
    fileSystem: 'ext4' as const,
    size: gibibytes * gibibyte,
  });
  const layout: StorageLayout = {
    partitionTable: 'gpt',
    raidLevel: null,
    partitions: [{ mountPoint: '/boot', fileSystem: 'ext4', size: gibibyte }],
    volumeGroup: { name: 'rootvg', volumes: [fixed('/', 'root', 40), fixed('/srv', 'srv', 404)] },
  };
  const plan = { ...debian, layout, disks: [sataDisk] };
  expect(installPlanProblems(plan)).toEqual([]);
  expect(isTaken(plan)).toBe(true);
});
