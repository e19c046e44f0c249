import type { Node, Settings } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { ReleaseAndCleanDialog } from './clean/ReleaseAndCleanDialog.tsx';
import { consequenceOf, erasesOnRelease, type NodeAction } from './node-actions.ts';
import { performAction } from './perform-action.ts';

interface Props {
  readonly nodeId: NodeId;
  readonly action: NodeAction;
}

export function ConfirmActionDialog({ nodeId, action }: Props) {
  const node = useWorld(world => world.nodes.get(nodeId));
  const settings = useWorld(world => world.settings);
  if (node === undefined || settings === null) return null;
  return action === 'release' && erasesOnRelease(node, settings.cleanOnRelease) ? (
    <ReleaseAndCleanDialog node={node} method={settings.cleanMethod} />
  ) : (
    <ConfirmAction node={node} action={action} settings={settings} />
  );
}

interface ConfirmProps {
  readonly node: Node;
  readonly action: NodeAction;
  readonly settings: Settings;
}

function ConfirmAction({ node, action, settings }: ConfirmProps) {
  const t = useT();
  const client = useClient();
  const perform = useCommand(async () => {
    await performAction(client, node, action);
    return true;
  });
  const confirm = async () => {
    if ((await perform.run()) !== true) return;
    closeOverlay();
    if (action === 'remove') goTo('rack');
  };
  const text = consequenceOf(action, node, settings.cleanOnRelease);
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
