import { describe, expect, test } from 'vitest';
import { lintAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/lint-answer-file.ts';
import { renderAnswerFile } from '#engine/provision/deploy/linux-installer/answer-file/render-answer-file.ts';
import type { InstallerFamily } from '#shared/contract/index.ts';
import { assets, plainPlan } from './plans.ts';

/** Our own file with one thing changed. */
function lint(family: InstallerFamily, from: string | RegExp, to: string): string[] {
  const { text } = renderAnswerFile({ plan: plainPlan(family), assets });
  const changed = (text ?? '').replace(from, to);
  expect(changed).not.toBe(text);
  return lintAnswerFile(family, changed).map(
    ({ severity, code, line }) => `${severity} ${code}${line === null ? '' : ` ${line}`}`,
  );
}

describe('kickstart', () => {
  test('a word that Anaconda does not know', () =>
    expect(lint('anaconda', /^text$/m, 'txet')).toEqual(['error unknown_word 2']));
  test('a section without its end', () =>
    expect(lint('anaconda', /^%end$/m, '')).toEqual([expect.stringMatching(/^error unfinished \d+$/)]));
  test('an end without a section', () =>
    expect(lint('anaconda', /^text$/m, '%end')).toEqual(['error unfinished 2']));
  test('what would erase every disk', () => {
    expect(lint('anaconda', /^ignoredisk.*$/m, '')).toEqual(['error any_disk']);
    expect(lint('anaconda', / --drives=\S+/, '')).toEqual([expect.stringMatching(/^error any_disk \d+$/)]);
  });
  test('what Anaconda would ask for', () =>
    expect(lint('anaconda', /^lang .*$/m, '')).toEqual(['error missing']));
  test('a password in clear', () =>
    expect(lint('anaconda', /^rootpw .*$/m, 'rootpw secret')).toEqual([
      expect.stringMatching(/^warning secret_in_clear/),
    ]));
});

describe('preseed', () => {
  test('half a line', () =>
    expect(
      lint('debian-installer', /^d-i debian-installer\/locale .*$/m, 'd-i debian-installer/locale'),
    ).toEqual(expect.arrayContaining([expect.stringMatching(/^error syntax/), 'error missing'])));
  test('a type that debconf does not know', () =>
    expect(lint('debian-installer', 'xkb-keymap select', 'xkb-keymap selekt')).toEqual([
      expect.stringMatching(/^error unknown_word/),
    ]));
  test('a truth that is none', () =>
    expect(lint('debian-installer', 'partman/confirm boolean true', 'partman/confirm boolean yes')).toEqual([
      expect.stringMatching(/^error syntax/),
    ]));
  test('a disk of the installer’s own choice', () =>
    expect(lint('debian-installer', /^d-i partman-auto\/disk .*$/m, '')).toEqual(['error any_disk']));
  test('a password in clear', () =>
    expect(
      lint('debian-installer', 'root-password-crypted password *', 'root-password password secret'),
    ).toEqual([expect.stringMatching(/^warning secret_in_clear/)]));
});

describe('autoinstall', () => {
  test('what is no YAML', () =>
    expect(lint('subiquity', '  version: 1', '  version: [1')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^error syntax \d+$/)]),
    ));
  test('what cloud-init would not look at', () =>
    expect(lint('subiquity', '#cloud-config\n', '')).toEqual(['error syntax 1']));
  test('a section that there is not', () =>
    expect(lint('subiquity', '  locale:', '  lokale:')).toEqual(['error unknown_word']));
  test('another version', () =>
    expect(lint('subiquity', 'version: 1', 'version: 2')).toEqual(['error missing']));
  test('any disk', () => {
    expect(lint('subiquity', 'path: /dev/rackside-disk-01', 'match: {size: largest}')).toEqual([
      'error any_disk',
    ]);
    expect(lint('subiquity', /\n {2}storage:\n( {4}.*\n)+/, '\n')).toEqual(['error any_disk']);
  });
  test('aliases that would fill the memory', () => {
    const bomb = `#cloud-config\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
      .join('\n')}\nautoinstall: {version: 1, packages: *i}\n`;
    expect(lintAnswerFile('subiquity', bomb)[0]).toMatchObject({ severity: 'error', code: 'syntax' });
  });
});

describe('AutoYaST', () => {
  test('what is no XML', () =>
    expect(lint('autoyast', '</profile>', '')).toEqual([expect.stringMatching(/^error syntax/)]));
  test('entities', () =>
    expect(
      lint('autoyast', '<!DOCTYPE profile>', '<!DOCTYPE profile [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    ).toEqual(['error syntax']));
  test('another namespace', () => expect(lint('autoyast', 'yast2ns', 'yast3ns')).toEqual(['error syntax 1']));
  test('a drive that is any disk', () =>
    expect(lint('autoyast', '<device>/dev/rackside-disk-01</device>', '')).toEqual(['error any_disk']));
  test('no partitioning at all', () =>
    expect(lint('autoyast', /<partitioning[\s\S]*<\/partitioning>/, '')).toEqual([
      'error missing',
      'error any_disk',
    ]));
  test('a password in clear', () =>
    expect(lint('autoyast', /<encrypted.*<\/encrypted>/, '')).toEqual(['warning secret_in_clear']));
});

test.each(['anaconda', 'debian-installer', 'subiquity', 'autoyast'] as const)(
  'an empty file of %s is an error, not a crash',
  family => {
    for (const text of ['', '\n', '\0', '%', '<', '{', '- ', '\\\n\\'])
      expect(lintAnswerFile(family, text).some(({ severity }) => severity === 'error')).toBe(true);
  },
);
