import { Box, Checkbox, FormControlLabel, MenuItem, TextField } from '@mui/material';
import { useState } from 'react';
import { bondModes, type Port } from '#shared/contract/index.ts';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';
import { portText } from '../../deploy/network-text.ts';
import { NameValuesField } from '../../server-form/NameValuesField.tsx';
import { type BondForm, type BondInput, bondInput, modeNamed } from './bond-form.ts';

interface Props {
  readonly title: string;
  readonly start: BondForm;
  /** Those that may be members: in no other bond. */
  readonly ports: readonly Port[];
  readonly save: (input: BondInput) => Promise<unknown>;
  readonly onClose: () => void;
}

/** NICs made into one: which, in which mode, with which options of the kernel. */
export function BondDialog({ title, start, ports, save: execute, onClose }: Props) {
  const [untouched] = useState(start);
  const [form, setForm] = useState(untouched);
  const input = bondInput(form);
  const save = useCommand(execute);
  const submit = async () => {
    if (input !== null && (await save.run(input)) !== undefined) onClose();
  };
  return (
    <FormDialog
      title={title}
      isDirty={form !== untouched}
      isComplete={input !== null}
      isPending={save.isPending}
      error={save.error}
      onSubmit={() => void submit()}
      onLeave={onClose}
    >
      <BondFields form={form} ports={ports} onChange={change => setForm({ ...form, ...change })} />
    </FormDialog>
  );
}

interface FieldsProps {
  readonly form: BondForm;
  readonly ports: readonly Port[];
  readonly onChange: (change: Partial<BondForm>) => void;
}

function BondFields({ form, ports, onChange }: FieldsProps) {
  const t = useT();
  const { portIds } = form;
  return (
    <>
      <TextField
        required
        autoFocus
        label={t('bond.name')}
        value={form.name}
        onChange={event => onChange({ name: event.target.value })}
        slotProps={{ htmlInput: { maxLength: 60, spellCheck: false } }}
        sx={{ mt: 1 }}
      />
      <Box role="group" aria-label={t('bond.members')} sx={{ display: 'grid' }}>
        {ports.map(port => (
          <FormControlLabel
            key={port.id}
            label={portText(port)}
            control={
              <Checkbox
                checked={portIds.includes(port.id)}
                onChange={(_, isMember) =>
                  onChange({
                    portIds: isMember ? [...portIds, port.id] : portIds.filter(id => id !== port.id),
                  })
                }
              />
            }
          />
        ))}
        {ports.length === 0 && t('bond.noPort')}
      </Box>
      <TextField
        select
        label={t('bond.mode')}
        value={form.mode}
        helperText={t(`bondMode.${form.mode}`)}
        onChange={event => onChange({ mode: modeNamed(event.target.value) })}
      >
        {bondModes.map(mode => (
          <MenuItem key={mode} value={mode}>
            {mode}
          </MenuItem>
        ))}
      </TextField>
      <NameValuesField
        label={t('bond.options')}
        help={t('bond.optionsHelp')}
        value={form.options}
        onChange={options => onChange({ options })}
      />
    </>
  );
}
