import { Box, Button } from '@mui/material';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { allowedActions } from '../rack/node-actions.ts';
import { startAction } from '../rack/perform-action.ts';

/** Where the disks will stand: the button that finds them, and what it is doing. The dialog stays open meanwhile. */
export function InspectFirst({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const state = node.provisionState;
  if (state === 'inspecting' || state === 'inspect wait')
    return (
      <Box role="status" sx={{ display: 'grid', gap: 0.5 }}>
        <ToneText tone="busy">{t(`state.${state}`)}</ToneText>
        {t(node.bmc === null ? 'deploy.inspectingByHand' : 'deploy.inspecting')}
      </Box>
    );
  const inspect = () => startAction(client, node, 'inspect');
  const mayInspect = allowedActions(node, undefined).has('inspect');
  return (
    <Box sx={{ display: 'grid', gap: 1, justifyItems: 'start' }}>
      {t('deploy.notInspected')}
      {mayInspect && (
        <Button variant="contained" onClick={inspect}>
          {t('deploy.inspectFirst')}
        </Button>
      )}
      {state === 'inspect failed' && node.lastError && <ErrorLines error={node.lastError} />}
    </Box>
  );
}
