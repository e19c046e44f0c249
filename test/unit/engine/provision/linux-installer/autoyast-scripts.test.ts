import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { DOMParser } from '@xmldom/xmldom';
import { afterAll, describe, expect, test } from 'vitest';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { assets, plainPlan } from './plans.ts';

/** The scripts of a profile as YaST takes them out of it, in a folder that stands for the machine's root. */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-yast-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const hook = 'var/lib/YaST2/hooks/installation/before_umount_finish_01_rackside';

function machine(name: string, setUp: string) {
  const root = path.join(directory, name);
  const scripts = path.join(root, 'var/adm/autoinstall/scripts');
  for (const folder of [scripts, path.join(root, 'var/adm/autoinstall/logs'), path.join(root, 'bin')])
    mkdirSync(folder, { recursive: true });
  writeFileSync(
    path.join(root, 'bin/curl'),
    `#!/bin/sh\nfor last; do :; done\necho "$last" >>${root}/asked\n`,
  );
  chmodSync(path.join(root, 'bin/curl'), 0o755);
  const setUpSystem = [
    'authorize() { :; }',
    'let_root_log_in_by_key() { :; }',
    `start_sshd_at_boot() { ${setUp}; }`,
  ].join('\n');
  const plan = plainPlan('autoyast');
  const rendered = renderAnswerFile({
    plan,
    assets: { ...assets, scripts: { ...assets.scripts, setUpSystem } },
  });
  const document = new DOMParser().parseFromString(rendered.text ?? '', 'text/xml');
  const sources = Array.from(document.getElementsByTagName('source')).map(
    ({ textContent }) => textContent ?? '',
  );
  const inRoot = (text: string) =>
    text.replaceAll(/(?<![\w.])\/(var\/|tmp\/rackside)/g, (_, rest: string) => `${root}/${rest}`);
  return {
    root,
    document,
    run: (which: 'first' | 'last', endAfter?: string) => {
      const script = path.join(scripts, which);
      const source = inRoot(sources.at(which === 'first' ? 0 : -1) ?? '');
      writeFileSync(script, endAfter === undefined ? source : source.slice(source.indexOf(endAfter)));
      return spawnSync('sh', [script], {
        encoding: 'utf8',
        timeout: 1500,
        env: { PATH: `${root}/bin:${process.env['PATH']}` },
      });
    },
    runHook: () =>
      spawnSync(path.join(root, hook), { env: { PATH: `${root}/bin:${process.env['PATH']}` } }).status,
    asked: () =>
      readFileSync(path.join(root, 'asked'), 'utf8')
        .trim()
        .split('\n')
        .map(url => path.basename(url)),
  };
}

describe('on SUSE', () => {
  test('the end is told by the last hook of YaST, after the boot loader, and not by our script', () => {
    const { root, run, runHook, asked } = machine('finished', 'true');
    expect(run('last').status).toBe(0);
    expect(asked()).toEqual(['packages', 'post']);
    expect(runHook()).toBe(0);
    expect(asked()).toEqual(['packages', 'post', 'finished']);
    expect(existsSync(path.join(root, hook))).toBe(false);
  });

  test('the hook is there by name before anything is written', () => {
    const { root, run } = machine('hook', 'true');
    expect(run('first', 'hook=').status).toBe(0);
    expect(statSync(path.join(root, hook)).mode & 0o111).toBe(0o111);
  });

  test('a system that is half set up has no hook, and its installer waits', () => {
    const { root, run } = machine('failed', 'exit 1');
    mkdirSync(path.join(root, 'var/log/rackside'), { recursive: true });
    writeFileSync(path.join(root, 'var/log/rackside/failure'), 'it broke\n');
    expect(run('last').error).toMatchObject({ code: 'ETIMEDOUT' });
    expect(existsSync(path.join(root, hook))).toBe(false);
  });

  test('no script stays readable, and none is written down word for word as it runs', () => {
    const { root, document, run } = machine('secrets', 'true');
    const adm = path.join(root, 'var/adm/autoinstall');
    run('last');
    expect(existsSync(path.join(adm, 'scripts/last'))).toBe(false);
    for (const folder of ['scripts', 'logs'])
      expect(statSync(path.join(adm, folder)).mode & 0o777).toBe(0o700);
    const scripts = Array.from(document.getElementsByTagName('script'));
    expect(scripts).toHaveLength(3);
    for (const script of scripts) expect(script.getElementsByTagName('debug')[0]?.textContent).toBe('false');
  });
});
