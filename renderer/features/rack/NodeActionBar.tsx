import MoreHorizIcon from '@mui/icons-material/MoreHoriz';
import { Box, Button, Divider, IconButton, Menu, MenuItem, Tooltip } from '@mui/material';
import { useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { allowedActions, type NodeAction, nodeActions, suggestedAction } from './node-actions.ts';
import { startAction } from './perform-action.ts';

/** Not in the bar: they stand in the power panel, or behind the three dots. */
const inMenu: readonly NodeAction[] = ['clean', 'rescue', 'edit', 'manage', 'release', 'remove'];
const inPowerPanel: readonly NodeAction[] = [
  'power-on',
  'soft-power-off',
  'power-off',
  'power-cycle',
  'identify',
];

/** The next step filled, the others beside it, the rare ones in a menu. */
export function NodeActionBar({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const deployment = useWorld(world =>
    node.deploymentId === null ? undefined : world.deployments.get(node.deploymentId),
  );
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const allowed = allowedActions(node, deployment);
  const suggested = suggestedAction(allowed, node);
  const others = nodeActions.filter(
    action =>
      allowed.has(action) &&
      action !== suggested &&
      !inMenu.includes(action) &&
      !inPowerPanel.includes(action),
  );
  const buttons = suggested === undefined ? others : [suggested, ...others];
  const menu = inMenu.filter(action => allowed.has(action) && action !== suggested);
  const start = (action: NodeAction) => {
    setAnchor(null);
    startAction(client, node, action);
  };
  return (
    <Box sx={{ display: 'flex', gap: 1, px: 2, pb: 1, flexWrap: 'wrap' }}>
      {buttons.map(action => (
        <Button
          key={action}
          variant={action === suggested ? 'contained' : 'outlined'}
          onClick={() => start(action)}
        >
          {t(`action.${action}`)}
        </Button>
      ))}
      <Tooltip title={t('action.more')}>
        <IconButton
          aria-label={t('action.more')}
          aria-haspopup="menu"
          aria-expanded={anchor !== null}
          onClick={event => setAnchor(event.currentTarget)}
        >
          <MoreHorizIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      <Menu open={anchor !== null} anchorEl={anchor} onClose={() => setAnchor(null)}>
        {menu.flatMap(action => [
          action === 'remove' && <Divider key="line" />,
          <MenuItem key={action} onClick={() => start(action)}>
            {t(`action.${action}`)}
          </MenuItem>,
        ])}
      </Menu>
    </Box>
  );
}
