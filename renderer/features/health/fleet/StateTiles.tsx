import { Box, ButtonBase } from '@mui/material';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { healthTone } from '../health-text.ts';
import { type Tile, tiles } from './fleet-rows.ts';

interface Props {
  readonly counts: Readonly<Record<Tile, number>>;
  readonly chosen: Tile | null;
  readonly onChoose: (tile: Tile | null) => void;
}

/** How many servers are how well; a click shows those alone, and another one all of them. */
export function StateTiles({ counts, chosen, onChoose }: Props) {
  const t = useT();
  return (
    <Box
      role="group"
      aria-label={t('health.tiles')}
      sx={{ display: 'grid', gridTemplateColumns: 'repeat(4, minmax(0, 1fr))', gap: 1, px: 2, py: 1 }}
    >
      {tiles.map(tile => (
        <ButtonBase
          key={tile}
          aria-pressed={tile === chosen}
          onClick={() => onChoose(tile === chosen ? null : tile)}
          sx={theme => ({
            display: 'flex',
            justifyContent: 'space-between',
            alignItems: 'center',
            gap: 1,
            px: 1.5,
            py: 0.75,
            border: `1px solid ${theme.colours.line}`,
            borderRadius: 1,
            backgroundColor: theme.colours.surface,
            '&[aria-pressed=true]': {
              borderColor: theme.colours.accent,
              backgroundColor: theme.colours.chosen,
            },
            '&:hover': { backgroundColor: theme.colours.hover },
          })}
        >
          <ToneText tone={healthTone[tile]}>{t(`healthState.${tile}`)}</ToneText>
          <Box component="span" sx={{ fontSize: 22, lineHeight: 1.2, fontWeight: 650 }}>
            {counts[tile]}
          </Box>
        </ButtonBase>
      ))}
    </Box>
  );
}
