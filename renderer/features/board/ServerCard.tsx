import { Box, Checkbox } from '@mui/material';
import { memo, useRef } from 'react';
import { useT } from '../../i18n/i18n.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import { hardwareText } from '../rack/hardware-text.ts';
import { nodeTone } from '../rack/node-actions.ts';
import { AssignButton } from './AssignButton.tsx';
import { thingsFor } from './assign-entries.ts';
import { useBoard } from './board-context.ts';
import type { BoardServer } from './board-servers.ts';
import { placeOfLink, type Target } from './carry.ts';
import { InspectButton } from './InspectButton.tsx';
import { LinkBox } from './LinkBox.tsx';
import { NetworkChips } from './NetworkChips.tsx';
import { refusalText } from './placement-text.ts';
import { stage } from './plan-store.ts';
import { StagedChip } from './StagedChip.tsx';
import { useAssignMenu } from './use-assign-menu.ts';
import { remarkOf, usePlace } from './use-place.ts';

interface Props {
  readonly server: BoardServer;
  readonly isSelected: boolean;
  /** The keyboard is in it: what can be focused here may be so. */
  readonly isActive: boolean;
  /** Its place among all that are shown, from 0. */
  readonly index: number;
  readonly count: number;
  readonly onActivate: (index: number) => void;
  readonly onToggle: (server: BoardServer) => void;
}

/** A server with what is staged for it. While something is held, the line of its hardware says why not. */
export const ServerCard = memo(function ServerCard(props: Props) {
  const { server, isSelected, isActive, index } = props;
  const t = useT();
  const { board } = useBoard();
  const element = useRef<HTMLDivElement>(null);
  const { node, staged } = server;
  const target: Target = { is: 'server', nodeId: node.id };
  const { verdict, isOver } = usePlace(element, target);
  const remark = remarkOf(verdict);
  const menu = useAssignMenu();
  const tabIndex = isActive ? 0 : -1;
  return (
    <Box
      ref={element}
      role="listitem"
      aria-label={node.name}
      aria-posinset={index + 1}
      aria-setsize={props.count}
      tabIndex={tabIndex}
      onFocus={() => props.onActivate(index)}
      onContextMenu={menu.onContextMenu}
      onKeyDown={event => {
        if (event.target !== event.currentTarget || event.key !== ' ') return;
        event.preventDefault();
        props.onToggle(server);
      }}
      sx={theme => ({
        display: 'grid',
        gap: 0.5,
        p: 1,
        border: `1px solid ${verdict?.ok || isOver ? theme.colours.accent : theme.colours.line}`,
        borderRadius: 1,
        backgroundColor: isOver || isSelected ? theme.colours.chosen : theme.colours.surface,
        ...(isOver && { boxShadow: `inset 0 0 0 1px ${theme.colours.accent}` }),
        ...(verdict?.ok === false && { backgroundColor: theme.colours.raised, color: theme.colours.textOff }),
      })}
    >
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 1 }}>
        <Checkbox
          checked={isSelected}
          onChange={() => props.onToggle(server)}
          slotProps={{ input: { 'aria-label': t('table.select', { name: node.name }), tabIndex } }}
          sx={{ p: 0.25 }}
        />
        <strong>{node.name}</strong>
        <ToneText tone={nodeTone(node)}>{t(`state.${node.provisionState}`)}</ToneText>
        <ImageChip server={server} tabIndex={tabIndex} />
        <Box sx={{ ml: 'auto' }}>
          <AssignButton
            name={node.name}
            menu={menu}
            entries={() => thingsFor(t, target, board)}
            tabIndex={tabIndex}
          />
        </Box>
      </Box>
      <Box sx={{ minHeight: '1.5em', color: remark === null ? 'text.secondary' : 'warning.main' }}>
        {remark === null ? hardwareText(t, node) || t('board.notInspected') : refusalText(t, remark)}
        <InspectButton nodes={[node]} tabIndex={tabIndex} />
      </Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: 0.75 }}>
        {server.links.map(link => {
          const place = placeOfLink(link);
          return place === undefined ? null : (
            <LinkBox
              key={link.portgroupId ?? link.portId}
              server={server}
              link={link}
              place={place}
              tabIndex={tabIndex}
            />
          );
        })}
        <NetworkChips server={server} place={{ by: 'match' }} tabIndex={tabIndex} />
        {staged.hostName !== null && (
          <StagedChip
            label={staged.hostName}
            tabIndex={tabIndex}
            onRemove={() => stage({ is: 'server', nodeId: node.id, change: { hostName: null } })}
          />
        )}
      </Box>
    </Box>
  );
});

interface ChipProps {
  readonly server: BoardServer;
  readonly tabIndex: number;
}

function ImageChip({ server: { node, staged }, tabIndex }: ChipProps) {
  const t = useT();
  const { board } = useBoard();
  if (staged.imageId === null) return null;
  return (
    <StagedChip
      label={board.images.get(staged.imageId)?.name ?? t('board.gone')}
      tabIndex={tabIndex}
      onRemove={() => stage({ is: 'image', nodeIds: [node.id], imageId: null })}
    />
  );
}
