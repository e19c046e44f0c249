import { Box, TextField } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { highestUnit, tallestUnits } from '../rack/rack-place.ts';
import { type PlaceTexts, wrongPlace } from './server-form.ts';

interface Props {
  readonly place: PlaceTexts;
  readonly onChange: (place: PlaceTexts) => void;
}

/** Where a server is built in: rack, lowest unit, height. */
export function PlaceFields({ place, onChange }: Props) {
  const t = useT();
  const wrong = wrongPlace(place);
  return (
    <Box
      role="group"
      aria-label={t('place.title')}
      sx={{ display: 'grid', gap: 1, gridTemplateColumns: '1fr 100px 120px', gridColumn: '1 / -1' }}
    >
      <TextField
        label={t('place.rack')}
        value={place.rack}
        onChange={event => onChange({ ...place, rack: event.target.value })}
        slotProps={{ htmlInput: { maxLength: 80, spellCheck: false } }}
      />
      <TextField
        label={t('place.unit')}
        value={place.unit}
        error={wrong.has('unit')}
        helperText={wrong.has('unit') ? t('place.range', { most: highestUnit }) : undefined}
        onChange={event => onChange({ ...place, unit: event.target.value })}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 5 } }}
      />
      <TextField
        label={t('place.height')}
        value={place.height}
        error={wrong.has('height')}
        helperText={wrong.has('height') ? t('place.range', { most: tallestUnits }) : undefined}
        onChange={event => onChange({ ...place, height: event.target.value })}
        slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 5 } }}
      />
    </Box>
  );
}
