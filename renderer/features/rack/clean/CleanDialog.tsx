import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useState } from 'react';
import type { EraseMethod, Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../../app/overlay.ts';
import { goTo } from '../../../app/route.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { useLeaving } from '../../../ui/use-leaving.tsx';
import { useTypedFor } from '../../deploy/use-typed-for.ts';
import { CleanDisks } from './CleanDisks.tsx';
import { type CleanForm, type CleanInput, cleanRequestOf, erasedOf } from './clean-form.ts';
import { EraseMethodChoice } from './EraseMethodChoice.tsx';
import { useCleanReview } from './use-clean-review.ts';

/** Which disks, how thoroughly, and the server's name typed: nothing happens before that. */
export function CleanDialog({ nodeId }: { readonly nodeId: NodeId }) {
  const node = useWorld(world => world.nodes.get(nodeId));
  const usualMethod = useWorld(world => world.settings?.cleanMethod);
  if (node === undefined || usualMethod === undefined) return null;
  return <CleanNode node={node} usualMethod={usualMethod} />;
}

function CleanNode({ node, usualMethod }: { readonly node: Node; readonly usualMethod: EraseMethod }) {
  const t = useT();
  const client = useClient();
  const [untouched] = useState<CleanForm>({ method: usualMethod, kept: [] });
  const [form, setForm] = useState(untouched);
  const review = useCleanReview(node, form.method);
  const clean = useCommand((input: CleanInput) => client.nodes.clean(input));
  const isReviewed = review.data?.blockers.length === 0 && !review.isPending;
  const erasable = review.data?.disks ?? [];
  const request = isReviewed ? cleanRequestOf(form, node, erasable) : null;
  const [typed, setTyped] = useTypedFor(erasedOf(form.kept, erasable), form.method);
  const leaving = useLeaving(form !== untouched || typed !== '', closeOverlay);
  const canClean = request !== null && typed.trim() === node.name && !clean.isPending;
  const start = async () => {
    if (!canClean) return;
    const confirmed = { name: typed.trim(), disks: request.disks ?? [] };
    if ((await clean.run({ ...request, confirmed })) === undefined) return;
    closeOverlay();
    goTo('rack', node.id, 'timeline');
  };
  return (
    <Dialog open onClose={leaving.onDialogClose} maxWidth="md" fullWidth aria-labelledby="clean-title">
      <DialogTitle id="clean-title">{t('clean.title', { name: node.name })}</DialogTitle>
      <DialogContent tabIndex={0} sx={{ display: 'grid', gap: 2, alignContent: 'start' }}>
        <Box>{t(node.bmc === null ? 'clean.byHand' : 'clean.what')}</Box>
        <EraseMethodChoice value={form.method} onChange={method => setForm({ ...form, method })} />
        <CleanDisks
          node={node}
          review={review}
          kept={form.kept}
          onChange={kept => setForm({ ...form, kept })}
        />
        {clean.error && <ErrorLines error={clean.error} />}
      </DialogContent>
      <DialogActions>
        <TextField
          label={t('clean.typeName', { name: node.name })}
          value={typed}
          onChange={event => setTyped(event.target.value)}
          slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
          sx={{ maxWidth: 460, mr: 'auto' }}
        />
        <Button onClick={leaving.leave}>{t('action.cancel')}</Button>
        <Button variant="contained" color="error" disabled={!canClean} onClick={() => void start()}>
          {t('clean.go')}
        </Button>
      </DialogActions>
      {leaving.question}
    </Dialog>
  );
}
