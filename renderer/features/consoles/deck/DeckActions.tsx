import { Button, ToggleButton, ToggleButtonGroup } from '@mui/material';
import { useState } from 'react';
import { goTo } from '../../../app/route.ts';
import { useT } from '../../../i18n/i18n.ts';
import { BroadcastDialog } from './BroadcastDialog.tsx';
import { type TileCount, tileCounts } from './tabs.ts';
import { setTiles, useTabs } from './tabs-store.ts';
import { ViewSettingsDialog } from './ViewSettingsDialog.tsx';

interface Props {
  readonly isListShown: boolean;
  readonly onList: (isShown: boolean) => void;
}

/** What concerns all consoles of this window. */
export function DeckActions({ isListShown, onList }: Props) {
  const t = useT();
  const { open, tiles } = useTabs();
  const [dialog, setDialog] = useState<'broadcast' | 'view' | null>(null);
  return (
    <>
      <ToggleButton value="list" selected={isListShown} onChange={() => onList(!isListShown)}>
        {t('consoles.servers')}
      </ToggleButton>
      <ToggleButtonGroup
        exclusive
        aria-label={t('consoles.tiles')}
        value={tiles}
        onChange={(_, chosen: TileCount | null) => {
          if (chosen !== null) setTiles(chosen);
        }}
      >
        {tileCounts.map(count => (
          <ToggleButton key={count} value={count} aria-label={t('consoles.tilesOf', { count })}>
            {count}
          </ToggleButton>
        ))}
      </ToggleButtonGroup>
      <Button variant="outlined" disabled={open.length < 2} onClick={() => setDialog('broadcast')}>
        {t('broadcast.open')}
      </Button>
      <Button variant="outlined" onClick={() => setDialog('view')}>
        {t('consoles.view')}
      </Button>
      <Button variant="outlined" onClick={() => goTo('consoles', 'recordings')}>
        {t('recordings.title')}
      </Button>
      {dialog === 'broadcast' && <BroadcastDialog onClose={() => setDialog(null)} />}
      {dialog === 'view' && <ViewSettingsDialog onClose={() => setDialog(null)} />}
    </>
  );
}
