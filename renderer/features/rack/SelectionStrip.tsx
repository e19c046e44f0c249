import { Box, Button } from '@mui/material';
import { useMemo } from 'react';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { selectOnBoard } from '../board/board-selection.ts';
import { openTimeline } from '../timeline/open-timeline.ts';
import { allowedActions, type NodeAction } from './node-actions.ts';
import { startAction } from './perform-action.ts';
import type { NodeRow } from './rack-rows.ts';

interface Props {
  readonly keys: ReadonlySet<string>;
  /** Those that the filter lets through. */
  readonly shown: readonly NodeRow[];
  readonly onClear: () => void;
}

/** What may be done to several at once without a dialog each. */
const batchActions = ['power-on', 'identify', 'inspect'] as const satisfies readonly NodeAction[];

export function SelectionStrip({ keys, shown, onClear }: Props) {
  const t = useT();
  const client = useClient();
  const { nodes, able } = useSelected(keys);
  const shownKeys = useMemo(() => new Set<string>(shown.map(({ node }) => node.id)), [shown]);
  const hiddenCount = nodes.filter(({ id }) => !shownKeys.has(id)).length;
  const only = nodes.length === 1 ? nodes[0] : undefined;
  const start = (action: (typeof batchActions)[number]) => {
    if (only !== undefined) startAction(client, only, action);
    else openOverlay({ is: 'run-action', action, nodeIds: able[action].map(({ id }) => id) });
  };
  if (nodes.length === 0) return null;
  return (
    <Box
      role="toolbar"
      aria-label={t('rack.selection')}
      sx={theme => ({
        display: 'flex',
        flexWrap: 'wrap',
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
        {hiddenCount > 0 && (
          <Box component="span" sx={{ fontWeight: 400 }}>
            {t('rack.selectedHidden', { count: hiddenCount })}
          </Box>
        )}
      </Box>
      {batchActions.map(action => (
        <Button
          key={action}
          variant="outlined"
          disabled={able[action].length === 0}
          onClick={() => start(action)}
        >
          {t(`action.${action}`)}
        </Button>
      ))}
      {only !== undefined && (
        <Button
          variant="outlined"
          disabled={able.deploy.length === 0}
          onClick={() => startAction(client, only, 'deploy')}
        >
          {t('action.deploy')}
        </Button>
      )}
      {nodes.length > 1 && (
        <Button
          variant="outlined"
          onClick={() => {
            selectOnBoard(new Set(nodes.map(({ id }) => id)));
            goTo('deploy');
          }}
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

function useSelected(keys: ReadonlySet<string>) {
  const all = useWorld(world => world.nodes);
  const deployments = useWorld(world => world.deployments);
  return useMemo(() => {
    const nodes = [...keys].flatMap(key => all.get(key) ?? []);
    const allowed = nodes.map(node =>
      allowedActions(node, node.deploymentId === null ? undefined : deployments.get(node.deploymentId)),
    );
    const ableTo = (action: NodeAction) => nodes.filter((_, index) => allowed[index]?.has(action));
    const able = {
      'power-on': ableTo('power-on'),
      identify: ableTo('identify'),
      inspect: ableTo('inspect'),
      deploy: ableTo('deploy'),
    };
    return { nodes, able };
  }, [keys, all, deployments]);
}
