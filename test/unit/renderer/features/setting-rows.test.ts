import { beforeEach, describe, expect, it } from 'vitest';
import { acceptableName } from '#renderer/client/saved-files.ts';
import { defaultText, isFound, settingRows } from '#renderer/features/settings/setting-rows.ts';
import { startI18n, translate } from '#renderer/i18n/i18n.ts';
import { defaultSettings, savedFileName, settings } from '#shared/contract/index.ts';

beforeEach(() => startI18n('en'));

describe('the rows of the settings', () => {
  it('are all of the engine’s settings, each with a default that it takes', () => {
    const { rackViews: _savedInTheRack, ...typed } = settings.shape;
    expect(settingRows.map(({ name }) => name).toSorted()).toEqual(Object.keys(typed).toSorted());
    expect(settings.parse(defaultSettings)).toEqual(defaultSettings);
    const texts = settingRows.map(({ name }) => defaultText(translate, name));
    expect(texts).toContain('30 min');
    expect(texts.every(text => text !== '')).toBe(true);
  });

  it('are found when every word is somewhere in them', () => {
    expect(isFound('ERASE disk', 'How disks are erased', '')).toBe(true);
    expect(isFound('erase power', 'How disks are erased', '')).toBe(false);
    expect(isFound('', 'anything')).toBe(true);
  });
});

it('a file of any name is given one that the engine takes', () => {
  for (const name of [
    'Mein Backup (1).tar.gz',
    '../../etc/passwd',
    '备份.tar.gz',
    '.hidden.gz',
    `${'x'.repeat(300)}.zip`,
  ])
    expect(savedFileName.safeParse(acceptableName(name)).success).toBe(true);
  expect(acceptableName('rackside-backup-1.tar.gz')).toBe('rackside-backup-1.tar.gz');
});
