import PlaylistAddIcon from '@mui/icons-material/PlaylistAdd';
import { IconButton, Tooltip } from '@mui/material';
import { useT } from '../../i18n/i18n.ts';
import { AssignMenu } from './AssignMenu.tsx';
import type { AssignEntry } from './assign-entries.ts';
import type { AssignMenuState } from './use-assign-menu.ts';

interface Props {
  readonly name: string;
  readonly menu: AssignMenuState;
  /** Made when the menu opens: there are as many as things and places. */
  readonly entries: () => readonly AssignEntry[];
  readonly tabIndex?: number;
}

/** *Assign…*: for those who do not drag. */
export function AssignButton({ name, menu, entries, tabIndex }: Props) {
  const t = useT();
  const label = t('board.assign', { name });
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          aria-label={label}
          aria-haspopup="menu"
          tabIndex={tabIndex}
          onClick={event => menu.openBelow(event.currentTarget)}
        >
          <PlaylistAddIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      {menu.at && <AssignMenu at={menu.at} name={name} entries={entries()} onClose={menu.close} />}
    </>
  );
}
