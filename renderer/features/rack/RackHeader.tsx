import ManageSearchIcon from '@mui/icons-material/ManageSearch';
import SearchIcon from '@mui/icons-material/Search';
import { Button, IconButton, InputAdornment, TextField, Tooltip } from '@mui/material';
import { memo, useEffect, useRef } from 'react';
import { openOverlay } from '../../app/overlay.ts';
import type { World } from '../../client/world.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import type { Tone } from '../../ui/tone.ts';
import { nodeTone } from './node-actions.ts';
import type { NodeRow } from './rack-rows.ts';
import { TransferMenu } from './transfer/TransferMenu.tsx';
import { VirtualRackButton } from './VirtualRackButton.tsx';
import { changeFilter, useShownRack } from './views/rack-view-store.ts';

interface Props {
  /** The servers that are shown now, in their order. */
  readonly shownNow: () => readonly NodeRow[];
  /** A sheet is open beside it. */
  readonly isNarrow: boolean;
  /** Asks for servers by what they have. */
  readonly onFind: () => void;
}

function Header({ shownNow, isNarrow, onFind }: Props) {
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
      <TransferMenu shownNow={shownNow} isSmall={isNarrow} />
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
  return useWorld(({ isLoaded, nodes, discovered }) => {
    if (!isLoaded) return '';
    const parts = [t('rack.servers', { count: nodes.size })];
    const { busy, failed } = tonesOf(nodes);
    if (busy > 0) parts.push(t('rack.atWork', { count: busy }));
    if (failed > 0) parts.push(t('rack.failed', { count: failed }));
    if (discovered.size > 0) parts.push(t('rack.unknown', { count: discovered.size }));
    return parts.join(' · ');
  });
}

type ToneCounts = Record<Tone, number>;
const knownTones = new WeakMap<World['nodes'], ToneCounts>();

/** Counted once while no server changes. */
function tonesOf(nodes: World['nodes']): ToneCounts {
  const known = knownTones.get(nodes);
  if (known !== undefined) return known;
  const counts: ToneCounts = { idle: 0, busy: 0, good: 0, waiting: 0, failed: 0 };
  for (const node of nodes.values()) counts[nodeTone(node)] += 1;
  knownTones.set(nodes, counts);
  return counts;
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

/** Not drawn again for each row that changes. */
export const RackHeader = memo(Header);
