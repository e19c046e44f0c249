import { Box, Button } from '@mui/material';
import { openOverlay } from '../../app/overlay.ts';
import { useClient } from '../../client/client-context.tsx';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { openTimeline } from '../timeline/open-timeline.ts';
import { allowedActions, type NodeAction } from './node-actions.ts';
import { startAction } from './perform-action.ts';

interface Props {
  readonly keys: ReadonlySet<string>;
  readonly onClear: () => void;
}

/** What may be done to several at once without a dialog each. */
const batchActions: readonly NodeAction[] = ['power-on', 'identify'];

export function SelectionStrip({ keys, onClear }: Props) {
  const t = useT();
  const client = useClient();
  const world = useWorld();
  const nodes = [...keys].flatMap(key => world.nodes.get(key) ?? []);
  const allowed = nodes.map(node =>
    allowedActions(node, node.deploymentId === null ? undefined : world.deployments.get(node.deploymentId)),
  );
  const [only] = nodes;
  return (
    <Box
      role="toolbar"
      aria-label={t('rack.selection')}
      sx={theme => ({
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        px: 2,
        py: 0.5,
        backgroundColor: theme.colours.chosen,
        borderBottom: `1px solid ${theme.colours.line}`,
      })}
    >
      <Box component="span" role="status" sx={{ fontWeight: 600, mr: 1 }}>
        {t('rack.selected', { count: nodes.length })}
      </Box>
      {batchActions.map(action => (
        <Button
          key={action}
          variant="outlined"
          disabled={!allowed.every(set => set.has(action))}
          onClick={() => {
            for (const node of nodes) startAction(client, node, action);
          }}
        >
          {t(`action.${action}`)}
        </Button>
      ))}
      {nodes.length === 1 && only !== undefined && (
        <Button
          variant="outlined"
          disabled={!allowed[0]?.has('deploy')}
          onClick={() => startAction(client, only, 'deploy')}
        >
          {t('action.deploy')}
        </Button>
      )}
      <Button
        variant="outlined"
        onClick={() => openOverlay({ is: 'edit-servers', nodeIds: nodes.map(({ id }) => id) })}
      >
        {t('action.edit')}
      </Button>
      <Button
        variant="outlined"
        disabled={nodes.every(({ deploymentId }) => deploymentId === null)}
        onClick={() => openTimeline(nodes.flatMap(({ deploymentId }) => deploymentId ?? []))}
      >
        {t('lanes.open')}
      </Button>
      <Button onClick={onClear} sx={{ ml: 'auto' }}>
        {t('rack.clearSelection')}
      </Button>
    </Box>
  );
}
