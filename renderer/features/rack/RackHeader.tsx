import ManageSearchIcon from '@mui/icons-material/ManageSearch';
import SearchIcon from '@mui/icons-material/Search';
import { Button, IconButton, InputAdornment, TextField, Tooltip } from '@mui/material';
import { useEffect, useMemo, useRef } from 'react';
import { openOverlay } from '../../app/overlay.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { nodeTone } from './node-actions.ts';
import type { NodeRow } from './rack-rows.ts';
import { TransferMenu } from './transfer/TransferMenu.tsx';
import { VirtualRackButton } from './VirtualRackButton.tsx';
import { changeFilter, useShownRack } from './views/rack-view-store.ts';

interface Props {
  /** The servers that are shown, in their order. */
  readonly shown: readonly NodeRow[];
  /** A sheet is open beside it. */
  readonly isNarrow: boolean;
  /** Asks for servers by what they have. */
  readonly onFind: () => void;
}

export function RackHeader({ shown, isNarrow, onFind }: Props) {
  const t = useT();
  const text = useShownRack(state => state.view.filter.text);
  const summary = useSummary();
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => focusOnSlash(search), []);
  return (
    <ScreenHeader title={t('rack.title')} detail={isNarrow ? '' : summary}>
      <VirtualRackButton isSmall={isNarrow} />
      <TextField
        inputRef={search}
        value={text}
        onChange={event => changeFilter({ text: event.target.value })}
        placeholder={t('rack.filterHint')}
        sx={isNarrow ? { flex: '1 1 110px' } : { width: 230 }}
        slotProps={{
          htmlInput: { 'aria-label': t('rack.filter'), 'aria-keyshortcuts': '/', maxLength: 200 },
          input: {
            startAdornment: (
              <InputAdornment position="start">
                <SearchIcon fontSize="small" />
              </InputAdornment>
            ),
          },
        }}
      />
      <TransferMenu shown={shown} isSmall={isNarrow} />
      <Tooltip title={t('flavor.open')}>
        <IconButton aria-label={t('flavor.open')} onClick={onFind}>
          <ManageSearchIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <Button variant="outlined" onClick={() => openOverlay({ is: 'scan' })}>
        {t('scan.open')}
      </Button>
      <Button variant="contained" onClick={() => openOverlay({ is: 'add-server' })}>
        {t('rack.add')}
      </Button>
    </ScreenHeader>
  );
}

function useSummary(): string {
  const t = useT();
  const isLoaded = useWorld(world => world.isLoaded);
  const nodes = useWorld(world => world.nodes);
  const discoveredCount = useWorld(world => world.discovered.size);
  return useMemo(() => {
    if (!isLoaded) return '';
    const tones = Map.groupBy(nodes.values(), node => nodeTone(node));
    const parts = [t('rack.servers', { count: nodes.size })];
    const busy = tones.get('busy')?.length ?? 0;
    const failed = tones.get('failed')?.length ?? 0;
    if (busy > 0) parts.push(t('rack.atWork', { count: busy }));
    if (failed > 0) parts.push(t('rack.failed', { count: failed }));
    if (discoveredCount > 0) parts.push(t('rack.unknown', { count: discoveredCount }));
    return parts.join(' · ');
  }, [isLoaded, nodes, discoveredCount, t]);
}

/** `/` jumps to the search field from anywhere that takes no text. */
function focusOnSlash(search: React.RefObject<HTMLInputElement | null>): () => void {
  const onKeyDown = (event: KeyboardEvent) => {
    const target = event.target as HTMLElement;
    if (event.key !== '/' || target.closest('input, textarea, [role=dialog], [role=listbox]')) return;
    event.preventDefault();
    search.current?.focus();
  };
  window.addEventListener('keydown', onKeyDown);
  return () => window.removeEventListener('keydown', onKeyDown);
}
