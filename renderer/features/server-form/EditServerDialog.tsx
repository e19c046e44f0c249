import { Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { type FormEvent, useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { useLeaving } from '../../ui/use-leaving.tsx';
import { readNameValues } from './name-values.ts';
import { ServerFields } from './ServerFields.tsx';
import { bmcInput, formOfNode, readHints, type ServerForm } from './server-form.ts';

export function EditServerDialog({ nodeId }: { readonly nodeId: NodeId }) {
  const node = useWorld(world => world.nodes.get(nodeId));
  return node === undefined ? null : <EditForm node={node} />;
}

function EditForm({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const [untouched] = useState(() => formOfNode(node));
  const [form, setForm] = useState(untouched);
  const leaving = useLeaving(form !== untouched, closeOverlay);
  const labels = readNameValues(form.labels);
  const isComplete =
    form.name.trim() !== '' && labels.wrong.length === 0 && (bmcInput(form) !== null || !form.hasBmc);
  const update = useCommand(() =>
    client.nodes.update({
      id: node.id,
      name: form.name,
      bmc: bmcChange(form),
      ...(form.bootMode !== node.bootMode && { bootMode: form.bootMode }),
      rootDeviceHints: readHints(form.hints),
      resourceClass: form.resourceClass.trim(),
      extra: { ...labels.values },
      cleanOnRelease: form.cleanOnRelease,
    }),
  );
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (isComplete && !update.isPending && (await update.run()) !== undefined) closeOverlay();
  };
  return (
    <Dialog open onClose={leaving.onDialogClose} maxWidth="md" fullWidth aria-labelledby="edit-server">
      <form onSubmit={event => void submit(event)} style={{ display: 'contents' }}>
        <DialogTitle id="edit-server">{t('server.editTitle', { name: node.name })}</DialogTitle>
        <DialogContent sx={{ display: 'grid', gap: 2 }}>
          <ServerFields
            form={form}
            onChange={change => setForm(known => ({ ...known, ...change }))}
            nodeId={node.id}
            hasStoredPassword={node.bmc?.hasPassword ?? false}
            hasStoredBmcKey={node.bmc?.hasBmcKey ?? false}
          />
          {update.error && <ErrorLines error={update.error} />}
        </DialogContent>
        <DialogActions>
          <Button onClick={leaving.leave}>{t('action.cancel')}</Button>
          <Button type="submit" variant="contained" disabled={!isComplete || update.isPending}>
            {t('action.save')}
          </Button>
        </DialogActions>
      </form>
      {leaving.question}
    </Dialog>
  );
}

/** An empty password or BMC key keeps the stored one. */
function bmcChange(form: ServerForm) {
  const bmc = bmcInput(form);
  if (bmc === null) return null;
  const { password, bmcKey, ...rest } = bmc;
  return { ...rest, ...(password !== '' && { password }), ...(bmcKey !== '' && { bmcKey }) };
}
