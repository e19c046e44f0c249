import { Box } from '@mui/material';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { AppearanceSettings } from './AppearanceSettings.tsx';
import { EngineSettings } from './EngineSettings.tsx';

export function SettingsScreen() {
  const t = useT();
  const settings = useWorld(world => world.settings);
  return (
    <Box sx={{ height: '100%', overflow: 'auto' }}>
      <ScreenHeader title={t('settings.title')} />
      <Box sx={{ p: 2, display: 'grid', gap: 3, maxWidth: 860 }}>
        <AppearanceSettings />
        {settings && <EngineSettings settings={settings} />}
      </Box>
    </Box>
  );
}
