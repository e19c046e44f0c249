import { Box, Button } from '@mui/material';
import { useRef } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import { useT } from '../../i18n/i18n.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import { isBusy } from '../rack/node-actions.ts';
import { AssignButton } from './AssignButton.tsx';
import { thingsFor } from './assign-entries.ts';
import { useBoard } from './board-context.ts';
import { ofSelection, type Target } from './carry.ts';
import { useCarry } from './carry-store.ts';
import { InspectButton } from './InspectButton.tsx';
import { refusalText } from './placement-text.ts';
import { useAssignMenu } from './use-assign-menu.ts';
import { usePlace } from './use-place.ts';

const target: Target = { is: 'selection' };

interface Props {
  readonly onSelect: (selected: ReadonlySet<NodeId>) => void;
}

/** *All selected*: what is put here goes to each of them, a network to the NIC that its VLAN tag leads to. */
export function SelectionStrip({ onSelect }: Props) {
  const t = useT();
  const { board } = useBoard();
  const element = useRef<HTMLDivElement>(null);
  const { verdict, isOver } = usePlace(element, target);
  const menu = useAssignMenu();
  const count = board.selected.size;
  const selectedNodes = [...board.byId.values()]
    .map(({ node }) => node)
    .filter(({ id }) => board.selected.has(id));
  const busy = selectedNodes.filter(({ provisionState }) => isBusy(provisionState)).length;
  const shown = board.servers.map(({ node }) => node.id);
  return (
    <Box
      ref={element}
      role="group"
      aria-label={t('board.allSelected')}
      onContextMenu={count === 0 ? undefined : menu.onContextMenu}
      sx={theme => ({
        display: 'flex',
        alignItems: 'center',
        gap: 1,
        mx: 1.5,
        mb: 1,
        px: 1.25,
        minHeight: 40,
        border: '1px dashed',
        borderColor: verdict?.ok || isOver ? theme.colours.accent : theme.colours.outline,
        borderRadius: 1,
        backgroundColor: isOver ? theme.colours.chosen : 'transparent',
        ...(verdict?.ok === false && {
          backgroundColor: theme.colours.raised,
          color: theme.colours.textOff,
        }),
      })}
    >
      <Box component="span" sx={{ flex: 1, minWidth: 0, fontWeight: count > 0 ? 600 : 400 }}>
        {count === 0 ? t('board.selectHint') : t('board.selectedServers', { count })}
        <HeldRemark />
      </Box>
      {busy > 0 && <ToneText tone="busy">{t('rack.atWork', { count: busy })}</ToneText>}
      {count > 0 && (
        <>
          <InspectButton nodes={selectedNodes} />
          <AssignButton
            name={t('board.allSelected')}
            menu={menu}
            entries={() => thingsFor(t, target, board)}
          />
          <Button onClick={() => onSelect(new Set())}>{t('rack.clearSelection')}</Button>
        </>
      )}
      <Button disabled={shown.length === 0} onClick={() => onSelect(new Set(shown))}>
        {t('board.selectAll', { count: shown.length })}
      </Button>
    </Box>
  );
}

/** How many of them can take what is held, and why the first of the others cannot. */
function HeldRemark() {
  const t = useT();
  const { board } = useBoard();
  const held = useCarry(carry => carry.held);
  if (held === null || held.is === 'nic' || board.selected.size === 0) return null;
  const { takers, refusals } = ofSelection(held, board);
  const [first] = refusals;
  return (
    <Box component="span" sx={{ ml: 1, fontWeight: 400, color: first ? 'warning.main' : 'text.secondary' }}>
      {t('board.takers', { takers: takers.length, count: board.selected.size })}
      {first &&
        ` · ${t('board.notOn', { name: first.server.node.name, reason: refusalText(t, first.refusal) })}`}
    </Box>
  );
}
