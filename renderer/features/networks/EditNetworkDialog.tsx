import { Box } from '@mui/material';
import { useState } from 'react';
import type { Network } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useQuery } from '../../client/use-query.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { Dependants } from './Dependants.tsx';
import { AddressFields, DetailFields } from './NetworkFields.tsx';
import {
  formOfNetwork,
  type NetworkChange,
  type NetworkForm,
  networkChange,
  proposedPool,
} from './network-form.ts';

export function EditNetworkDialog({ networkId }: { readonly networkId: NetworkId }) {
  const network = useWorld(world => world.networks.get(networkId));
  return network === undefined ? null : <EditForm network={network} />;
}

function EditForm({ network }: { readonly network: Network }) {
  const t = useT();
  const client = useClient();
  const [untouched] = useState(() => formOfNetwork(network));
  const [form, setForm] = useState(untouched);
  const change = networkChange(form, untouched);
  const update = useCommand((changed: NetworkChange) =>
    client.networks.update({ ...changed, id: network.id }),
  );
  const dependants = useQuery(network.id, signal => client.networks.dependants({ id: network.id }, signal));
  /** Another network has another pool; what a person typed of it stays. */
  const changeForm = (next: NetworkForm) => {
    const isPoolUntouched = next.poolStart === form.poolStart && next.poolEnd === form.poolEnd;
    setForm(next.cidr !== form.cidr && isPoolUntouched ? { ...next, ...proposedPool(next.cidr) } : next);
  };
  const submit = async () => {
    if (change !== null && (await update.run(change)) !== undefined) closeOverlay();
  };
  return (
    <FormDialog
      title={t('networks.editTitle', { name: network.name })}
      isDirty={form !== untouched}
      isComplete={change !== null}
      isPending={update.isPending}
      error={update.error}
      onSubmit={() => void submit()}
      onLeave={closeOverlay}
      maxWidth="md"
    >
      <Box sx={{ color: 'text.secondary' }}>
        {t('networks.editHelp', { interfaceName: network.interfaceName })}
      </Box>
      <AddressFields form={form} onChange={changeForm} isHeld={dependants.data?.length !== 0} />
      {dependants.error && <ErrorLines error={dependants.error} actions={{ retry: dependants.reload }} />}
      <Dependants title={t('networks.held')} dependants={dependants.data ?? []} />
      <DetailFields form={form} onChange={setForm} />
    </FormDialog>
  );
}
