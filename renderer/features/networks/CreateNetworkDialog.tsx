import { Box } from '@mui/material';
import { useState } from 'react';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useQuery } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { DetailFields, WireFields } from './NetworkFields.tsx';
import { formForInterface, type NetworkForm, type NetworkInput, networkInput } from './network-form.ts';

export function CreateNetworkDialog({ interfaceName }: { readonly interfaceName?: string | undefined }) {
  const t = useT();
  const client = useClient();
  const interfaces = useQuery('interfaces', signal => client.networks.interfaces({}, signal));
  const usable = interfaces.data?.filter(nic => nic.kind !== 'loopback') ?? [];
  const proposed = formForInterface(usable.find(nic => nic.name === interfaceName) ?? usable[0]);
  const [entered, setEntered] = useState<NetworkForm | null>(null);
  const form = entered ?? proposed;
  const input = networkInput(form);
  const create = useCommand((value: NetworkInput) => client.networks.create(value));
  const submit = async () => {
    if (input === null || (await create.run(input)) === undefined) return;
    closeOverlay();
    goTo('networks');
  };
  return (
    <FormDialog
      title={t('networks.createTitle')}
      action={t('networks.create')}
      isDirty={entered !== null}
      isComplete={input !== null}
      isPending={create.isPending}
      error={create.error}
      onSubmit={() => void submit()}
      onLeave={closeOverlay}
      maxWidth="md"
    >
      {interfaces.error && <ErrorLines error={interfaces.error} actions={{ retry: interfaces.reload }} />}
      {interfaces.data && (
        <>
          <WireFields interfaces={usable} form={form} onChange={setEntered} />
          <DetailFields form={form} onChange={setEntered} />
          <Box sx={{ color: 'text.secondary' }}>{t('networks.startsOff')}</Box>
        </>
      )}
    </FormDialog>
  );
}
