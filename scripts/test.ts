import { spawn } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { runChecks } from './check/main.ts';
import { runVisibly } from './run-visibly.ts';
import { installPackages, testPackages } from './setup/debian-packages.ts';
import { findUnpackedPrograms, unpackPackages } from './setup/unpacked-packages.ts';
import { brokenBy, type Counts, none, playwrightCounts, sumOf, vitestCounts } from './test-reports.ts';

interface Stage {
  readonly name: string;
  readonly run: () => Counts | Promise<Counts>;
}

const reports = join('.cache', 'test-reports');

/** What tests and lab start from; of the two ramdisks the small one is what most of the tests boot. */
const builders: readonly (readonly string[])[] = [
  ['assets/boot/obtain.ts'],
  ['assets/ramdisk/build.ts'],
  ['assets/ramdisk/build.ts', '--profile', 'vm'],
  ['test/lab/os-image/build.ts'],
];

/** Long and mostly waiting for the network: runs beside the first stages. Its output is shown only if it fails. */
async function prepareInBackground(): Promise<Counts> {
  const built: Counts[] = [];
  for (const builder of builders) {
    const { isGood, output } = await runAside(builder);
    if (!isGood) process.stderr.write(`${builder.join(' ')} failed:\n${output}\n`);
    built.push(isGood ? none : brokenBy(builder.join(' ')));
  }
  return sumOf(built);
}

/** The last of what it printed, for when somebody looks. */
function runAside(args: readonly string[]): Promise<{ readonly isGood: boolean; readonly output: string }> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (part: Buffer) => {
      output = (output + part.toString()).slice(-40_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('exit', code => resolve({ isGood: code === 0, output }));
  });
}

/** As many files at once as there are processors, not one less (vitest's default), and `more` where much of it is waiting. */
async function vitest(projects: readonly string[], more = 0): Promise<Counts> {
  const report = join(reports, `vitest-${projects.join('-')}.json`);
  const args = [
    'run',
    ...projects.flatMap(name => ['--project', name]),
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
    `--maxWorkers=${availableParallelism() + more}`,
  ];
  return agreeing(await runVisibly('vitest', args), vitestCounts(report), 'vitest');
}

async function playwright(): Promise<Counts> {
  const report = join(reports, 'playwright.json');
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const status = await runVisibly('playwright', ['test', '--reporter=line,json'], env);
  return agreeing(status, playwrightCounts(report), 'playwright');
}

/** Who ends with an error has failed, whatever the report says. */
function agreeing(status: number | null, counts: Counts, what: string): Counts {
  return status !== 0 && counts.failed === 0
    ? sumOf([counts, brokenBy(`${what} ended with ${status}`)])
    : counts;
}

/** Side by side: an emulated machine is one busy thread, and much of a boot is waiting. */
async function lab(...scenarios: string[]): Promise<Counts & { readonly output: string }> {
  const args = ['test/lab/main.ts', '--parallel', String(scenarios.length), ...scenarios];
  const { isGood, output } = await runAside(args);
  const counts = isGood ? { ...none, passed: scenarios.length } : brokenBy(`lab ${scenarios.join(' ')}`);
  return { ...counts, output };
}

function shown({ output, ...counts }: Counts & { readonly output: string }): Counts {
  process.stdout.write(output);
  return counts;
}

async function main(): Promise<number> {
  if (!installPackages(testPackages) || !unpackPackages()) return 1;
  findUnpackedPrograms();
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const prepared = prepareInBackground();
  // Beside tests that wait for real peers: neither fills two processors.
  const machines = prepared.then(() => lab('bios-to-loader', 'uefi'));
  const stages: readonly Stage[] = [
    { name: 'check', run: runChecks },
    { name: 'build', run: () => (build() ? none : brokenBy('build')) },
    { name: 'unit, contract and security tests', run: () => vitest(['unit', 'contract', 'security']) },
    { name: 'browser tests', run: playwright },
    { name: 'boot programs, deploy ramdisk, operating system image', run: () => prepared },
    { name: 'tests with real peers', run: () => vitest(['interop'], 1) },
    { name: 'bare machines in the QEMU lab', run: () => machines.then(shown) },
  ];
  let total = none;
  for (const { name, run } of stages) {
    const startedAt = performance.now();
    process.stdout.write(`\n=== ${name}\n`);
    const counts = await run();
    total = sumOf([total, counts]);
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    process.stdout.write(
      `=== ${name}: ${counts.failed === 0 ? 'ok' : `${counts.failed} failed`}, ${seconds} s\n`,
    );
  }
  const failures = total.failures.map(text => `FAILED ${text}\n`);
  process.stdout.write(`\n${failures.join('')}${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

process.exit(await main());
