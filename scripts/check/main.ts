import { spawnSync } from 'node:child_process';

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
export function runChecks(): { passed: number; failed: number } {
  const failed = checks.filter(([program, args]) => {
    process.stdout.write(`· ${program} ${args.join(' ')}\n`);
    return spawnSync(program, args, { stdio: 'inherit' }).status !== 0;
  });
  return { passed: checks.length - failed.length, failed: failed.length };
}

if (import.meta.main) process.exit(runChecks().failed === 0 ? 0 : 1);
