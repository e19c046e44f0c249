import { runVisibly } from '../run-visibly.ts';

/** What `npm run check` runs, in this order; all of them, so that one run shows everything that is wrong. */
const checks: readonly (readonly [string, readonly string[]])[] = [
  ['biome', ['check', '--error-on-warnings', '.']],
  ['tsc', ['--noEmit', '-p', 'tsconfig.shared.json']],
  ['tsc', ['--noEmit', '-p', 'tsconfig.node.json']],
  ['tsc', ['--noEmit', '-p', 'tsconfig.renderer.json']],
  ['oxlint', ['--type-aware', '--deny-warnings']],
  ['knip', ['--no-progress']],
  ['node', ['scripts/check/boundaries.ts']],
];

/** How many of the checks passed and failed. */
export async function runChecks(): Promise<{ passed: number; failed: number }> {
  let failed = 0;
  for (const [program, args] of checks) {
    process.stdout.write(`· ${program} ${args.join(' ')}\n`);
    if ((await runVisibly(program, args)) !== 0) failed += 1;
  }
  return { passed: checks.length - failed, failed };
}

if (import.meta.main) process.exit((await runChecks()).failed === 0 ? 0 : 1);
