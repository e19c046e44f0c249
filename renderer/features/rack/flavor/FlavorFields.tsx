import { Box, TextField } from '@mui/material';
import { useT } from '../../../i18n/i18n.ts';
import { EditableList } from '../../../ui/EditableList.tsx';
import { NameValuesField } from '../../server-form/NameValuesField.tsx';
import {
  type DiskGroupRow,
  type FlavorForm,
  type FlavorNumber,
  flavorLimits,
  isFlavorNumber,
  newDiskGroup,
} from './flavor-form.ts';

interface Props {
  readonly form: FlavorForm;
  readonly onChange: (change: Partial<FlavorForm>) => void;
}

/** As the contract allows in one flavor. */
const groupsMax = 20;

export function FlavorFields({ form, onChange }: Props) {
  const t = useT();
  return (
    <>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 1fr 1.4fr', pt: 1 }}>
        <NumberField
          name="vcpus"
          value={form.vcpus}
          mayBeEmpty
          autoFocus
          onChange={vcpus => onChange({ vcpus })}
        />
        <NumberField
          name="memoryGib"
          value={form.memoryGib}
          mayBeEmpty
          onChange={memoryGib => onChange({ memoryGib })}
        />
        <TextField
          label={t('server.resourceClass')}
          value={form.resourceClass}
          onChange={event => onChange({ resourceClass: event.target.value })}
          slotProps={{ htmlInput: { maxLength: 80, spellCheck: false } }}
        />
      </Box>
      <EditableList<DiskGroupRow>
        label={t('flavor.disks')}
        rows={form.disks}
        onChange={disks => onChange({ disks })}
        rowName={(_, index) => t('flavor.diskGroup', { number: index + 1 })}
        addLabel={t('flavor.addDisks')}
        newRow={newDiskGroup}
        maxRows={groupsMax}
        isOrdered={false}
      >
        {(row, change) => (
          <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: '1fr 2fr' }}>
            <NumberField name="count" value={row.count} onChange={count => change({ count })} />
            <NumberField name="sizeGb" value={row.sizeGb} onChange={sizeGb => change({ sizeGb })} />
          </Box>
        )}
      </EditableList>
      <NameValuesField
        label={t('server.labels')}
        help={t('flavor.labelsHelp')}
        value={form.labels}
        onChange={labels => onChange({ labels })}
      />
    </>
  );
}

interface NumberProps {
  readonly name: FlavorNumber;
  readonly value: string;
  readonly mayBeEmpty?: boolean;
  readonly autoFocus?: boolean;
  readonly onChange: (value: string) => void;
}

function NumberField({ name, value, mayBeEmpty = false, autoFocus = false, onChange }: NumberProps) {
  const t = useT();
  const isWrong = value !== '' && !isFlavorNumber(name, value);
  return (
    <TextField
      label={t(`flavor.${name}`)}
      required={!mayBeEmpty}
      autoFocus={autoFocus}
      value={value}
      error={isWrong}
      helperText={isWrong ? t('flavor.range', { limit: flavorLimits[name] }) : undefined}
      onChange={event => onChange(event.target.value.trim())}
      slotProps={{ htmlInput: { inputMode: 'numeric' } }}
    />
  );
}
