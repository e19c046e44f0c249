import { runVisibly } from '../run-visibly.ts';
import { brokenBy, type Counts, none, sumOf } from '../test-reports.ts';

/** What `npm run check` runs, in this order; all of them, so that one run shows everything that is wrong. */
const checks: readonly (readonly [string, readonly string[]])[] = [
  ['biome', ['check', '--error-on-warnings', '.']],
  // The compiler's errors too, each file's by the tsconfig that includes it: tsc would read the same types three times more.
  ['oxlint', ['--type-aware', '--type-check', '--deny-warnings']],
  ['knip', ['--no-progress']],
  ['node', ['scripts/check/boundaries.ts']],
];

export async function runChecks(): Promise<Counts> {
  const outcomes: Counts[] = [];
  for (const [program, args] of checks) {
    const command = [program, ...args].join(' ');
    process.stdout.write(`· ${command}\n`);
    const status = await runVisibly(program, args);
    outcomes.push(status === 0 ? { ...none, passed: 1 } : brokenBy(command));
  }
  return sumOf(outcomes);
}

if (import.meta.main) process.exit((await runChecks()).failed === 0 ? 0 : 1);
