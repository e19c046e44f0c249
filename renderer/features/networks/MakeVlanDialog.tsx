import { Box, Checkbox, FormControlLabel, MenuItem, TextField } from '@mui/material';
import { useState } from 'react';
import type { NetworkInterface } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { interfaceText } from './interface-text.ts';
import {
  canCarryVlans,
  type VlanForm,
  type VlanInput,
  vlanInput,
  vlanName,
  wrongVlanFields,
} from './vlan-form.ts';

interface Props {
  readonly parent: string;
  readonly interfaces: readonly NetworkInterface[];
  readonly onMade: () => void;
  readonly onClose: () => void;
}

/** Says what is changed on this computer, and changes it only after a yes. */
export function MakeVlanDialog({ parent, interfaces, onMade, onClose }: Props) {
  const t = useT();
  const client = useClient();
  const [untouched] = useState<VlanForm>({ parent, vlanId: '', address: '' });
  const [form, setForm] = useState(untouched);
  const [isAgreed, setAgreed] = useState(false);
  const names = interfaces.map(({ name }) => name);
  const input = vlanInput(form, names);
  const make = useCommand((value: VlanInput) => client.networks.createVlanInterface(value));
  const submit = async () => {
    if (input === null || (await make.run(input)) === undefined) return;
    onMade();
    onClose();
  };
  const change = (part: Partial<VlanForm>) => {
    setForm({ ...form, ...part });
    // A yes was said to something else.
    setAgreed(false);
  };
  return (
    <FormDialog
      title={t('vlan.title')}
      action={t('vlan.make')}
      isDirty={form !== untouched}
      isComplete={input !== null && isAgreed}
      isPending={make.isPending}
      error={make.error}
      onSubmit={() => void submit()}
      onLeave={onClose}
    >
      <VlanFields
        form={form}
        interfaces={interfaces}
        wrong={wrongVlanFields(form, names)}
        onChange={change}
      />
      {input && <Changes name={vlanName(form)} input={input} />}
      <FormControlLabel
        control={
          <Checkbox
            checked={isAgreed}
            disabled={input === null}
            onChange={(_, agreed) => setAgreed(agreed)}
          />
        }
        label={t('vlan.agree')}
      />
    </FormDialog>
  );
}

interface FieldsProps {
  readonly form: VlanForm;
  readonly interfaces: readonly NetworkInterface[];
  readonly wrong: ReturnType<typeof wrongVlanFields>;
  readonly onChange: (change: Partial<VlanForm>) => void;
}

function VlanFields({ form, interfaces, wrong, onChange }: FieldsProps) {
  const t = useT();
  return (
    <>
      <TextField
        select
        label={t('vlan.parent')}
        value={form.parent}
        onChange={event => onChange({ parent: event.target.value })}
        sx={{ mt: 1 }}
      >
        {interfaces.filter(canCarryVlans).map(nic => (
          <MenuItem key={nic.name} value={nic.name}>
            {interfaceText(t, nic)}
          </MenuItem>
        ))}
      </TextField>
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '150px 1fr' }}>
        <TextField
          required
          autoFocus
          label={t('vlan.tag')}
          value={form.vlanId}
          error={wrong.has('vlanId')}
          helperText={t(wrong.has('vlanId') ? 'vlan.wrongTag' : 'vlan.tagHelp')}
          onChange={event => onChange({ vlanId: event.target.value })}
          slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        />
        <TextField
          required
          label={t('vlan.address')}
          value={form.address}
          error={wrong.has('address')}
          helperText={t(wrong.has('address') ? 'vlan.wrongAddress' : 'vlan.addressHelp')}
          onChange={event => onChange({ address: event.target.value })}
          slotProps={{ htmlInput: { spellCheck: false } }}
        />
      </Box>
    </>
  );
}

function Changes({ name, input }: { readonly name: string; readonly input: VlanInput }) {
  const t = useT();
  const { parent, vlanId, address, prefixLength } = input;
  return (
    <Box>
      {t('vlan.changes')}
      <Box component="ul" sx={{ m: 0, mt: 0.5, pl: 2.5 }}>
        <li>{t('vlan.change.add', { name, parent, vlanId })}</li>
        <li>{t('vlan.change.address', { name, address: `${address}/${prefixLength}` })}</li>
        <li>{t('vlan.change.kept', { name })}</li>
        <li>{t('vlan.change.nothingElse', { parent })}</li>
      </Box>
    </Box>
  );
}
