import { Box } from '@mui/material';
import { useRef, useState } from 'react';
import { CodedError } from '#shared/contract/errors.ts';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useMany } from '../../../client/use-many.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { offerUndo } from '../../rack/undo.ts';
import { presentNode } from '../present-node.ts';
import { RunDialog } from '../RunDialog.tsx';
import { BulkFields } from './BulkFields.tsx';
import {
  type BulkForm,
  bulkChange,
  canBeUndone,
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
  const [nodes] = useState(() => nodeIds.flatMap(id => presentNode(id) ?? []));
  /** As each was right before its change, for the way back. */
  const before = useRef(new Map<NodeId, Node>());
  const many = useMany<Node>(
    async ({ id, name }) => {
      const node = presentNode(id);
      if (node === undefined) throw new CodedError('input.not_found', 'removed', { what: 'node', id: name });
      const change = bulkChange(form, node);
      if (change === null) throw new CodedError('bmc.none', 'no BMC', { node: name });
      // One whose answer was lost may be changed already: the first look is the one that counts.
      if (!before.current.has(id)) before.current.set(id, node);
      await client.nodes.update({ ...change, id });
    },
    ({ done }) =>
      offerBulkUndo(
        form,
        done.flatMap(({ id }) => before.current.get(id) ?? []),
      ),
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
  return <RunDialog title={title} label={t('bulk.running')} many={many} />;
}

function offerBulkUndo(form: BulkForm, before: readonly Node[]): void {
  if (before.length === 0 || !canBeUndone(form)) return;
  offerUndo({
    text: t => t('bulk.done', { count: before.length }),
    dialog: { is: 'undo-edit', form, before },
  });
}
