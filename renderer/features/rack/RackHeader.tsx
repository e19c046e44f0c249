import ManageSearchIcon from '@mui/icons-material/ManageSearch';
import SearchIcon from '@mui/icons-material/Search';
import {
  Box,
  Button,
  Checkbox,
  FormControl,
  IconButton,
  InputAdornment,
  InputLabel,
  MenuItem,
  Select,
  TextField,
  Tooltip,
} from '@mui/material';
import { useEffect, useMemo, useRef } from 'react';
import { type ProvisionState, provisionStates } from '#shared/model/provision-state.ts';
import { openOverlay } from '../../app/overlay.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ScreenHeader } from '../../ui/ScreenHeader.tsx';
import { nodeTone } from './node-actions.ts';
import type { RackFilter } from './rack-rows.ts';
import { VirtualRackButton } from './VirtualRackButton.tsx';

interface Props {
  readonly filter: RackFilter;
  readonly onFilter: (filter: RackFilter) => void;
  readonly shownCount: number;
  /** Asks for servers by what they have. */
  readonly onFind: () => void;
}

export function RackHeader({ filter, onFilter, shownCount, onFind }: Props) {
  const t = useT();
  const nodes = useWorld(world => world.nodes);
  const counts = useMemo(() => Map.groupBy(nodes.values(), node => node.provisionState), [nodes]);
  const summary = useSummary();
  const search = useRef<HTMLInputElement>(null);
  useEffect(() => focusOnSlash(search), []);
  return (
    <ScreenHeader title={t('rack.title')} detail={summary}>
      <VirtualRackButton />
      <TextField
        inputRef={search}
        value={filter.text}
        onChange={event => onFilter({ ...filter, text: event.target.value })}
        placeholder={t('rack.filterHint')}
        sx={{ width: 230 }}
        slotProps={{
          htmlInput: { 'aria-label': t('rack.filter'), 'aria-keyshortcuts': '/' },
          input: {
            startAdornment: (
              <InputAdornment position="start">
                <SearchIcon fontSize="small" />
              </InputAdornment>
            ),
          },
        }}
      />
      <FormControl sx={{ width: 130 }}>
        <InputLabel id="rack-states">{t('rack.states')}</InputLabel>
        <Select<ProvisionState[]>
          multiple
          labelId="rack-states"
          label={t('rack.states')}
          value={[...filter.states]}
          onChange={event => onFilter({ ...filter, states: statesOf(event.target.value) })}
          renderValue={states => states.map(state => t(`state.${state}`)).join(', ')}
        >
          {provisionStates
            .filter(state => counts.has(state) || filter.states.includes(state))
            .map(state => (
              <MenuItem key={state} value={state} sx={{ gap: 1, py: 0 }}>
                <Checkbox checked={filter.states.includes(state)} sx={{ p: 0.5 }} tabIndex={-1} />
                {t(`state.${state}`)}
                <Box component="span" sx={{ ml: 'auto', pl: 2, color: 'text.secondary' }}>
                  {counts.get(state)?.length ?? 0}
                </Box>
              </MenuItem>
            ))}
        </Select>
      </FormControl>
      <Box component="span" role="status" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
        {(filter.text !== '' || filter.states.length > 0) && t('rack.shown', { count: shownCount })}
      </Box>
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

function statesOf(value: string | ProvisionState[]): readonly ProvisionState[] {
  return typeof value === 'string' ? [] : value;
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
