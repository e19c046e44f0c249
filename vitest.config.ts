import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';
import { findUnpackedPrograms } from './scripts/setup/unpacked-packages.ts';

findUnpackedPrograms();

/** Projects by what a test may touch: `unit` is pure and quick, the others start real programs. */
const project = (name: string, include: string[], extra: object = {}) => ({
  extends: true as const,
  test: { name, include, ...extra },
});

/** What takes longest, longest first: begun last it would run when everything else is done. The others follow by size. */
const longFiles = [
  'ramdisk/boots.test.ts',
  'engine/killed-at-every-step.test.ts',
  'ramdisk/rescue-boots.test.ts',
  'engine/virtual-rack-faults.test.ts',
  'ipmi/console-with-ipmi-sim.test.ts',
  'hosts/demo.test.ts',
];

class LongFilesFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ moduleId }: TestSpecification) => {
      const place = longFiles.findIndex(name => moduleId.endsWith(name));
      return place < 0 ? longFiles.length : place;
    };
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}

export default defineConfig({
  test: {
    environment: 'node',
    sequence: { sequencer: LongFilesFirst },
    testTimeout: 20_000,
    projects: [
      // The files of a worker share their modules: to load zod and MUI anew for each of 300 files takes as long as the tests.
      project('unit', ['test/unit/**/*.test.ts', 'test/unit/**/*.test.tsx'], { isolate: false }),
      project('contract', ['test/contract/**/*.test.ts'], { isolate: false }),
      project('security', ['test/security/**/*.test.ts'], { testTimeout: 60_000, hookTimeout: 120_000 }),
      // In the kernel of a machine in QEMU: not part of `npm test`, whose time is limited.
      project('guest', ['test/guest/**/*.test.ts'], { testTimeout: 300_000, hookTimeout: 300_000 }),
      project('interop', ['test/interop/**/*.test.ts'], { testTimeout: 120_000, hookTimeout: 120_000 }),
    ],
  },
});
