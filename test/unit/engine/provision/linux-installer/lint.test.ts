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
    expect(lint('anaconda', /^text$/m, 'txet')).toEqual(['error unknown_word.kickstart_command 2']));
  test('a section without its end', () =>
    expect(lint('anaconda', /^%end$/m, '')).toEqual([
      expect.stringMatching(/^error unfinished.section \d+$/),
    ]));
  test('an end without a section', () =>
    expect(lint('anaconda', /^text$/m, '%end')).toEqual(['error unfinished.end_alone 2']));
  test('what would erase every disk', () => {
    expect(lint('anaconda', /^ignoredisk.*$/m, '')).toEqual(['error any_disk.kickstart_ignoredisk']);
    expect(lint('anaconda', / --drives=\S+/, '')).toEqual([
      expect.stringMatching(/^error any_disk.kickstart_clearpart \d+$/),
    ]);
  });
  test('what only a script says that comes too late', () => {
    const { text } = renderAnswerFile({ plan: plainPlan('anaconda'), assets });
    const [line = ''] = /^ignoredisk.*\n/m.exec(text ?? '') ?? [];
    const moved = (text ?? '')
      .replace(line, '')
      .replace('%post --erroronfail\n', `%post\ncat <<X\n${line}X\n`);
    expect(moved).toContain(line);
    expect(lintAnswerFile('anaconda', moved).map(({ code }) => code)).toEqual([
      'any_disk.kickstart_ignoredisk',
    ]);
  });
  test('what Anaconda would ask for', () =>
    expect(lint('anaconda', /^lang .*$/m, '')).toEqual(['error missing.kickstart_command']));
  test('a password in clear', () =>
    expect(lint('anaconda', /^rootpw .*$/m, 'rootpw secret')).toEqual([
      expect.stringMatching(/^warning secret_in_clear.root/),
    ]));
});

describe('a disk by the name that the kernel gave it', () => {
  const isNamed = [expect.stringMatching(/^error any_disk.kernel_name/)];
  test.each<[InstallerFamily, string | RegExp, string]>([
    ['anaconda', /^ignoredisk .*$/m, 'ignoredisk --only-use=sda'],
    ['anaconda', /--drives=\S+/, '--drives=$disk1,nvme0n1'],
    ['anaconda', '--boot-drive=$disk1', '--boot-drive=/dev/vda'],
    ['debian-installer', /^(d-i partman-auto\/disk string).*$/m, '$1 /dev/sda'],
    ['debian-installer', /^(d-i grub-installer\/bootdev string).*$/m, '$1 /dev/nvme0n1'],
    ['subiquity', 'path: /dev/rackside-disk-01', 'path: /dev/sda'],
    ['autoyast', '<device>/dev/rackside-disk-01<', '<device>/dev/sda<'],
  ])('is refused for %s: %s', (family, from, to) => {
    expect(lint(family, from, to)).toEqual(isNamed);
  });

  test.each<[InstallerFamily, string | RegExp, string]>([
    ['anaconda', /^ignoredisk .*$/m, 'ignoredisk --only-use=disk/by-id/wwn-0x5002538e40a1b2c3'],
    ['debian-installer', /^(d-i partman-auto\/disk string).*$/m, '$1 /dev/disk/by-id/wwn-0x5002538e40a1b2c3'],
    ['subiquity', 'path: /dev/rackside-disk-01', 'path: /dev/disk/by-path/pci-0000:00:17.0-ata-1'],
  ])('is another thing than one that stays, for %s: %s', (family, from, to) => {
    expect(lint(family, from, to)).toEqual([]);
  });
});

test.each<[InstallerFamily, string | RegExp, string]>([
  ['anaconda', /^reboot$/m, 'poweroff'],
  [
    'debian-installer',
    /^d-i cdrom-detect/m,
    'd-i debian-installer/exit/poweroff boolean true\nd-i cdrom-detect',
  ],
  ['subiquity', 'shutdown: reboot', 'shutdown: poweroff'],
])('a machine that stays off is told, of %s', (family, from, to) => {
  expect(lint(family, from, to)).toEqual([expect.stringMatching(/^warning stays_off/)]);
});

test.each(['anaconda', 'debian-installer', 'subiquity', 'autoyast'] as const)(
  'an end that nobody is told of is a warning, of %s',
  family => {
    expect(lint(family, /\breport finished\b/g, 'true')).toEqual(['warning not_told']);
  },
);

describe('preseed', () => {
  test('half a line', () =>
    expect(
      lint('debian-installer', /^d-i debian-installer\/locale .*$/m, 'd-i debian-installer/locale'),
    ).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^error syntax.preseed_line/),
        'error missing.debconf_answer',
      ]),
    ));
  test('a type that debconf does not know', () =>
    expect(lint('debian-installer', 'xkb-keymap select', 'xkb-keymap selekt')).toEqual([
      expect.stringMatching(/^error unknown_word.debconf_type/),
    ]));
  test('a truth that is none', () =>
    expect(lint('debian-installer', 'partman/confirm boolean true', 'partman/confirm boolean yes')).toEqual([
      expect.stringMatching(/^error syntax/),
    ]));
  test('a disk of the installer’s own choice', () =>
    expect(lint('debian-installer', /^d-i partman-auto\/disk .*$/m, '')).toEqual(['error any_disk.preseed']));
  test('a password in clear', () =>
    expect(
      lint('debian-installer', 'root-password-crypted password *', 'root-password password secret'),
    ).toEqual([expect.stringMatching(/^warning secret_in_clear/)]));
});

describe('autoinstall', () => {
  test('what is no YAML', () =>
    expect(lint('subiquity', '  version: 1', '  version: [1')).toEqual(
      expect.arrayContaining([expect.stringMatching(/^error syntax.yaml \d+$/)]),
    ));
  test('what cloud-init would not look at', () =>
    expect(lint('subiquity', '#cloud-config\n', '')).toEqual(['error syntax.no_cloud_config 1']));
  test('a section that there is not', () =>
    expect(lint('subiquity', '  locale:', '  lokale:')).toEqual(['error unknown_word.autoinstall_section']));
  test('another version', () =>
    expect(lint('subiquity', 'version: 1', 'version: 2')).toEqual(['error missing.autoinstall_version']));
  test('any disk', () => {
    expect(lint('subiquity', 'path: /dev/rackside-disk-01', 'match: {size: largest}')).toEqual([
      'error any_disk.autoinstall_disk',
    ]);
    expect(lint('subiquity', /\n {2}storage:\n( {4}.*\n)+/, '\n')).toEqual([
      'error any_disk.autoinstall_storage',
    ]);
  });
  test('aliases that would fill the memory', () => {
    const bomb = `#cloud-config\na: &a [x,x,x,x,x,x,x,x,x]\n${'bcdefghi'
      .split('')
      .map((name, index) => `${name}: &${name} [${Array(9).fill(`*${'abcdefgh'[index]}`).join(',')}]`)
      .join('\n')}\nautoinstall: {version: 1, packages: *i}\n`;
    expect(lintAnswerFile('subiquity', bomb)[0]).toMatchObject({
      severity: 'error',
      code: 'syntax.too_many_aliases',
    });
  });
});

describe('AutoYaST', () => {
  test('what is no XML', () =>
    expect(lint('autoyast', '</profile>', '')).toEqual([expect.stringMatching(/^error syntax/)]));
  test('entities', () =>
    expect(
      lint('autoyast', '<!DOCTYPE profile>', '<!DOCTYPE profile [<!ENTITY a SYSTEM "file:///etc/passwd">]>'),
    ).toEqual(['error syntax.xml_entity']));
  test('another namespace', () =>
    expect(lint('autoyast', 'yast2ns', 'yast3ns')).toEqual(['error syntax.xml_root 1']));
  test('a drive that is any disk', () =>
    expect(lint('autoyast', '<device>/dev/rackside-disk-01</device>', '')).toEqual([
      'error any_disk.autoyast_drive',
    ]));
  test('no partitioning at all', () =>
    expect(lint('autoyast', /<partitioning[\s\S]*<\/partitioning>/, '')).toEqual([
      'error missing.autoyast_section',
      'error any_disk.autoyast_partitioning',
    ]));
  test('a password in clear', () =>
    expect(lint('autoyast', /<encrypted.*<\/encrypted>/, '')).toEqual([
      'warning secret_in_clear.user_named',
    ]));
});

test('what is wrong brings the values that its sentence names', () => {
  const values = (family: InstallerFamily, text: string) =>
    Object.fromEntries(lintAnswerFile(family, text).map(found => [found.code, found.values]));
  expect(values('anaconda', 'txet\n%post\n')).toMatchObject({
    'unknown_word.kickstart_command': { word: 'txet' },
    'unfinished.section': { section: '%post', start: 2 },
    'missing.kickstart_command': { commands: '%packages' },
  });
  expect(
    values('debian-installer', 'd-i passwd/root-password password x\nd-i a/b bolean true\n'),
  ).toMatchObject({
    'secret_in_clear.debconf': { question: 'passwd/root-password' },
    'unknown_word.debconf_type': { word: 'bolean' },
    'missing.debconf_answer': { question: 'partman/confirm' },
  });
  const disks = 'storage: {config: [{type: disk, id: first}]}';
  expect(values('subiquity', `#cloud-config\nautoinstall: {lokale: de, ${disks}}\n`)).toMatchObject({
    'unknown_word.autoinstall_section': { word: 'lokale' },
    'any_disk.autoinstall_disk': { id: 'first' },
  });
  expect(values('subiquity', '#cloud-config\na: [1\n')).toMatchObject({
    'syntax.yaml': { reason: expect.stringMatching(/\w/) },
  });
  const namespace = 'http://www.suse.com/1.0/yast2ns';
  const user = '<users><user><username>ops</username><user_password>x</user_password></user></users>';
  expect(values('autoyast', `<profile xmlns="${namespace}">${user}</profile>`)).toMatchObject({
    'missing.autoyast_section': { section: 'software' },
    'secret_in_clear.user_named': { name: 'ops' },
  });
  expect(values('autoyast', '<profile/>')).toMatchObject({ 'syntax.xml_root': { namespace } });
});

test('what no answer file could carry says where and what', () => {
  const plan = plainPlan('anaconda');
  const { problems } = renderAnswerFile({ plan: { ...plan, disks: [], kernelArguments: 'a;b' }, assets });
  expect(problems.map(({ code, values }) => [code, values])).toEqual([
    ['plan.bad_character', { where: 'kernelArguments', character: '";"' }],
    ['plan.no_disk', { where: 'disks' }],
  ]);
});

test.each(['anaconda', 'debian-installer', 'subiquity', 'autoyast'] as const)(
  'an empty file of %s is an error, not a crash',
  family => {
    for (const text of ['', '\n', '\0', '%', '<', '{', '- ', '\\\n\\'])
      expect(lintAnswerFile(family, text).some(({ severity }) => severity === 'error')).toBe(true);
  },
);
