/** Assertions of a scenario: each one is told, and the first that does not hold ends the scenario. */
import { isDeepStrictEqual } from 'node:util';
import type { LabRun } from './run.ts';

/** `sentence` says what should be true. */
export function check(run: LabRun, sentence: string, holds: boolean, evidence = ''): void {
  if (!holds) throw new Error(`it is not so that ${sentence}${evidence === '' ? '' : `: ${evidence}`}`);
  run.log(`ok ${sentence}`);
}

export function checkEqual(run: LabRun, what: string, actual: unknown, expected: unknown): void {
  const isEqual = isDeepStrictEqual(actual, expected);
  check(run, `${what} is ${JSON.stringify(expected)}`, isEqual, `it is ${JSON.stringify(actual)}`);
}
