import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { consequenceOf, type NodeAction } from './node-actions.ts';
import { performAction } from './perform-action.ts';

interface Props {
  readonly nodeId: NodeId;
  readonly action: NodeAction;
}

export function ConfirmActionDialog({ nodeId, action }: Props) {
  const t = useT();
  const client = useClient();
  const node = useWorld(world => world.nodes.get(nodeId));
  const usuallyCleans = useWorld(world => world.settings?.cleanOnRelease ?? false);
  const perform = useCommand(async () => {
    if (node !== undefined) await performAction(client, node, action);
    return true;
  });
  if (node === undefined) return null;
  const confirm = async () => {
    if ((await perform.run()) !== true) return;
    closeOverlay();
    if (action === 'remove') goTo('rack');
  };
  const text = consequenceOf(action, node, usuallyCleans);
  return (
    <ConfirmDialog
      title={t('confirm.title', { action: t(`action.${action}`), name: node.name })}
      action={t(`action.${action}`)}
      isDangerous
      isPending={perform.isPending}
      error={perform.error}
      onConfirm={() => void confirm()}
      onClose={closeOverlay}
    >
      {text && t(text)}
    </ConfirmDialog>
  );
}
