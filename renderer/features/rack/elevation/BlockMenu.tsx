import { Menu, MenuItem } from '@mui/material';
import { openOverlay } from '../../../app/overlay.ts';
import { goTo } from '../../../app/route.ts';
import { useT } from '../../../i18n/i18n.ts';
import { openConsole } from '../../consoles/open-console.ts';
import type { NodeRow } from '../rack-rows.ts';

export interface OpenMenu {
  readonly row: NodeRow;
  readonly x: number;
  readonly y: number;
}

interface Props {
  readonly menu: OpenMenu;
  readonly onClose: () => void;
}

/** What can be done with a server where it is drawn; the keyboard does the same by Enter and M. */
export function BlockMenu({ menu, onClose }: Props) {
  const t = useT();
  const { id, bmc } = menu.row.node;
  const choose = (act: () => void) => () => {
    onClose();
    act();
  };
  return (
    <Menu
      open
      onClose={onClose}
      anchorReference="anchorPosition"
      anchorPosition={{ left: menu.x, top: menu.y }}
    >
      <MenuItem onClick={choose(() => goTo('rack', id))}>{t('elevation.open')}</MenuItem>
      {bmc !== null && <MenuItem onClick={choose(() => openConsole(id))}>{t('console.open')}</MenuItem>}
      <MenuItem onClick={choose(() => openOverlay({ is: 'move-server', nodeId: id }))}>
        {t('elevation.moveTo')}
      </MenuItem>
    </Menu>
  );
}
