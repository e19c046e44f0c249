import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import type { InstallerFamily } from '#shared/contract/index.ts';
import { setUpScriptOf } from './installed-script.ts';
import { assets, plainPlan } from './plans.ts';

const root = mkdtempSync(path.join(tmpdir(), 'rk-repositories-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const unsigned = { name: 'local', url: 'http://10.77.0.1/x', suite: 'trixie main', checkSignatures: false };
const signed = { ...unsigned, name: 'signed', url: 'https://example.com/y', checkSignatures: true };

function setUp(family: InstallerFamily) {
  const { text } = renderAnswerFile({
    plan: { ...plainPlan(family), repositories: [unsigned, signed] },
    assets,
  });
  return { text: text ?? '', script: setUpScriptOf(family, text ?? '') };
}

test('a system that Anaconda installed checks the signatures that a person wants checked, and no others', () => {
  const { text, script } = setUp('anaconda');
  expect(text).not.toContain('--install');
  const calls = script.match(/^install_file 0644 '\/etc\/yum.repos.d[\s\S]*?\nEND$/gm) ?? [];
  const install = `install_file() { sed 's/^|//' >"${root}/\${2##*/}"; }`;
  const run = spawnSync('sh', ['-eu'], { input: [install, ...calls].join('\n'), encoding: 'utf8' });
  expect(run).toMatchObject({ status: 0, stderr: '' });
  const file = (name: string) => readFileSync(path.join(root, `rackside-${name}.repo`), 'utf8').split('\n');
  expect(file('local')).toEqual(
    expect.arrayContaining(['[rackside-local]', 'baseurl=http://10.77.0.1/x', 'gpgcheck=0']),
  );
  expect(file('signed')).toEqual(
    expect.arrayContaining(['[rackside-signed]', 'baseurl=https://example.com/y', 'gpgcheck=1']),
  );
});

test.each([
  ['the main one', '#deb http://deb.debian.org/debian trixie main', ''],
  ['an unsigned one of ours', '#deb [trusted=yes] http://10.77.0.1/x trixie main', 'http://10.77.0.1/x'],
  ['a signed one of ours', '#deb https://example.com/y trixie main', 'https://example.com/y'],
  ['one that begins like ours', '#deb https://example.com/yy trixie main', ''],
])('debian-installer that commented out %s: `%s`', (_name, line, failed) => {
  const { script } = setUp('debian-installer');
  mkdirSync(path.join(root, 'etc/apt'), { recursive: true });
  writeFileSync(
    path.join(root, 'etc/apt/sources.list'),
    `# Line commented out by installer because it failed to verify:\n${line}\ndeb http://10.77.0.1/z trixie main\n`,
  );
  mkdirSync(path.join(root, 'log'), { recursive: true });
  const own = script.match(/^require_repository(\(\) \{\n[\s\S]*?^\}| .*)$/gm) ?? [];
  const run = spawnSync('sh', ['-eu'], {
    input: [`work=${root}/log`, ...own].join('\n').replaceAll('/etc/apt', `${root}/etc/apt`),
    encoding: 'utf8',
  });
  expect([run.status, run.stderr]).toEqual([failed === '' ? 0 : 1, '']);
  if (failed !== '') expect(readFileSync(path.join(root, 'log/failure'), 'utf8')).toContain(failed);
});
