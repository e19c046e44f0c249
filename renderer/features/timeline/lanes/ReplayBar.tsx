import PauseIcon from '@mui/icons-material/Pause';
import PlayArrowIcon from '@mui/icons-material/PlayArrow';
import { Box, Button, IconButton, MenuItem, Select, Slider, Tooltip } from '@mui/material';
import { useT } from '../../../i18n/i18n.ts';
import { clockText, zonedText } from '../../../ui/time-text.ts';
import type { TimeView } from './time-scale.ts';
import { type Replay, type ReplaySpeed, replaySpeeds } from './use-replay.ts';

interface Props {
  readonly replay: Replay;
  readonly range: TimeView;
}

/** A step of the arrow keys; with Shift, or by the page keys, ten of them. */
const stepMs = 1000;

/** Shows what was known at a moment of the past, and plays on from there. */
export function ReplayBar({ replay, range }: Props) {
  const t = useT();
  const { atMs, isPlaying } = replay;
  const shownMs = atMs ?? range.endMs;
  const label = isPlaying ? t('replay.pause') : t('replay.play');
  return (
    <Box
      role="group"
      aria-label={t('replay.title')}
      sx={theme => ({
        display: 'flex',
        alignItems: 'center',
        gap: 1.5,
        px: 2,
        py: 0.5,
        borderTop: `1px solid ${theme.colours.line}`,
        backgroundColor: atMs === null ? theme.colours.raised : theme.colours.waitingGround,
      })}
    >
      <Tooltip title={label}>
        <IconButton aria-label={label} onClick={() => replay.toggle(range.startMs)}>
          {isPlaying ? <PauseIcon fontSize="small" /> : <PlayArrowIcon fontSize="small" />}
        </IconButton>
      </Tooltip>
      <Select<ReplaySpeed>
        value={replay.speed}
        onChange={event => replay.setSpeed(event.target.value)}
        slotProps={{ input: { 'aria-label': t('replay.speed') } }}
      >
        {replaySpeeds.map(speed => (
          <MenuItem key={speed} value={speed}>
            {`${speed}×`}
          </MenuItem>
        ))}
      </Select>
      <Slider
        size="small"
        aria-label={t('replay.moment')}
        getAriaValueText={value => clockText(value)}
        min={range.startMs}
        max={Math.max(range.startMs + 1, range.endMs)}
        step={stepMs}
        shiftStep={10 * stepMs}
        value={shownMs}
        onChange={(_, value) => {
          // The last step is shorter than the others, and the end is what it leads to.
          if (typeof value === 'number') replay.seek(range.endMs - value < stepMs ? range.endMs : value);
        }}
        sx={{ flex: 1, mx: 1 }}
      />
      <Box component="time" title={zonedText(shownMs)} sx={{ whiteSpace: 'nowrap' }}>
        {atMs === null ? t('replay.present') : clockText(atMs)}
      </Box>
      <Button disabled={atMs === null} onClick={replay.backToPresent}>
        {t('replay.back')}
      </Button>
    </Box>
  );
}
