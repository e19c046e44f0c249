import PauseIcon from '@mui/icons-material/Pause';
import PlayArrowIcon from '@mui/icons-material/PlayArrow';
import SkipNextIcon from '@mui/icons-material/SkipNext';
import SkipPreviousIcon from '@mui/icons-material/SkipPrevious';
import { Box, FormControlLabel, IconButton, MenuItem, Select, Slider, Switch, Tooltip } from '@mui/material';
import type { ReactNode } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { clockText, zonedText } from '../../../ui/time-text.ts';
import type { Mark } from './recorded-output.ts';
import { type ReplaySpeed, replaySpeeds } from './replay-clock.ts';
import type { Player } from './use-player.ts';

interface Props {
  readonly player: Player;
  readonly startedAt: number;
  readonly endMs: number;
  readonly marks: readonly Mark[];
}

/** A step of the arrow keys; with Shift ten of them. */
const stepMs = 1000;

/** Play, speed, and a moment of the recording; where bytes are missing the line has a mark. */
export function PlayerBar({ player, startedAt, endMs, marks }: Props) {
  const t = useT();
  const { atMs, isPlaying } = player;
  const before = marks.findLast(mark => mark.atMs < atMs);
  const after = marks.find(mark => mark.atMs > atMs);
  const momentText = (ms: number) => clockText(startedAt + ms);
  return (
    <Box
      role="group"
      aria-label={t('replay.title')}
      sx={theme => ({
        flex: 'none',
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        px: 2,
        py: 0.5,
        borderTop: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.raised,
      })}
    >
      <BarButton label={isPlaying ? t('replay.pause') : t('replay.play')} onClick={player.toggle}>
        {isPlaying ? <PauseIcon fontSize="small" /> : <PlayArrowIcon fontSize="small" />}
      </BarButton>
      <BarButton
        label={t('replay.previousMark')}
        isOff={before === undefined}
        onClick={() => before && player.seek(before.atMs)}
      >
        <SkipPreviousIcon fontSize="small" />
      </BarButton>
      <BarButton
        label={t('replay.nextMark')}
        isOff={after === undefined}
        onClick={() => after && player.seek(after.atMs)}
      >
        <SkipNextIcon fontSize="small" />
      </BarButton>
      <Select<ReplaySpeed>
        value={player.speed}
        onChange={event => player.setSpeed(event.target.value)}
        slotProps={{ input: { 'aria-label': t('replay.speed') } }}
      >
        {replaySpeeds.map(speed => (
          <MenuItem key={speed} value={speed}>
            {`${speed}×`}
          </MenuItem>
        ))}
      </Select>
      <FormControlLabel
        control={
          <Switch checked={player.skipsIdle} onChange={(_, checked) => player.setSkipsIdle(checked)} />
        }
        label={t('replay.skipIdle')}
        sx={{ whiteSpace: 'nowrap' }}
      />
      <Slider
        size="small"
        aria-label={t('replay.moment')}
        getAriaValueText={momentText}
        min={0}
        max={Math.max(1, endMs)}
        step={stepMs}
        shiftStep={10 * stepMs}
        value={Math.min(atMs, endMs)}
        marks={marks.map(mark => ({ value: mark.atMs }))}
        onChange={(_, value) => {
          // The last step is shorter than the others, and the end is what it leads to.
          if (typeof value === 'number') player.seek(endMs - value < stepMs ? endMs : value);
        }}
        sx={theme => ({
          flex: 1,
          mx: 1,
          '& .MuiSlider-mark': { width: 4, height: 14, backgroundColor: theme.colours.waiting, opacity: 1 },
        })}
      />
      <Box component="time" title={zonedText(startedAt + atMs)} sx={{ whiteSpace: 'nowrap' }}>
        {`${momentText(atMs)} / ${momentText(endMs)}`}
      </Box>
    </Box>
  );
}

interface ButtonProps {
  readonly label: string;
  readonly isOff?: boolean;
  readonly onClick: () => void;
  readonly children: ReactNode;
}

function BarButton({ label, isOff = false, onClick, children }: ButtonProps) {
  return (
    <Tooltip title={label}>
      <span>
        <IconButton aria-label={label} disabled={isOff} onClick={onClick}>
          {children}
        </IconButton>
      </span>
    </Tooltip>
  );
}
