import { Box, Button } from '@mui/material';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useT } from '../../i18n/i18n.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import { type NodeAction, powerActionsOf } from './node-actions.ts';
import { startAction } from './perform-action.ts';

interface Props {
  readonly node: Node;
  readonly allowed: ReadonlySet<NodeAction>;
}

export function PowerPanel({ node, allowed }: Props) {
  const t = useT();
  const client = useClient();
  const isOn = node.powerState === 'power on';
  return (
    <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center' }}>
      <Box sx={{ mr: 1, minWidth: 56 }}>
        <ToneText tone={isOn ? 'good' : 'idle'}>{t(`power.${node.powerState}`)}</ToneText>
      </Box>
      {node.bmc === null
        ? t('power.byHand')
        : powerActionsOf(node.powerState)
            .filter(action => allowed.has(action))
            .map(action => (
              <Button key={action} variant="outlined" onClick={() => startAction(client, node, action)}>
                {t(`action.${action}`)}
              </Button>
            ))}
    </Box>
  );
}
