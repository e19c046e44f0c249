import { Box, MenuItem, TextField } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { NameValuesField } from './NameValuesField.tsx';
import { PlaceFields } from './PlaceFields.tsx';
import { type ServerForm, wrongLabels } from './server-form.ts';

interface Props {
  readonly form: ServerForm;
  readonly onChange: (change: Partial<ServerForm>) => void;
}

const cleanChoices = { settings: null, yes: true, no: false } as const;
type CleanChoice = keyof typeof cleanChoices;

/** Where a server is and by what it is found again, and what happens to its disks at the end. */
export function PurposeFields({ form, onChange }: Props) {
  const t = useT();
  const choices = Object.keys(cleanChoices) as CleanChoice[];
  const chosen = choices.find(choice => cleanChoices[choice] === form.cleanOnRelease) ?? 'settings';
  return (
    <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: 'repeat(auto-fill, minmax(240px, 1fr))' }}>
      <PlaceFields place={form.place} onChange={place => onChange({ place })} />
      <TextField
        label={t('server.resourceClass')}
        helperText={t('server.resourceClassHelp')}
        value={form.resourceClass}
        onChange={event => onChange({ resourceClass: event.target.value })}
        slotProps={{ htmlInput: { maxLength: 80, spellCheck: false } }}
      />
      <TextField
        select
        label={t('server.cleanOnRelease')}
        value={chosen}
        onChange={event => {
          const choice = choices.find(name => name === event.target.value) ?? 'settings';
          onChange({ cleanOnRelease: cleanChoices[choice] });
        }}
      >
        {choices.map(choice => (
          <MenuItem key={choice} value={choice}>
            {t(`server.cleanOnRelease.${choice}`)}
          </MenuItem>
        ))}
      </TextField>
      <NameValuesField
        label={t('server.labels')}
        help={t('server.labelsHelp')}
        wrong={wrongLabels(form.labels)}
        value={form.labels}
        onChange={labels => onChange({ labels })}
      />
    </Box>
  );
}
