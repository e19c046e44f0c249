import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { build } from './build.ts';
import { runChecks } from './check/main.ts';
import { runVisibly } from './run-visibly.ts';
import { installPackages, testPackages } from './setup/debian-packages.ts';
import { findUnpackedPrograms, unpackPackages } from './setup/unpacked-packages.ts';

interface Counts {
  readonly passed: number;
  readonly failed: number;
}

interface Stage {
  readonly name: string;
  readonly run: () => Counts | Promise<Counts>;
}

const reports = join('.cache', 'test-reports');
const none: Counts = { passed: 0, failed: 0 };
const broken: Counts = { passed: 0, failed: 1 };

/** What tests and lab start from; of the two ramdisks the small one is what most of the tests boot. */
const builders: readonly (readonly string[])[] = [
  ['assets/boot/obtain.ts'],
  ['assets/ramdisk/build.ts'],
  ['assets/ramdisk/build.ts', '--profile', 'vm'],
  ['test/lab/os-image/build.ts'],
];

/** Long and mostly waiting for the network: runs beside the first stages. Its output is shown only if it fails. */
async function prepareInBackground(): Promise<Counts> {
  let failed = 0;
  for (const builder of builders) {
    if (!(await runQuietly(builder))) failed += 1;
  }
  return { passed: 0, failed };
}

function runQuietly(args: readonly string[]): Promise<boolean> {
  return new Promise(resolve => {
    const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const keep = (part: Buffer) => {
      output = (output + part.toString()).slice(-20_000);
    };
    child.stdout.on('data', keep);
    child.stderr.on('data', keep);
    child.on('exit', code => {
      if (code !== 0) process.stderr.write(`${args.join(' ')} failed:\n${output}\n`);
      resolve(code === 0);
    });
  });
}

async function vitest(projects: readonly string[], workers?: number): Promise<Counts> {
  const report = join(reports, `vitest-${projects.join('-')}.json`);
  const args = [
    'run',
    ...projects.flatMap(name => ['--project', name]),
    '--reporter=dot',
    '--reporter=json',
    `--outputFile.json=${report}`,
    ...(workers === undefined ? [] : [`--maxWorkers=${workers}`]),
  ];
  const status = await runVisibly('vitest', args);
  const counts = readCounts(report, text => {
    const { numPassedTests, numFailedTests, numPendingTests } = JSON.parse(text) as Record<string, number>;
    // A skipped test behind a green line is a failure.
    return { passed: numPassedTests ?? 0, failed: (numFailedTests ?? 0) + (numPendingTests ?? 0) };
  });
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

async function playwright(): Promise<Counts> {
  const report = join(reports, 'playwright.json');
  const env = { ...process.env, PLAYWRIGHT_JSON_OUTPUT_NAME: report };
  const status = await runVisibly('playwright', ['test', '--reporter=line,json'], env);
  const counts = readCounts(report, text => {
    const { stats } = JSON.parse(text) as {
      stats: { expected: number; unexpected: number; flaky: number; skipped: number };
    };
    return { passed: stats.expected, failed: stats.unexpected + stats.flaky + stats.skipped };
  });
  return status !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
}

function readCounts(report: string, parse: (text: string) => Counts): Counts {
  try {
    return parse(readFileSync(report, 'utf8'));
  } catch {
    return broken; // it died before it wrote its report
  }
}

/** Side by side: an emulated machine is one busy thread, and much of a boot is waiting. */
async function lab(...scenarios: string[]): Promise<Counts> {
  const statuses = await Promise.all(
    scenarios.map(scenario => runVisibly(process.execPath, ['test/lab/main.ts', scenario])),
  );
  const failed = statuses.filter(status => status !== 0).length;
  return { passed: statuses.length - failed, failed };
}

async function main(): Promise<number> {
  if (!installPackages(testPackages) || !unpackPackages()) return 1;
  findUnpackedPrograms();
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports, { recursive: true });
  const prepared = prepareInBackground();
  const stages: readonly Stage[] = [
    { name: 'check', run: runChecks },
    { name: 'build', run: () => (build() ? none : broken) },
    { name: 'unit, contract and security tests', run: () => vitest(['unit', 'contract', 'security']) },
    { name: 'browser tests', run: playwright },
    { name: 'boot programs, deploy ramdisk, operating system image', run: () => prepared },
    // They mostly wait for timers and peers: as many at once as there are processors, not one less (vitest's default).
    { name: 'tests with real peers', run: () => vitest(['interop'], availableParallelism()) },
    { name: 'bare machines in the QEMU lab', run: () => lab('bios', 'uefi') },
  ];
  let total = none;
  for (const { name, run } of stages) {
    const startedAt = performance.now();
    process.stdout.write(`\n=== ${name}\n`);
    const counts = await run();
    total = { passed: total.passed + counts.passed, failed: total.failed + counts.failed };
    const seconds = Math.round((performance.now() - startedAt) / 1000);
    process.stdout.write(
      `=== ${name}: ${counts.failed === 0 ? 'ok' : `${counts.failed} failed`}, ${seconds} s\n`,
    );
  }
  process.stdout.write(`\n${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
}

process.exit(await main());
