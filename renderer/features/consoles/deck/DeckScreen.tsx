import { Box, Button } from '@mui/material';
import { useEffect, useState } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import { goTo } from '../../../app/route.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ScreenHeader } from '../../../ui/ScreenHeader.tsx';
import { useConsoleStates, useFollowedStates } from '../console-states.ts';
import { BroadcastBanner } from './BroadcastBanner.tsx';
import { DeckActions } from './DeckActions.tsx';
import { ServerList } from './ServerList.tsx';
import { TabStrip } from './TabStrip.tsx';
import { Tiles } from './Tiles.tsx';
import { openTab, useTabs } from './tabs-store.ts';

/** Servers on the left, their consoles in tabs or tiles beside them. */
export function DeckScreen({ askedId }: { readonly askedId: NodeId | undefined }) {
  const t = useT();
  const [isListShown, setListShown] = useState(true);
  const open = useTabs(state => state.open);
  const hasBmc = useWorld(world => [...world.nodes.values()].some(node => node.bmc !== null));
  const isLoaded = useWorld(world => world.isLoaded);
  const connected = useConsoleStates(
    ({ byNode }) => [...(byNode?.values() ?? [])].filter(({ state }) => state === 'connected').length,
  );
  useFollowedStates();
  useEffect(() => {
    if (askedId !== undefined) openTab(askedId);
  }, [askedId]);
  if (isLoaded && !hasBmc) return <NoServers />;
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <ScreenHeader
        title={t('consoles.title')}
        detail={t('consoles.summary', { count: connected, open: open.length })}
      >
        <DeckActions isListShown={isListShown} onList={setListShown} />
      </ScreenHeader>
      <BroadcastBanner />
      <Box sx={{ flex: 1, minHeight: 0, display: 'flex' }}>
        {isListShown && <ServerList />}
        <Box sx={{ flex: 1, minWidth: 0, display: 'flex', flexDirection: 'column' }}>
          {open.length === 0 ? (
            <EmptyState title={t('consoles.noneOpen')}>{t('consoles.noneOpenText')}</EmptyState>
          ) : (
            <>
              <TabStrip />
              <Tiles />
            </>
          )}
        </Box>
      </Box>
    </Box>
  );
}

function NoServers() {
  const t = useT();
  return (
    <>
      <ScreenHeader title={t('consoles.title')} />
      <EmptyState
        title={t('consoles.emptyTitle')}
        actions={
          <Button variant="contained" onClick={() => goTo('rack')}>
            {t('lanes.toRack')}
          </Button>
        }
      >
        {t('consoles.emptyText')}
      </EmptyState>
    </>
  );
}
