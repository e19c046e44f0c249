import { TextField } from '@mui/material';
import type { EraseMethod, Node } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import { closeOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { useTypedFor } from '../../deploy/use-typed-for.ts';
import { consequenceOf } from '../node-actions.ts';
import { CleanDisks } from './CleanDisks.tsx';
import { type CleanReview, useCleanReview } from './use-clean-review.ts';

interface Props {
  readonly node: Node;
  readonly method: EraseMethod;
}

/** A release that erases is an erasure: which disks, and the server's name typed, before anything happens. */
export function ReleaseAndCleanDialog({ node, method }: Props) {
  const t = useT();
  const client = useClient();
  const { data, ...review } = useCleanReview(node, method);
  const [typed, setTyped] = useTypedFor(data?.disks ?? [], method);
  const release = useCommand(async () => {
    const confirmed = { name: typed.trim(), disks: (data?.disks ?? []).map(identityOf) };
    await client.nodes.setProvisionState({ id: node.id, verb: 'deleted', confirmed });
    return true;
  });
  const isReviewed = data !== undefined && !review.isPending;
  const confirm = async () => {
    if ((await release.run()) === true) closeOverlay();
  };
  const text = consequenceOf('release', node, true);
  return (
    <ConfirmDialog
      title={t('confirm.title', { action: t('action.release'), name: node.name })}
      action={t('action.release')}
      isDangerous
      isReady={isReviewed && typed.trim() === node.name}
      isPending={release.isPending}
      error={release.error}
      onConfirm={() => void confirm()}
      onClose={closeOverlay}
    >
      {text && t(text)}
      <CleanDisks node={node} review={{ ...review, data: data && asOfRelease(data) }} />
      <TextField
        label={t('clean.typeName', { name: node.name })}
        value={typed}
        onChange={event => setTyped(event.target.value)}
        slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
      />
    </ConfirmDialog>
  );
}

/** Where a server is given back is where it may be erased: that its state does not allow it now says nothing. */
function asOfRelease(review: CleanReview): CleanReview {
  return { ...review, blockers: review.blockers.filter(({ code }) => code !== 'state.not_allowed') };
}
