import { Box, MenuItem, TextField } from '@mui/material';
import { fileSystems } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { type PlaceForm, type SizeUnit, sizeOf, sizeUnits } from './storage-form.ts';

interface Props {
  readonly place: PlaceForm;
  readonly onChange: (change: Partial<PlaceForm>) => void;
  readonly isVolume?: boolean;
}

/** A partition or volume in one line: where it is mounted, as what, how large. */
export function PlaceFields({ place, onChange, isVolume = false }: Props) {
  const t = useT();
  const isSwap = place.fileSystem === 'swap';
  return (
    <Box
      sx={{
        display: 'grid',
        gap: 1,
        gridTemplateColumns: `${isVolume ? 'minmax(110px, 1fr) ' : ''}minmax(140px, 2fr) 110px 100px 110px`,
      }}
    >
      {isVolume && (
        <TextField
          label={t('profile.volumeName')}
          value={place.name}
          onChange={event => onChange({ name: event.target.value })}
          slotProps={{ htmlInput: { maxLength: 60, spellCheck: false } }}
        />
      )}
      <TextField
        label={t('profile.mountPoint')}
        disabled={isSwap}
        value={isSwap ? '' : place.mountPoint}
        onChange={event => onChange({ mountPoint: event.target.value })}
        slotProps={{ htmlInput: { maxLength: 200, spellCheck: false } }}
      />
      <TextField
        select
        label={t('profile.fileSystem')}
        value={place.fileSystem}
        onChange={event => onChange({ fileSystem: event.target.value as PlaceForm['fileSystem'] })}
      >
        {fileSystems.map(name => (
          <MenuItem key={name} value={name}>
            {name}
          </MenuItem>
        ))}
      </TextField>
      <TextField
        label={t('profile.amount')}
        disabled={place.unit === 'rest'}
        error={Number.isNaN(sizeOf(place))}
        value={place.unit === 'rest' ? '' : place.amount}
        onChange={event => onChange({ amount: event.target.value })}
        slotProps={{ htmlInput: { inputMode: 'decimal', maxLength: 12 } }}
      />
      <TextField
        select
        label={t('profile.unit')}
        value={place.unit}
        onChange={event => onChange({ unit: event.target.value as SizeUnit })}
      >
        {sizeUnits.map(unit => (
          <MenuItem key={unit} value={unit}>
            {unit === 'rest' ? t('profile.rest') : unit}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}
