import { Box, TextField } from '@mui/material';
import { useT } from '../../../i18n/i18n.ts';
import { EditableList } from '../../../ui/EditableList.tsx';
import { mostPairs, newPair, type PairRow } from './scan-form.ts';

interface Props {
  readonly pairs: readonly PairRow[];
  readonly onChange: (pairs: readonly PairRow[]) => void;
}

/** IPMI 2.0: 16 and 20 bytes. */
const longestUsername = 16;
const longestPassword = 20;

export function PairFields({ pairs, onChange }: Props) {
  const t = useT();
  return (
    <EditableList<PairRow>
      label={t('scan.credentials')}
      rows={pairs}
      onChange={onChange}
      rowName={(_, index) => t('scan.pair', { number: index + 1 })}
      addLabel={t('scan.addPair')}
      newRow={newPair}
      maxRows={mostPairs}
    >
      {(row, change) => (
        <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: '1fr 1fr' }}>
          <TextField
            label={t('bmc.username')}
            value={row.username}
            onChange={event => change({ username: event.target.value })}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false, maxLength: longestUsername } }}
          />
          <TextField
            label={t('bmc.password')}
            type="password"
            value={row.password}
            onChange={event => change({ password: event.target.value })}
            slotProps={{ htmlInput: { autoComplete: 'new-password', maxLength: longestPassword } }}
          />
        </Box>
      )}
    </EditableList>
  );
}
