import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { reportScript } from '#engine/provision/deploy/linux-installer/answer-file/scripts.ts';
import { assets, plainPlan } from './plans.ts';

/** What an installer's shell does with an engine that is away, refuses or breaks. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-report-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

/** One answer a call, the last one for ever: `exit status` and what the program prints. */
type Answer = readonly [status: number, printed: string];
const accepted: Answer = [0, '204'];
const refusedConnection: Answer = [7, '000'];

let counter = 0;
function report(word: string, program: 'curl' | 'wget', ...answers: readonly Answer[]) {
  counter++;
  const bin = path.join(directory, String(counter));
  mkdirSync(bin);
  for (const tool of ['sh', 'tr', 'cut', 'cat'])
    symlinkSync(spawnSync('which', [tool], { encoding: 'utf8' }).stdout.trim(), path.join(bin, tool));
  const fake = (name: string, text: string) => {
    writeFileSync(path.join(bin, name), `#!/bin/sh\n${text}\n`);
    chmodSync(path.join(bin, name), 0o755);
  };
  const cases = answers.map(
    ([status, printed], index) =>
      `${index === answers.length - 1 ? '*' : index}) echo '${printed}'; exit ${status} ;;`,
  );
  const count = path.join(bin, 'count');
  writeFileSync(count, '0');
  fake(
    program,
    [
      `for last; do :; done; echo "$last" >>${bin}/asked`,
      `n=$(cat ${count}); echo $((n + 1)) >${count}`,
      `case $n in ${cases.join(' ')} esac`,
    ].join('\n'),
  );
  fake('sleep', `echo "$1" >>${bin}/slept`);
  const script = `${reportScript(plainPlan('autoyast'), assets.scripts)}\nreport ${word} 'it is so'\necho "went on: $?"\n`;
  const { stdout } = spawnSync(path.join(bin, 'sh'), ['-eu'], {
    input: script,
    encoding: 'utf8',
    env: { PATH: bin },
  });
  const asked = readFileSync(path.join(bin, 'asked'), 'utf8').trim().split('\n');
  return { stdout, asked };
}

describe('what ends an installation', () => {
  test.each(['finished', 'failed'])('%s is said again until somebody listens', word => {
    const { asked, stdout } = report(word, 'curl', refusedConnection, refusedConnection, accepted);
    expect(asked).toEqual(Array(3).fill(`${plainPlan('autoyast').urls.hooks}/${word}?detail=it+is+so`));
    expect(stdout).toBe('went on: 0\n');
  });

  test('is said again after an error of the server', () => {
    expect(report('finished', 'curl', [22, '500'], accepted).asked).toHaveLength(2);
  });

  test('is not said again to who knows nothing of this installation', () => {
    const { asked, stdout } = report('finished', 'curl', [22, '404']);
    expect(asked).toHaveLength(1);
    expect(stdout).toBe('went on: 0\n');
  });

  test('is given up in the end', () => {
    const { asked, stdout } = report('finished', 'curl', refusedConnection);
    expect(asked).toHaveLength(120);
    expect(stdout).toBe('went on: 0\n');
  });

  test('is said again by either wget', () => {
    const refused: Answer = [1, 'wget: download timed out'];
    expect(report('finished', 'wget', refused, [4, ''], accepted).asked).toHaveLength(3);
    expect(report('finished', 'wget', [8, '']).asked).toHaveLength(1);
    const unknown: Answer = [1, 'wget: server returned error: HTTP/1.1 404 Not Found'];
    expect(report('finished', 'wget', unknown).asked).toHaveLength(1);
  });
});

test('a word that a later one makes up for is said once', () => {
  const { asked, stdout } = report('packages', 'curl', refusedConnection);
  expect(asked).toHaveLength(1);
  expect(stdout).toBe('went on: 0\n');
});

test("debian-installer's own hooks take all of it out of the early script", () => {
  const whole = reportScript(plainPlan('debian-installer'), assets.scripts);
  const taken = spawnSync('sed', ['-n', '/^hooks=/,/^}/p'], {
    input: `${whole}\nreport started\n`,
    encoding: 'utf8',
  });
  expect(taken.stdout.trim()).toBe(whole.trim());
});
