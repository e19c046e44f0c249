import { useEffect } from 'react';
import type { Node } from '#shared/contract/index.ts';
import type { OverlayOf } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useMany } from '../../../client/use-many.ts';
import { useT } from '../../../i18n/i18n.ts';
import { forgetUndoBy } from '../../rack/undo.ts';
import { RunDialog } from '../RunDialog.tsx';
import { undoEdit } from './undo-edit.ts';

/** A change of several servers is taken back, one by one. What a stop leaves can be taken back later. */
export function UndoEditDialog({ edit }: { readonly edit: OverlayOf<'undo-edit'> }) {
  const t = useT();
  const client = useClient();
  const many = useMany<Node>(
    node => undoEdit(client, edit.form, node),
    ({ done, total }) => {
      if (done.length === total) forgetUndoBy(edit);
    },
  );
  const { start } = many;
  // biome-ignore lint/correctness/useExhaustiveDependencies: begun once, by being opened
  useEffect(() => start(edit.before), []);
  return (
    <RunDialog
      title={t('bulk.undoTitle', { count: edit.before.length })}
      label={t('bulk.undoing')}
      many={many}
    />
  );
}
