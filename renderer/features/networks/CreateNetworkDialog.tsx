import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  MenuItem,
  TextField,
} from '@mui/material';
import { type FormEvent, useState } from 'react';
import type { NetworkInterface } from '#shared/contract/index.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { useLeaving } from '../../ui/use-leaving.tsx';
import { interfaceText } from './interface-text.ts';
import {
  formForInterface,
  formForOther,
  type NetworkField,
  type NetworkForm,
  type NetworkInput,
  networkInput,
  wrongNetworkFields,
} from './network-form.ts';

export function CreateNetworkDialog({ interfaceName }: { readonly interfaceName?: string | undefined }) {
  const t = useT();
  const client = useClient();
  const interfaces = useQuery('interfaces', signal => client.networks.interfaces({}, signal));
  const usable = interfaces.data?.filter(nic => nic.kind !== 'loopback') ?? [];
  const proposed = formForInterface(usable.find(nic => nic.name === interfaceName) ?? usable[0]);
  const [entered, setEntered] = useState<NetworkForm | null>(null);
  const form = entered ?? proposed;
  const leaving = useLeaving(entered !== null, closeOverlay);
  const input = networkInput(form);
  const create = useCommand((value: NetworkInput) => client.networks.create(value));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (input === null || create.isPending || (await create.run(input)) === undefined) return;
    closeOverlay();
    goTo('networks');
  };
  return (
    <Dialog open onClose={leaving.onDialogClose} maxWidth="sm" fullWidth aria-labelledby="create-network">
      <DialogTitle id="create-network">{t('networks.createTitle')}</DialogTitle>
      <form onSubmit={event => void submit(event)} style={{ display: 'contents' }}>
        <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
          {interfaces.error && <ErrorLines error={interfaces.error} actions={{ retry: interfaces.reload }} />}
          {interfaces.data && <NetworkFields interfaces={usable} form={form} onChange={setEntered} />}
          {create.error && <ErrorLines error={create.error} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={leaving.leave}>{t('action.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={input === null || create.isPending}>
            {t('networks.create')}
          </Button>
        </DialogActions>
      </form>
      {leaving.question}
    </Dialog>
  );
}

interface FieldsProps {
  readonly interfaces: readonly NetworkInterface[];
  readonly form: NetworkForm;
  readonly onChange: (form: NetworkForm) => void;
}

function NetworkFields({ interfaces, form, onChange }: FieldsProps) {
  const t = useT();
  const wrong = wrongNetworkFields(form);
  const named = (name: string) => interfaces.find(nic => nic.name === name);
  const nic = named(form.interfaceName);
  const field = (name: NetworkField, label: string, help?: string) => (
    <TextField
      label={label}
      value={form[name]}
      error={wrong.has(name)}
      helperText={wrong.has(name) ? t(`networks.wrong.${name}`) : help}
      onChange={event => onChange({ ...form, [name]: event.target.value })}
      slotProps={{ htmlInput: { spellCheck: false } }}
    />
  );
  return (
    <>
      <TextField
        select
        label={t('networks.interface')}
        value={form.interfaceName}
        onChange={event => onChange(formForOther(form, nic, named(event.target.value)))}
        sx={{ mt: 1 }}
      >
        {interfaces.map(one => (
          <MenuItem key={one.name} value={one.name}>
            {interfaceText(t, one)}
          </MenuItem>
        ))}
      </TextField>
      {nic?.hasDefaultRoute && <ToneText tone="waiting">{t('networks.defaultRoute')}</ToneText>}
      {nic && nic.addresses.length === 0 && <ToneText tone="waiting">{t('networks.noAddress')}</ToneText>}
      {field('name', t('networks.name'))}
      {field('cidr', t('networks.cidr'), t('networks.cidrHelp'))}
      <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '1fr 1fr' }}>
        {field('poolStart', t('networks.poolStart'))}
        {field('poolEnd', t('networks.poolEnd'))}
        {field('gateway', t('networks.gateway'), t('networks.gatewayHelp'))}
        {field('dns', t('networks.dns'))}
        {field('domain', t('networks.domain'))}
        {field('leaseSeconds', t('networks.leaseSeconds'), t('networks.leaseHelp'))}
      </Box>
      <Box sx={{ color: 'text.secondary' }}>{t('networks.startsOff')}</Box>
    </>
  );
}
