import { Box } from '@mui/material';
import { useEffect, useState } from 'react';
import { DropFiles } from '../features/images/DropFiles.tsx';
import { StatusBar } from '../features/services/StatusBar.tsx';
import { useT } from '../i18n/i18n.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { ConnectionBanner } from './ConnectionBanner.tsx';
import { ErrorBoundary } from './ErrorBoundary.tsx';
import { features } from './features.ts';
import { NotificationDrawer } from './NotificationDrawer.tsx';
import { OpenOverlay } from './OpenOverlay.tsx';
import { closeAllOverlays, useOverlays } from './overlay.ts';
import { Rail } from './Rail.tsx';
import { useRoute } from './route.ts';
import { ShownNotification } from './ShownNotification.tsx';

/** Rail, screen, status bar; over them palette, notifications and the one open dialog. */
export function Shell() {
  const t = useT();
  const route = useRoute(state => state.route);
  const [isPaletteOpen, setPaletteOpen] = useState(false);
  const [isDrawerOpen, setDrawerOpen] = useState(false);
  useEffect(() => onPaletteKey(() => setPaletteOpen(true)), []);
  const feature = features.find(({ id }) => id === route[0]) ?? features[0];
  const path = feature.id === route[0] ? route.slice(1) : [];
  const { Screen } = feature;
  useEffect(() => {
    document.title = `${t(feature.title)} · Rackside`;
  }, [feature, t]);
  return (
    <Box
      sx={{ display: 'grid', gridTemplateColumns: '76px 1fr', gridTemplateRows: '1fr auto', height: '100%' }}
    >
      <Rail
        currentId={feature.id}
        onPalette={() => setPaletteOpen(true)}
        onNotifications={() => setDrawerOpen(true)}
      />
      <Box sx={{ display: 'flex', flexDirection: 'column', minWidth: 0, minHeight: 0 }}>
        <ConnectionBanner />
        <Box component="main" sx={{ flex: 1, minHeight: 0, minWidth: 0 }}>
          <ErrorBoundary resetKey={route.join('/')}>
            <Screen path={path} />
          </ErrorBoundary>
        </Box>
      </Box>
      <Box sx={{ gridColumn: '1 / -1', minWidth: 0 }}>
        <StatusBar />
      </Box>
      <ErrorBoundary onReset={closeAllOverlays}>
        <OpenOverlay />
      </ErrorBoundary>
      <DropFiles />
      {isPaletteOpen && <CommandPalette onClose={() => setPaletteOpen(false)} />}
      <NotificationDrawer isOpen={isDrawerOpen} onClose={() => setDrawerOpen(false)} />
      <ShownNotification />
    </Box>
  );
}

function onPaletteKey(open: () => void): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key.toLowerCase() !== 'k' || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    // What is typed into an open dialog must not be left behind by a jump elsewhere.
    if (useOverlays.getState().stack.length === 0) open();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}
