import { execFileSync, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';

const ramdisk = join(import.meta.dirname, '../../../../assets/ramdisk');
const agent = join(ramdisk, 'agent');
const entryPoints = ['main.sh', 'run-step.sh', 'rescue/shell.sh'];
const parts = readdirSync(agent, { recursive: true, encoding: 'utf8' }).filter(
  path => path.endsWith('.sh') && !entryPoints.includes(path),
);

describe('the scripts of the ramdisk', () => {
  test('pass shellcheck, with all the parts that they include', () => {
    const checked = spawnSync('shellcheck', ['-s', 'sh', '-x', '-a', '-P', 'SCRIPTDIR', ...entryPoints], {
      cwd: agent,
      encoding: 'utf8',
    });
    expect(checked.stdout).toBe('');
    expect(checked.status).toBe(0);
    const started = spawnSync('shellcheck', ['-s', 'sh', 'init', 'udhcpc.sh'], {
      cwd: join(ramdisk, 'root'),
      encoding: 'utf8',
    });
    expect(started.stdout).toBe('');
    expect(started.status).toBe(0);
  }, 120_000);

  test('include every part somewhere, so that none goes unchecked', () => {
    const included = entryPoints.flatMap(name =>
      [...readFileSync(join(agent, name), 'utf8').matchAll(/^\. "\$LIB\/(.+)"$/gm)].map(match => match[1]),
    );
    expect(new Set(included)).toEqual(new Set(parts));
  });

  test.each(['dash', 'busybox'])('are read by %s', shell => {
    const args = shell === 'busybox' ? ['sh', '-n'] : ['-n'];
    const files = [...entryPoints, ...parts].map(path => join(agent, path));
    for (const path of [...files, join(ramdisk, 'root/init')]) execFileSync(shell, [...args, path]);
  });

  test('never evaluate what they were told', () => {
    for (const path of [...entryPoints, ...parts]) {
      expect(readFileSync(join(agent, path), 'utf8'), path).not.toMatch(/^\s*eval\b/m);
    }
  });
});
