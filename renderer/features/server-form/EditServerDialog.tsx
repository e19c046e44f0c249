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
import { ServerFields } from './ServerFields.tsx';
import { formOfNode, type NodeChange, nodeChange } from './server-form.ts';

export function EditServerDialog({ nodeId }: { readonly nodeId: NodeId }) {
  const node = useWorld(world => world.nodes.get(nodeId));
  return node === undefined ? null : <EditForm node={node} />;
}

function EditForm({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const [opened] = useState(node);
  const [untouched] = useState(() => formOfNode(opened));
  const [form, setForm] = useState(untouched);
  const leaving = useLeaving(form !== untouched, closeOverlay);
  const change = nodeChange(form, opened);
  const update = useCommand((changed: NodeChange) => client.nodes.update({ ...changed, id: node.id }));
  const submit = async (event: FormEvent) => {
    event.preventDefault();
    if (change === null || update.isPending) return;
    if ((await update.run(change)) !== undefined) closeOverlay();
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
          <Button type="submit" variant="contained" disabled={change === null || update.isPending}>
            {t('action.save')}
          </Button>
        </DialogActions>
      </form>
      {leaving.question}
    </Dialog>
  );
}
