import { Box, TextField } from '@mui/material';
import { useEffect, useState } from 'react';
import type { ScreenProps } from '../../app/feature.ts';
import { useWorld } from '../../client/world-store.ts';
import type { PlainKey } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { AppearanceSettings } from './AppearanceSettings.tsx';
import { BackupSettings } from './BackupSettings.tsx';
import { EngineSettings } from './EngineSettings.tsx';
import { NoticeSettings } from './NoticeSettings.tsx';
import { SupportSettings } from './SupportSettings.tsx';
import { isFound, settingRows } from './setting-rows.ts';

/** Whole sections are found by what stands in them. */
const sections = {
  appearance: ['settings.appearance', 'settings.language', 'settings.theme', 'settings.density'],
  notices: ['settings.notices', 'settings.sounds', 'settings.desktopNotices'],
  backup: ['backup.title', 'backup.what', 'backup.list'],
  support: ['support.title', 'support.what'],
} as const satisfies Record<string, readonly PlainKey[]>;

export function SettingsScreen({ path }: ScreenProps) {
  const t = useT();
  const settings = useWorld(world => world.settings);
  const [words, setWords] = useState('');
  const [place] = path;
  useEffect(() => {
    if (place !== undefined) document.getElementById(`settings-${place}`)?.scrollIntoView();
  }, [place]);
  const shows = (name: keyof typeof sections) => isFound(words, ...sections[name].map(key => t(key)));
  const isNothing =
    Object.keys(sections).every(name => !shows(name as keyof typeof sections)) &&
    settingRows.every(
      ({ name, group }) =>
        !isFound(words, t(`settings.${name}`), t(`settings.${name}Effect`), t(`settings.group.${group}`)),
    );
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <ScreenHeader title={t('settings.title')}>
        <TextField
          type="search"
          label={t('settings.search')}
          value={words}
          onChange={event => setWords(event.target.value)}
          sx={{ width: 260 }}
        />
      </ScreenHeader>
      <Box sx={{ p: 2, display: 'grid', gap: 3, maxWidth: 960 }}>
        {isNothing && <Box role="status">{t('settings.noMatch', { words })}</Box>}
        {shows('appearance') && <AppearanceSettings />}
        {shows('notices') && <NoticeSettings />}
        {settings && <EngineSettings settings={settings} words={words} />}
        {shows('backup') && (
          <div id="settings-backup">
            <BackupSettings />
          </div>
        )}
        {shows('support') && (
          <div id="settings-support">
            <SupportSettings />
          </div>
        )}
      </Box>
    </Box>
  );
}
