import { Box, ListSubheader, Menu, MenuItem } from '@mui/material';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import type { AssignEntry } from './assign-entries.ts';
import { useBoard } from './board-context.ts';
import { refusalText } from './placement-text.ts';

interface Props {
  readonly at: { readonly left: number; readonly top: number };
  /** What the menu is of: `r4u04`. */
  readonly name: string;
  readonly entries: readonly AssignEntry[];
  readonly onClose: () => void;
}

/** Everything that a drop can do, as a menu. What is not possible says why and does nothing. */
export function AssignMenu({ at, name, entries, onClose }: Props) {
  const t = useT();
  const { drop } = useBoard();
  const run = ({ held, target, board, verdict }: AssignEntry) => {
    if (!verdict.ok) return;
    onClose();
    drop(held, target, board);
  };
  return (
    <Menu
      open
      anchorReference="anchorPosition"
      anchorPosition={at}
      onClose={onClose}
      slotProps={{
        list: { 'aria-label': t('board.assign', { name }), dense: true },
        paper: { sx: { maxHeight: 480 } },
      }}
    >
      {entries.flatMap((entry, index) => [
        ...(entry.group === entries[index - 1]?.group ? [] : [groupTitle(entry)]),
        entryItem(t, entry, () => run(entry)),
      ])}
      {entries.length === 0 && <MenuItem aria-disabled>{t('board.nothingToAssign')}</MenuItem>}
    </Menu>
  );
}

function groupTitle({ key, group }: AssignEntry) {
  return (
    <ListSubheader key={`group ${key}`} role="presentation" sx={{ lineHeight: 2.2 }}>
      {group}
    </ListSubheader>
  );
}

/** A disabled item could not be reached by keyboard, and its reason not be read. */
function entryItem(t: Translate, { key, label, verdict }: AssignEntry, onRun: () => void) {
  const reason = verdict.ok ? verdict.warning : verdict;
  return (
    <MenuItem
      key={key}
      aria-disabled={!verdict.ok}
      onClick={onRun}
      sx={{ display: 'block', maxWidth: 420, ...(!verdict.ok && { cursor: 'default' }) }}
    >
      <Box component="span" sx={{ ...(!verdict.ok && { color: 'text.disabled' }) }}>
        {label}
      </Box>
      {reason && (
        <Box sx={{ color: 'text.secondary', fontSize: '0.92em', whiteSpace: 'normal' }}>
          {refusalText(t, reason)}
        </Box>
      )}
    </MenuItem>
  );
}
