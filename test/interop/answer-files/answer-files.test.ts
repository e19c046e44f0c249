import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { setUpScriptOf } from '../../unit/engine/provision/linux-installer/installed-script.ts';
import {
  assets,
  families,
  fixtures,
  plainPlan,
  profiles,
} from '../../unit/engine/provision/linux-installer/plans.ts';
import { smallSystem } from './small-system.ts';

/**
 * The answer files before those who read them, as far as Debian packages have them. `validate.ts` beside this holds them
 * against the installers' own schemas.
 */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-answers-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const goldens = (family: string) =>
  readdirSync(path.join(fixtures, family)).map(name => path.join(fixtures, family, name));
const run = (program: string, args: readonly string[], input?: string) =>
  spawnSync(program, args, { encoding: 'utf8', input });

test('debconf reads every preseed', () => {
  for (const file of goldens('debian-installer'))
    expect(run('debconf-set-selections', ['-c', file])).toMatchObject({ status: 0, stderr: '' });
});

test('libxml2 reads every AutoYaST profile', () => {
  expect(run('xmllint', ['--noout', '--nonet', ...goldens('autoyast')])).toMatchObject({
    status: 0,
    stderr: '',
  });
});

describe('cloud-init', () => {
  test('takes an autoinstall for a cloud-config, and the user data in it too', () => {
    const file = path.join(fixtures, 'subiquity', 'plain.yaml');
    const found = parse(readFileSync(file, 'utf8'), { version: '1.1' }) as {
      autoinstall: { 'user-data': object };
    };
    const inner = path.join(directory, 'user-data');
    writeFileSync(inner, `#cloud-config\n${JSON.stringify(found.autoinstall['user-data'])}\n`);
    for (const config of [file, inner])
      expect(run('cloud-init', ['schema', '--config-file', config]).stdout).toContain('Valid cloud-config');
  });

  test('reads by PyYAML what we read by ours', () => {
    const script =
      'import json, sys, yaml\nprint(json.dumps([yaml.safe_load(open(name)) for name in sys.argv[1:]]))';
    const files = goldens('subiquity');
    const read = JSON.parse(run('/usr/bin/python3', ['-c', script, ...files]).stdout) as unknown[];
    expect(read).toEqual(files.map(file => parse(readFileSync(file, 'utf8'), { version: '1.1' })));
  });
});

test("Python's shlex, which Anaconda reads a line with, finds the same words", () => {
  const words = [
    "it's",
    '"quoted"',
    'back\\slash\\',
    '$(reboot) `x`',
    '# no comment',
    '王凯峰',
    '%end',
    '-rf',
    '',
  ];
  const template = words.map((_, index) => `user --gecos={{ users[${index}].fullName | ks }}`).join('\n');
  const script =
    'import json, shlex, sys\nprint(json.dumps([shlex.split(line, comments=True) for line in sys.stdin]))';
  const plan = {
    ...plainPlan('anaconda'),
    users: words.map(fullName => ({ name: 'ops', fullName, passwordHash: null, keys: [], sudo: false })),
  };
  const rendered = renderAnswerFile({ plan, assets, template });
  const read = JSON.parse(run('/usr/bin/python3', ['-c', script], rendered.text ?? '').stdout) as string[][];
  expect(read).toEqual(words.map(word => ['user', `--gecos=${word}`]));
});

describe('the shells of the installers', () => {
  test.each([
    ['dash', ['-n']],
    ['bash', ['-n']],
    ['busybox', ['sh', '-n']],
  ])('%s can read every set-up script', (program, args) => {
    for (const family of families)
      for (const file of goldens(family)) {
        const script = setUpScriptOf(family, readFileSync(file, 'utf8'));
        expect(run(program, args, script), file).toMatchObject({ status: 0, stderr: '' });
      }
  });

  test("every script of a preseed is whole after debian-installer's own way of taking it out", () => {
    for (const file of goldens('debian-installer'))
      for (const part of ['early', 'disks', 'late', 'set-up']) {
        const { stdout } = run('busybox', ['sed', '-n', `s/^#${part}| \\{0,1\\}//p`, file]);
        expect(run('busybox', ['sh', '-n'], stdout)).toMatchObject({ status: 0, stderr: '' });
        if (part === 'early' || part === 'disks') expect(stdout.trimEnd().endsWith('# whole')).toBe(true);
      }
  });
});

describe('the installed system', () => {
  let made = 0;
  const systemOf = (name: string, family: (typeof families)[number]) => {
    const plan = profiles[name];
    if (plan === undefined) throw new Error(name);
    const system = smallSystem(path.join(directory, `${name}-${family}-${made++}`));
    const script = setUpScriptOf(family, renderAnswerFile({ plan: plan(family), assets }).text ?? '');
    const read = (file: string) => readFileSync(path.join(system.root, file), 'utf8');
    return { ...system, script, read, plan: plan(family) };
  };

  test.each(families)('has its networks, users, keys and passwords after %s', family => {
    const system = systemOf('bond-vlan', family);
    expect(system.run(system.script)).toEqual({ status: 0, stderr: '' });
    const [operator] = system.plan.users;
    expect(system.read('asked')).toContain(`--comment ${operator?.fullName} ops\n`);
    expect(system.read('passwords')).toContain(`-e root:${system.plan.rootPasswordHash}\n`);
    expect(system.read('passwords')).toContain(`-e ops:${operator?.passwordHash}\n`);
    expect(system.read('root/.ssh/authorized_keys')).toBe(`${system.plan.rootKeys.join('\n')}\n`);
    expect(system.read('home/ops/.ssh/authorized_keys')).toBe(`${operator?.keys.join('\n')}\n`);
    expect(statSync(path.join(system.root, 'root/.ssh')).mode & 0o777).toBe(0o700);
    expect(system.read('etc/sudoers.d/90-ops')).toContain('ops ALL=(ALL) ALL\n');
    expect(system.read('etc/ssh/sshd_config.d/00-rackside.conf')).toBe('PermitRootLogin prohibit-password\n');
    expect(system.read('asked')).toContain('systemctl enable sshd.service');
    const network = {
      anaconda: 'etc/NetworkManager/system-connections/bond0.120.nmconnection',
      'debian-installer': 'etc/network/interfaces',
      subiquity: 'etc/netplan/50-rackside.yaml',
      autoyast: 'etc/sysconfig/network/ifcfg-bond0.120',
    };
    expect(system.read(network[family])).toContain('10.120.0.21');
  });

  test.each([
    ['no', 'prohibit-password'],
    ['forced-commands-only', 'prohibit-password'],
    ['yes', 'yes'],
  ])('lets root in by key where sshd said %s and reads no drop-ins', (before, after) => {
    const system = systemOf(
      before === 'no' ? 'plain' : before === 'yes' ? 'bond-vlan' : 'raid-1',
      'anaconda',
    );
    writeFileSync(path.join(system.root, 'etc/ssh/sshd_config'), `PermitRootLogin ${before}\n`);
    expect(system.run(system.script)).toEqual({ status: 0, stderr: '' });
    expect(system.read('etc/ssh/sshd_config')).toBe(`PermitRootLogin ${after}\n`);
  });

  test('runs the owner’s scripts as they were typed, and keeps none of them', () => {
    const system = systemOf('post-scripts', 'anaconda');
    expect(system.run(system.script)).toEqual({ status: 0, stderr: '' });
    expect(system.read('etc/motd')).toBe('%end\n]]> & <b>{{ not liquid }}</b>\n');
    expect(system.read('var/log/rackside/post-2.log')).toBe('one\ntwo\n');
    expect(existsSync(path.join(system.root, 'var/log/rackside/post-2'))).toBe(false);
  });

  test('says by its last line why a script failed, and runs no other', () => {
    const system = systemOf('post-scripts', 'subiquity');
    const broken = system.script.replace('|set -e\n', '|echo first; echo "no such licence" >&2; exit 3\n');
    expect(broken).not.toBe(system.script);
    expect(system.run(broken).status).not.toBe(0);
    expect(system.read('var/log/rackside/failure')).toBe("script the owner's motd: no such licence\n");
    expect(existsSync(path.join(system.root, 'var/log/rackside/post-2.log'))).toBe(false);
  });

  test('says which step failed when it was none of the scripts', () => {
    const system = systemOf('bond-vlan', 'anaconda');
    rmSync(path.join(system.root, 'bin/useradd'));
    expect(system.run(system.script).status).not.toBe(0);
    expect(system.read('var/log/rackside/failure')).toBe('user ops failed\n');
  });
});
