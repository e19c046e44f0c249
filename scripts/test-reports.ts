/** What vitest and Playwright wrote about their tests. */
import { readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';

export interface Counts {
  readonly passed: number;
  readonly failed: number;
  /** One a failed test: where it stands, its name, what went wrong. */
  readonly failures: readonly string[];
}

export const none: Counts = { passed: 0, failed: 0, failures: [] };
export const brokenBy = (what: string): Counts => ({ passed: 0, failed: 1, failures: [what] });

export const sumOf = (all: readonly Counts[]): Counts => ({
  passed: all.reduce((sum, { passed }) => sum + passed, 0),
  failed: all.reduce((sum, { failed }) => sum + failed, 0),
  failures: all.flatMap(({ failures }) => failures),
});

interface VitestReport {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly status: string;
    readonly message: string;
    readonly assertionResults: readonly {
      readonly fullName: string;
      readonly status: string;
      readonly failureMessages: readonly string[] | null;
    }[];
  }[];
}

export function vitestCounts(path: string): Counts {
  const report = readReport<VitestReport>(path);
  if (report === undefined) return brokenBy(`vitest ended without its report ${path}`);
  const failures = report.testResults.flatMap(file => {
    const name = relative(process.cwd(), file.name);
    const tests = file.assertionResults
      .filter(({ status }) => status !== 'passed')
      .map(({ fullName, status, failureMessages }) =>
        failure(`${name} › ${fullName.trim()}`, failureMessages?.[0] ?? status),
      );
    // A file that could not be loaded has no tests.
    return tests.length === 0 && file.status === 'failed' ? [failure(name, file.message)] : tests;
  });
  // A skipped test behind a green line is a failure.
  const failed = Math.max(report.numFailedTests + report.numPendingTests, failures.length);
  return { passed: report.numPassedTests, failed, failures };
}

interface PlaywrightSuite {
  readonly suites?: readonly PlaywrightSuite[];
  readonly specs?: readonly {
    readonly title: string;
    readonly file: string;
    readonly tests: readonly {
      readonly status: string;
      readonly results: readonly { readonly error?: { readonly message?: string } }[];
    }[];
  }[];
}

interface PlaywrightReport extends PlaywrightSuite {
  readonly stats: Readonly<Record<'expected' | 'unexpected' | 'flaky' | 'skipped', number>>;
}

export function playwrightCounts(path: string): Counts {
  const report = readReport<PlaywrightReport>(path);
  if (report === undefined) return brokenBy(`playwright ended without its report ${path}`);
  const { expected, unexpected, flaky, skipped } = report.stats;
  return { passed: expected, failed: unexpected + flaky + skipped, failures: playwrightFailures(report) };
}

function playwrightFailures({ suites = [], specs = [] }: PlaywrightSuite): readonly string[] {
  const own = specs.flatMap(({ title, file, tests }) =>
    tests
      .filter(({ status }) => status !== 'expected')
      .map(({ status, results }) => failure(`${file} › ${title}`, results[0]?.error?.message ?? status)),
  );
  return [...own, ...suites.flatMap(playwrightFailures)];
}

function failure(where: string, message: string): string {
  const lines = stripVTControlCharacters(message).split('\n');
  return [where, ...lines.slice(0, 8).map(line => `    ${line.slice(0, 200)}`)].join('\n');
}

/** Undefined: whoever should have written it died before. */
function readReport<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T;
  } catch {
    return undefined;
  }
}
