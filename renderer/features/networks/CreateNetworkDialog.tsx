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
import { interfaceText } from './interface-text.ts';
import {
  formForInterface,
  type NetworkField,
  type NetworkForm,
  networkInput,
  wrongNetworkFields,
} from './network-form.ts';

export function CreateNetworkDialog({ interfaceName }: { readonly interfaceName?: string | undefined }) {
  const t = useT();
  const client = useClient();
  const interfaces = useQuery('interfaces', signal => client.networks.interfaces({}, signal));
  const usable = interfaces.data?.filter(nic => nic.kind !== 'loopback') ?? [];
  return (
    <Dialog open onClose={closeOverlay} maxWidth="sm" fullWidth aria-labelledby="create-network">
      <DialogTitle id="create-network">{t('networks.createTitle')}</DialogTitle>
      {interfaces.error && (
        <DialogContent>
          <ErrorLines error={interfaces.error} actions={{ retry: interfaces.reload }} />
        </DialogContent>
      )}
      {interfaces.data && <CreateForm interfaces={usable} preferred={interfaceName} />}
    </Dialog>
  );
}

interface FormProps {
  readonly interfaces: readonly NetworkInterface[];
  readonly preferred: string | undefined;
}

function CreateForm({ interfaces, preferred }: FormProps) {
  const t = useT();
  const client = useClient();
  const first = interfaces.find(nic => nic.name === preferred) ?? interfaces[0];
  const [form, setForm] = useState<NetworkForm>(() => formForInterface(first));
  const wrong = wrongNetworkFields(form);
  const input = networkInput(form);
  const create = useCommand((value: NonNullable<typeof input>) => client.networks.create(value));
  const nic = interfaces.find(candidate => candidate.name === form.interfaceName);
  const field = (name: NetworkField, label: string, help?: string) => (
    <TextField
      label={label}
      value={form[name]}
      error={wrong.has(name)}
      helperText={wrong.has(name) ? t(`networks.wrong.${name}`) : help}
      onChange={event => setForm({ ...form, [name]: event.target.value })}
      slotProps={{ htmlInput: { spellCheck: false } }}
    />
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (input === null || create.isPending || (await create.run(input)) === undefined) return;
    closeOverlay();
    goTo('networks');
  };
  return (
    <form onSubmit={event => void submit(event)} style={{ display: 'contents' }}>
      <DialogContent sx={{ display: 'grid', gap: 1.5 }}>
        <TextField
          select
          label={t('networks.interface')}
          value={form.interfaceName}
          onChange={event =>
            setForm(formForInterface(interfaces.find(one => one.name === event.target.value)))
          }
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
        {create.error && <ErrorLines error={create.error} />}
      </DialogContent>
      <DialogActions>
        <Button onClick={closeOverlay}>{t('action.cancel')}</Button>
        <Button type="submit" variant="contained" disabled={input === null || create.isPending}>
          {t('networks.create')}
        </Button>
      </DialogActions>
    </form>
  );
}
