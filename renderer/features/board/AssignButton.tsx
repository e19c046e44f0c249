import PlaylistAddIcon from '@mui/icons-material/PlaylistAdd';
import { IconButton, Tooltip } from '@mui/material';
import { useState } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { AssignMenu } from './AssignMenu.tsx';
import type { AssignEntry } from './assign-entries.ts';

interface Props {
  readonly name: string;
  /** Made when the menu opens: there are as many as things and places. */
  readonly entries: () => readonly AssignEntry[];
  readonly tabIndex?: number;
}

/** *Assign…*: for those who do not drag. */
export function AssignButton({ name, entries, tabIndex }: Props) {
  const t = useT();
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const label = t('board.assign', { name });
  return (
    <>
      <Tooltip title={label}>
        <IconButton
          aria-label={label}
          aria-haspopup="menu"
          tabIndex={tabIndex}
          onClick={event => setAnchor(event.currentTarget)}
        >
          <PlaylistAddIcon fontSize="small" />
        </IconButton>
      </Tooltip>
      {anchor && (
        <AssignMenu anchor={anchor} name={name} entries={entries()} onClose={() => setAnchor(null)} />
      )}
    </>
  );
}
