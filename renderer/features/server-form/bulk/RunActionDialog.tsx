import { Box } from '@mui/material';
import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../../app/overlay.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useMany } from '../../../client/use-many.ts';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';
import type { NodeAction } from '../../rack/node-actions.ts';
import { performAction } from '../../rack/perform-action.ts';
import { presentNode } from '../present-node.ts';
import { RunDialog } from '../RunDialog.tsx';

interface Props {
  readonly action: NodeAction;
  readonly nodeIds: readonly NodeId[];
}

/** The same action for several servers: a question, then how each of them took it. */
export function RunActionDialog({ action, nodeIds }: Props) {
  const t = useT();
  const client = useClient();
  const [nodes] = useState(() => nodeIds.flatMap(id => presentNode(id) ?? []));
  const many = useMany<Node>(async node => {
    // Its state may have changed since the dialog was opened.
    await performAction(client, presentNode(node.id) ?? node, action);
  });
  const verb = t(`action.${action}`);
  const title = t('many.action', { action: verb, count: nodes.length });
  if (many.state.is !== 'idle') return <RunDialog title={title} label={verb} many={many} />;
  return (
    <FormDialog
      title={title}
      action={verb}
      isDirty={false}
      isComplete={nodes.length > 0}
      isPending={false}
      error={null}
      onSubmit={() => many.start(nodes)}
      onLeave={closeOverlay}
    >
      {action === 'inspect' && <Box>{t('many.inspect')}</Box>}
      <Box sx={{ color: 'text.secondary', maxHeight: 180, overflow: 'auto' }} tabIndex={0}>
        {nodes.map(({ name }) => name).join(', ')}
      </Box>
    </FormDialog>
  );
}
