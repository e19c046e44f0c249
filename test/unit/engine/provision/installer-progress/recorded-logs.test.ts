import { describe, expect, it } from 'vitest';
import {
  type InstallState,
  observeInstall,
  resumedInstall,
} from '#engine/provision/deploy/linux-installer/progress/install-progress.ts';
import { phraseIn, waitsForPerson } from '#engine/provision/deploy/linux-installer/progress/phrase-table.ts';
import { progressTables } from '#engine/provision/deploy/linux-installer/progress/phrases-of.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import { type InstallerFamily, installerFamilies, progressPhrase } from '#shared/contract/index.ts';
import { readLog } from '#test/fixtures/installer-logs/read-log.ts';

/** The whole log, with our look every five seconds. */
function hear(family: InstallerFamily, name: string): { state: InstallState; changes: ToldEvent[] } {
  const table = progressTables[family];
  const changes: ToldEvent[] = [];
  let state = resumedInstall(null, null, 0);
  let nextLookMs = 5000;
  for (const { line, atMs } of readLog(name)) {
    for (; nextLookMs < atMs; nextLookMs += 5000) {
      const looked = observeInstall(state, { kind: 'tick', atMs: nextLookMs }, table);
      changes.push(...looked.changes);
      state = looked.state;
    }
    const heard = observeInstall(state, { kind: 'log', line, atMs }, table);
    changes.push(...heard.changes);
    state = heard.state;
  }
  return { state, changes };
}

const placesOf = (changes: readonly ToldEvent[]): string[] =>
  changes.flatMap(change =>
    change.message === 'installer.phase' ? [`${change.details.percent} ${change.details.phase}`] : [],
  );

const debianPlaces = [
  '5 installer parts',
  '6 installer parts',
  '8 installer parts',
  '12 disks',
  '15 partitioning',
  '25 base system',
  '30 base system',
  '40 base system',
  '52 kernel',
  '56 package sources',
  '60 packages',
  '80 boot loader',
  '83 boot loader',
  '87 finishing',
  '89 scripts',
  '97 finishing',
  '100 finished',
];

describe('logs of installations that succeed', () => {
  it.each<[InstallerFamily, string, string[]]>([
    [
      'anaconda',
      'anaconda-9',
      [
        '4 started',
        '5 started',
        '10 preparing',
        '12 partitioning',
        '24 partitioned',
        '28 packages',
        '35 packages',
        '72 boot loader',
        '78 settings',
        '80 settings',
        '82 settings',
        '84 initramfs',
        '87 settings',
        '89 scripts',
        '100 finished',
      ],
    ],
    ['debian-installer', 'debian-installer-12', debianPlaces],
    ['debian-installer', 'debian-installer-13', ['4 network', ...debianPlaces]],
    [
      'subiquity',
      'subiquity-24',
      [
        '4 started',
        '10 package sources',
        '14 installing',
        '16 partitioning',
        '28 base system',
        '50 kernel',
        '55 kernel',
        '60 kernel',
        '66 boot loader',
        '70 packages',
        '73 packages',
        '78 updates',
        '84 updates',
        '88 scripts',
        '96 finishing',
        '100 finished',
      ],
    ],
    [
      'autoyast',
      'autoyast-15',
      [
        '4 started',
        '6 preparing',
        '8 preparing',
        '10 preparing',
        '15 partitioning',
        '24 partitioned',
        '28 packages',
        '32 packages',
        '80 settings',
        '96 finishing',
        '100 finished',
      ],
    ],
  ])('%s: every phase of %s is seen in its order, without a false alarm', (family, name, places) => {
    const { state, changes } = hear(family, name);
    expect(placesOf(changes)).toEqual(places);
    expect(changes.map(({ message }) => message)).toEqual(places.map(() => 'installer.phase'));
    expect(state).toMatchObject({ phase: { percent: 100, trouble: null }, failure: null });
  });
});

describe('logs of installers that stop', () => {
  it('Debian’s, recorded: a part of it is missing on the mirror, and it waits in a dialog', () => {
    const { state, changes } = hear('debian-installer', 'debian-installer-12-stops');
    expect(placesOf(changes)).toEqual(['5 installer parts', '6 installer parts', '8 installer parts']);
    expect(changes.at(-1)).toEqual({
      message: 'installer.needs_person',
      details: { line: 'anna[4529]: WARNING **: package retrieval failed' },
    });
    expect(state.phase?.trouble).toBe('needs-person');
    expect(state.phase?.lines).toHaveLength(10);
    expect(state.phase?.lines.at(-2)).toContain('ERROR 404: Not Found.');
  });

  it('Anaconda’s: it shows its own traceback', () => {
    const { state, changes } = hear('anaconda', 'anaconda-9-stops');
    expect(changes.at(-1)).toEqual({
      message: 'installer.needs_person',
      details: { line: 'anaconda[1812]: anaconda: exception: running handleException' },
    });
    expect(state.phase).toMatchObject({ name: 'partitioning', percent: 12, trouble: 'needs-person' });
    expect(state.phase?.lines.at(-1)).toContain('Traceback (most recent call last):#012');
  });

  it.each<[InstallerFamily, string]>([
    ['debian-installer', "main-menu[1859]: WARNING **: Configuring 'partman-base' failed with error code 1"],
    ['debian-installer', "main-menu[1859]: WARNING **: Menu item 'bootstrap-base' failed."],
    ['debian-installer', 'grub-installer: error: Running \'grub-install  --force "/dev/vda"\' failed.'],
    ['subiquity', 'subiquity_event.1591[1591]: finish: subiquity/Install/install: FAIL: install failed'],
    ['subiquity', 'subiquity[1]: An error occurred. Press enter to start a shell'],
    [
      'autoyast',
      '[Ruby] callbacks/commit.rb:67 libstorage-ng reported an error, asking the user whether to continue',
    ],
    ['anaconda', 'anaconda: gui: kickstart installation stopped for info: Installation Source'],
  ])('%s: %s', (family, line) => {
    expect(waitsForPerson(line, progressTables[family].waits)).toBe(true);
  });
});

describe.each(installerFamilies)('the table of %s', family => {
  const { phrases, waits } = progressTables[family];

  it('is one that a person could have typed', () => {
    for (const phrase of phrases) expect(progressPhrase.parse(phrase)).toEqual(phrase);
  });

  it('has exactly one end', () => {
    expect(phrases.filter(({ percent }) => percent === 100)).toHaveLength(1);
  });

  it('has no row that an earlier one hides', () => {
    for (const phrase of phrases) {
      const line = phrase.words.replaceAll('*', ' anything ');
      expect(phraseIn(line, phrases), phrase.words).toBe(phrase);
    }
  });

  it('takes none of its own progress for a dialog', () => {
    for (const { words } of phrases) expect(waitsForPerson(words, waits), words).toBe(false);
  });
});
