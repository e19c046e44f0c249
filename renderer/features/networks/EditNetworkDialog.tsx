import { Box } from '@mui/material';
import { useState } from 'react';
import type { Network } from '#shared/contract/index.ts';
import type { NetworkId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { DetailFields } from './NetworkFields.tsx';
import { formOfNetwork, type NetworkChange, networkChange } from './network-form.ts';

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
        {t('networks.editHelp', { interfaceName: network.interfaceName, cidr: network.cidr })}
      </Box>
      <DetailFields form={form} onChange={setForm} />
    </FormDialog>
  );
}
