import { Box } from '@mui/material';
import { useRef } from 'react';
import type { NetworkLink } from '#shared/placement/network-links.ts';
import { useT } from '../../i18n/i18n.ts';
import { AssignButton } from './AssignButton.tsx';
import { placesFor, thingsFor } from './assign-entries.ts';
import { useBoard } from './board-context.ts';
import type { BoardServer } from './board-servers.ts';
import type { Held, LinkPlace, Target } from './carry.ts';
import { NetworkChips } from './NetworkChips.tsx';
import { placeName, refusalText } from './placement-text.ts';
import { stage } from './plan-store.ts';
import { StagedChip } from './StagedChip.tsx';
import { useAssignMenu } from './use-assign-menu.ts';
import { useCarryKeys } from './use-carry-keys.ts';
import { useDragSource } from './use-drag.ts';
import { remarkOf, usePlace } from './use-place.ts';

interface Props {
  readonly server: BoardServer;
  readonly link: NetworkLink;
  readonly place: LinkPlace;
  /** -1 unless its card is the one in which the keyboard is. */
  readonly tabIndex: number;
}

/** A NIC or a bond of a server: networks are put on it, and one NIC on another makes a bond. */
export function LinkBox({ server, link, place, tabIndex }: Props) {
  const t = useT();
  const { board } = useBoard();
  const element = useRef<HTMLDivElement>(null);
  const { node, staged } = server;
  const target: Target = { is: 'link', nodeId: node.id, place };
  const { verdict, isOver } = usePlace(element, target);
  const remark = remarkOf(verdict);
  const name = placeName(t, place, server);
  const held = heldOf(server, place);
  const bond = staged.bonds.find(({ id }) => id === link.portgroupId);
  const entries = () => [
    ...thingsFor(t, target, board).filter(entry => entry.held.is !== 'nic'),
    ...(held === null ? [] : placesFor(t, held, board)),
  ];
  const menu = useAssignMenu();
  useDragSource(element, held);
  return (
    <Box
      ref={element}
      role="group"
      onContextMenu={menu.onContextMenu}
      aria-label={t('board.linkOf', { link: name, name: node.name })}
      title={remark === null ? undefined : refusalText(t, remark)}
      sx={theme => ({
        display: 'flex',
        flexWrap: 'wrap',
        alignItems: 'center',
        gap: 0.5,
        pl: 0.75,
        border: '1px solid',
        borderStyle: bond === undefined ? 'solid' : 'dashed',
        borderColor: verdict?.ok || isOver ? theme.colours.accent : theme.colours.line,
        borderRadius: 1,
        backgroundColor: isOver ? theme.colours.chosen : theme.colours.surface,
        cursor: held === null ? 'default' : 'grab',
        ...(verdict?.ok === false && { opacity: 0.5, filter: 'grayscale(1)' }),
      })}
    >
      {held === null ? <strong>{name}</strong> : <NicHandle held={held} name={name} tabIndex={tabIndex} />}
      {link.own !== null && (
        <Box component="span" sx={{ color: 'text.secondary' }}>
          {t('nic.vlan', { id: link.own.vlanId })}
        </Box>
      )}
      {bond !== undefined && (
        <StagedChip
          label={t('board.newBond', { count: bond.portIds.length })}
          tabIndex={tabIndex}
          onRemove={() => stage({ is: 'remove-bond', nodeId: node.id, id: bond.id })}
        />
      )}
      <NetworkChips server={server} place={place} tabIndex={tabIndex} />
      <AssignButton name={name} menu={menu} entries={entries} tabIndex={tabIndex} />
    </Box>
  );
}

/** Only a NIC is carried: a bond stays what it is. */
function heldOf({ node }: BoardServer, place: LinkPlace): Extract<Held, { is: 'nic' }> | null {
  return place.by === 'port' ? { is: 'nic', nodeId: node.id, portId: place.portId } : null;
}

interface HandleProps {
  readonly held: Held;
  readonly name: string;
  readonly tabIndex: number;
}

/** By which the keyboard takes a NIC. */
function NicHandle({ held, name, tabIndex }: HandleProps) {
  const t = useT();
  const { isHeld, onKeyDown, onBlur } = useCarryKeys(held);
  return (
    <Box
      component="strong"
      role="button"
      tabIndex={tabIndex}
      aria-pressed={isHeld}
      aria-description={t('board.howToCarry')}
      onKeyDown={onKeyDown}
      onBlur={onBlur}
      sx={{ ...(isHeld && { color: 'primary.main' }) }}
    >
      {name}
    </Box>
  );
}
