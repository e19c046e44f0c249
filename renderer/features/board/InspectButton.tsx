import { Button } from '@mui/material';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useT } from '../../i18n/i18n.ts';
import { allowedActions, needsConfirmation } from '../rack/node-actions.ts';
import { startAction } from '../rack/perform-action.ts';

interface Props {
  readonly nodes: readonly Node[];
  readonly tabIndex?: number;
}

/** A server of which nobody knows the disks can take no image: this lets the ramdisk look. */
export function InspectButton({ nodes, tabIndex }: Props) {
  const t = useT();
  const client = useClient();
  const unknown = nodes.filter(
    node => node.inventory === null && allowedActions(node, undefined).has('inspect'),
  );
  // Of several, those whose power nobody has to be asked about.
  const meant = nodes.length === 1 ? unknown : unknown.filter(node => !needsConfirmation('inspect', node));
  if (meant.length === 0) return null;
  return (
    <Button
      tabIndex={tabIndex}
      sx={{ py: 0 }}
      onClick={() => {
        for (const node of meant) startAction(client, node, 'inspect');
      }}
    >
      {nodes.length === 1 ? t('action.inspect') : t('board.inspect', { number: meant.length })}
    </Button>
  );
}
