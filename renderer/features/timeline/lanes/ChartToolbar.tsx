import AddIcon from '@mui/icons-material/Add';
import FitScreenIcon from '@mui/icons-material/FitScreen';
import KeyboardArrowDownIcon from '@mui/icons-material/KeyboardArrowDown';
import KeyboardArrowLeftIcon from '@mui/icons-material/KeyboardArrowLeft';
import KeyboardArrowRightIcon from '@mui/icons-material/KeyboardArrowRight';
import KeyboardArrowUpIcon from '@mui/icons-material/KeyboardArrowUp';
import RemoveIcon from '@mui/icons-material/Remove';
import { Box, IconButton, MenuItem, Select, TextField, ToggleButton, Tooltip } from '@mui/material';
import type { ReactNode } from 'react';
import { type EventKind, eventKinds } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import type { EventQuery } from './event-search.ts';
import type { TimeWindow } from './use-time-view.ts';

interface Props {
  readonly window: TimeWindow;
  readonly query: EventQuery;
  readonly onQuery: (query: EventQuery) => void;
  /** Null: nothing is searched for. */
  readonly found: { readonly count: number; readonly position: number } | null;
  readonly onFound: (step: 1 | -1) => void;
}

const zoomStep = 1.5;
const panShare = 0.25;

/** Search over all lanes, and the clock's buttons. */
export function ChartToolbar({ window, query, onQuery, found, onFound }: Props) {
  const t = useT();
  return (
    <Box
      role="toolbar"
      aria-label={t('lanes.toolbar')}
      sx={theme => ({
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 0.5,
        px: 2,
        py: 0.75,
        borderBottom: `1px solid ${theme.colours.line}`,
      })}
    >
      <TextField
        value={query.text}
        onChange={event => onQuery({ ...query, text: event.target.value })}
        onKeyDown={event => {
          if (event.key !== 'Enter') return;
          event.preventDefault();
          onFound(event.shiftKey ? -1 : 1);
        }}
        placeholder={t('lanes.search')}
        slotProps={{ htmlInput: { 'aria-label': t('lanes.search'), type: 'search' } }}
        sx={{ width: 200 }}
      />
      <Select<EventKind | ''>
        displayEmpty
        value={query.kind}
        onChange={event => onQuery({ ...query, kind: event.target.value })}
        slotProps={{ input: { 'aria-label': t('timeline.kind') } }}
        sx={{ minWidth: 120 }}
      >
        <MenuItem value="">{t('timeline.allKinds')}</MenuItem>
        {eventKinds.map(name => (
          <MenuItem key={name} value={name}>
            {t(`eventKind.${name}`)}
          </MenuItem>
        ))}
      </Select>
      {found !== null && (
        <>
          <Box component="span" role="status" sx={{ color: 'text.secondary', px: 0.5, whiteSpace: 'nowrap' }}>
            {found.position === 0
              ? t('lanes.found', { count: found.count })
              : t('lanes.foundAt', { position: found.position, count: found.count })}
          </Box>
          <ChartButton label={t('lanes.previousFound')} onClick={() => onFound(-1)}>
            <KeyboardArrowUpIcon fontSize="small" />
          </ChartButton>
          <ChartButton label={t('lanes.nextFound')} onClick={() => onFound(1)}>
            <KeyboardArrowDownIcon fontSize="small" />
          </ChartButton>
        </>
      )}
      <Box sx={{ ml: 'auto', display: 'flex', alignItems: 'center', gap: 0.25 }}>
        <ChartButton label={t('lanes.earlier')} onClick={() => window.pan(-panShare)}>
          <KeyboardArrowLeftIcon fontSize="small" />
        </ChartButton>
        <ChartButton label={t('lanes.later')} onClick={() => window.pan(panShare)}>
          <KeyboardArrowRightIcon fontSize="small" />
        </ChartButton>
        <ChartButton label={t('lanes.zoomOut')} onClick={() => window.zoom(zoomStep)}>
          <RemoveIcon fontSize="small" />
        </ChartButton>
        <ChartButton label={t('lanes.zoomIn')} onClick={() => window.zoom(1 / zoomStep)}>
          <AddIcon fontSize="small" />
        </ChartButton>
        <ChartButton label={t('lanes.fit')} onClick={window.fit}>
          <FitScreenIcon fontSize="small" />
        </ChartButton>
        <ToggleButton
          value="present"
          selected={window.follows === 'present'}
          onChange={window.follows === 'present' ? window.fit : window.followPresent}
        >
          {t('lanes.follow')}
        </ToggleButton>
      </Box>
    </Box>
  );
}

interface ButtonProps {
  readonly label: string;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function ChartButton({ label, onClick, children }: ButtonProps) {
  return (
    <Tooltip title={label}>
      <IconButton aria-label={label} onClick={onClick}>
        {children}
      </IconButton>
    </Tooltip>
  );
}
