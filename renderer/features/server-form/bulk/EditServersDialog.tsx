import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle } from '@mui/material';
import { useState } from 'react';
import { CodedError } from '#shared/contract/errors.ts';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { runMany } from '../../../client/run-many.ts';
import { type ManyState, useMany } from '../../../client/use-many.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { offerUndo } from '../../rack/undo.ts';
import { RunReport } from '../RunReport.tsx';
import { BulkFields } from './BulkFields.tsx';
import {
  type BulkForm,
  bulkChange,
  bulkUndo,
  emptyBulk,
  hasSecrets,
  isBulkComplete,
  needsBmc,
} from './bulk-form.ts';

/** The same change for several servers: first what is changed, then how each of them took it. */
export function EditServersDialog({ nodeIds }: { readonly nodeIds: readonly NodeId[] }) {
  const t = useT();
  const client = useClient();
  const [form, setForm] = useState(emptyBulk);
  // As they were before the change, for the way back.
  const [nodes] = useState(() => presentNodes(nodeIds));
  const many = useMany<Node>(
    async node => {
      const change = bulkChange(form, node);
      if (change === null) throw new CodedError('bmc.none', 'no BMC', { node: node.name });
      await client.nodes.update({ ...change, id: node.id });
    },
    state => offerBulkUndo(form, state),
  );
  const title = t('bulk.title', { count: nodes.length });
  const withoutBmc = nodes.filter(({ bmc }) => bmc === null).length;
  if (many.state.is === 'idle')
    return (
      <FormDialog
        title={title}
        action={t('bulk.change', { count: nodes.length })}
        isDirty={form !== emptyBulk}
        isComplete={isBulkComplete(form) && nodes.length > 0}
        isPending={false}
        error={null}
        onSubmit={() => many.start(nodes)}
        onLeave={closeOverlay}
        maxWidth="md"
      >
        <Box sx={{ color: 'text.secondary' }}>{t('bulk.help')}</Box>
        <BulkFields form={form} onChange={change => setForm(known => ({ ...known, ...change }))} />
        {needsBmc(form) && withoutBmc > 0 && <Notice>{t('bulk.withoutBmc', { count: withoutBmc })}</Notice>}
        {hasSecrets(form) && <Box sx={{ color: 'text.secondary' }}>{t('bulk.secretsStay')}</Box>}
      </FormDialog>
    );
  const isRunning = many.state.is === 'running';
  return (
    <Dialog
      open
      onClose={() => {
        if (!isRunning) closeOverlay();
      }}
      maxWidth="md"
      fullWidth
      aria-labelledby="edit-servers"
    >
      <DialogTitle id="edit-servers">{title}</DialogTitle>
      <DialogContent>
        <RunReport
          label={t('bulk.running')}
          state={many.state}
          nameOf={({ name }) => name}
          onStop={many.stop}
          onRetry={many.retry}
        />
      </DialogContent>
      <DialogActions>
        <Button variant="contained" disabled={isRunning} onClick={closeOverlay}>
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function presentNodes(nodeIds: readonly NodeId[]): readonly Node[] {
  const { nodes } = useWorld.getState();
  return nodeIds.flatMap(id => nodes.get(id) ?? []);
}

function offerBulkUndo(form: BulkForm, { done }: ManyState<Node>): void {
  const changes = done.flatMap(node => {
    const change = bulkUndo(form, node);
    return change === null ? [] : [{ ...change, id: node.id }];
  });
  if (changes.length === 0) return;
  offerUndo({
    text: t => t('bulk.done', { count: done.length }),
    async undo(client) {
      const errors: CodedError[] = [];
      await runMany(changes, change => client.nodes.update(change), {
        signal: new AbortController().signal,
        onDone: (_, error) => {
          if (error !== null) errors.push(error);
        },
      });
      const [first] = errors;
      if (first !== undefined) throw first;
    },
  });
}
