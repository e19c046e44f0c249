import { spawnSync } from 'node:child_process';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseHostName } from '#engine/identity/host-name.ts';
import { hashRootPassword, parsePasswordHash } from '#engine/identity/root-password.ts';
import { sha512Crypt } from '#engine/identity/sha512-crypt.ts';
import {
  type InstallPlan,
  installPlanProblems,
} from '#engine/provision/deploy/linux-installer/answer-file/install-plan.ts';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import { parseSshPublicKey } from '#shared/contract/ssh-key.ts';
import { ed25519Key } from '../../identity/keys.ts';
import { setUpScriptOf } from './installed-script.ts';
import { assets, families, ok, plainPlan } from './plans.ts';

/**
 * Whatever a person can type reaches the new system as it is, or is refused by name. What arrives is taken out of the
 * finished file by a real reader of its language, and then run by a real shell.
 */
const hostile = [
  '$(reboot)',
  '`reboot`',
  "it's",
  '"quoted"',
  'back\\slash\\',
  '%end',
  '%include /etc/passwd',
  '{{ host.name }}{% raw %}',
  ']]></source>',
  '&amp; <b>',
  '-rf',
  '#early| x',
  "'; reboot; '",
  'END',
  'SET-UP',
  '王凯峰',
  'שלום עולם',
  '🖥️ rack',
  'a: b # c',
  '$IFS ${IFS',
  '|bar',
  'tab\tinside',
  'line\nbreak',
  '\u2028',
  '\ud83d',
  '\u0007',
  'colon: here',
];
const text = fc.oneof(
  fc.constantFrom(...hostile),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.array(fc.constantFrom(...hostile, ' ', '\n'), { maxLength: 6 }).map(parts => parts.join('')),
);

/** Instead of the set-up's own functions: what they are called with, each word ended by a NUL. */
const recording = {
  ...assets,
  scripts: {
    ...assets.scripts,
    setUpSystem: [
      'record() { printf \'%s\\0\' "$@"; }',
      'add_user() { record user "$@"; }',
      'run_script() { record script "$1"; }',
      'install_file() { record file "$(sed \'s/^|//\')"; }',
      'authorize() { record keys "$(sed \'s/^|//\')"; }',
      'set_password() { record password "$2"; }',
      'let_root_log_in_by_key() { :; }',
      'start_sshd_at_boot() { :; }',
      '',
    ].join('\n'),
  },
};

function arrived(plan: InstallPlan): string[] {
  const rendered = renderAnswerFile({ plan, assets: recording });
  expect(rendered.problems).toEqual([]);
  const run = spawnSync('sh', ['-u'], {
    input: setUpScriptOf(plan.medium.family, rendered.text ?? ''),
    encoding: 'utf8',
  });
  expect(run.stderr).toBe('');
  return run.stdout.split('\0').slice(0, -1);
}

describe.each(families)('%s', family => {
  const plain = plainPlan(family);

  test('full names, names of scripts and the scripts themselves survive or are refused', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(text, text, text), { minLength: 8, maxLength: 16 }), typed => {
        const planOf = (entries: typeof typed): InstallPlan => ({
          ...plain,
          rootKeys: [],
          users: entries.map(([fullName], index) => ({
            name: `ops${index}`,
            fullName,
            passwordHash: null,
            keys: [],
            sudo: false,
          })),
          postScripts: entries.map(([, name, script]) => ({ name, text: script })),
        });
        const isRefused = (entry: (typeof typed)[number]) => installPlanProblems(planOf([entry])).length > 0;
        for (const entry of typed.filter(isRefused))
          expect(renderAnswerFile({ plan: planOf([entry]), assets }).text).toBeNull();
        const taken = typed.filter(entry => !isRefused(entry));
        const asShellReads = (script: string) => script.replaceAll('\r\n', '\n').replace(/\n+$/, '');
        expect(arrived(planOf(taken))).toEqual([
          ...taken.flatMap(([fullName], index) => ['user', `ops${index}`, fullName, '', 'no']),
          ...taken.flatMap(([, name, script]) => ['file', asShellReads(script), 'script', name]),
        ]);
      }),
      { numRuns: 8 },
    );
  });

  test('whoever typed the root password logs in with it', () => {
    fc.assert(
      fc.property(text, fc.uint8Array({ minLength: 16, maxLength: 16 }), (clear, randomness) => {
        const hashed = hashRootPassword(clear, Buffer.from(randomness));
        if (!hashed.ok) return;
        const [, found = ''] = arrived({ ...plain, rootKeys: [], rootPasswordHash: hashed.value });
        expect(parsePasswordHash(found).ok).toBe(true);
        expect(sha512Crypt(clear, found.split('$')[2] ?? '')).toBe(found);
      }),
      { numRuns: 4 },
    );
  });

  test('the comments of keys survive or are refused', () => {
    const [type = '', blob = ''] = ed25519Key.split(' ');
    fc.assert(
      fc.property(fc.array(text, { minLength: 8, maxLength: 16 }), comments => {
        const keys = comments.flatMap(comment => {
          const key = parseSshPublicKey(`${type} ${blob} ${comment}`);
          return key.ok && installPlanProblems({ ...plain, rootKeys: [key.value] }).length === 0
            ? [key.value]
            : [];
        });
        expect(arrived({ ...plain, rootKeys: keys })).toEqual(
          keys.length === 0 ? [] : ['keys', keys.join('\n')],
        );
      }),
      { numRuns: 6 },
    );
  });

  test('any host name that the form takes is in the file', () => {
    const label = fc.stringMatching(/^[A-Za-z0-9]([A-Za-z0-9-]{0,20}[A-Za-z0-9])?$/);
    fc.assert(
      fc.property(fc.array(label, { minLength: 1, maxLength: 3 }), labels => {
        const name = parseHostName(labels.join('.'));
        if (!name.ok) return;
        const rendered = renderAnswerFile({ plan: { ...plain, hostName: name.value }, assets });
        expect(rendered.problems).toEqual([]);
        expect(rendered.text).toContain(family === 'debian-installer' ? ok(name).split('.')[0] : name.value);
      }),
      { numRuns: 20 },
    );
  });
});
