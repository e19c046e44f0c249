import CheckBoxIcon from '@mui/icons-material/CheckBox';
import CheckBoxOutlineBlankIcon from '@mui/icons-material/CheckBoxOutlineBlank';
import { Box } from '@mui/material';
import { type CSSProperties, memo } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { ToneMark } from '../../../ui/ToneMark.tsx';
import { toneColour } from '../../../ui/tone.ts';
import { nodeTone } from '../node-actions.ts';
import type { NodeRow } from '../rack-rows.ts';

export interface BlockHandlers {
  readonly onOpen: (row: NodeRow) => void;
  readonly onToggle: (row: NodeRow) => void;
  readonly onMenu: (row: NodeRow, at: { readonly x: number; readonly y: number }) => void;
  /** Null: it was let go. */
  readonly onHold: (row: NodeRow | null) => void;
}

interface Props {
  readonly id: string;
  readonly row: NodeRow;
  /** Where it is, in words. */
  readonly placeLabel: string;
  readonly isColliding: boolean;
  readonly isActive: boolean;
  readonly isOpen: boolean;
  readonly isSelected: boolean;
  readonly handlers: BlockHandlers;
  readonly heightPx: number;
  /** From the top of its rack; absent: it stands in a list. */
  readonly topPx?: number;
  readonly lane?: number;
  readonly laneCount?: number;
}

/** A server in its units: name and state. */
function Block(props: Props) {
  const { row, isColliding, isActive, isOpen, isSelected, handlers } = props;
  const t = useT();
  const { node } = row;
  const tone = nodeTone(node);
  const state = t(`state.${node.provisionState}`);
  const Mark = isSelected ? CheckBoxIcon : CheckBoxOutlineBlankIcon;
  const words = [node.name, state, props.placeLabel, isColliding ? t('elevation.collides') : ''];
  return (
    <Box
      id={props.id}
      role="option"
      aria-selected={isSelected}
      aria-label={words.filter(word => word !== '').join(', ')}
      title={words.filter(word => word !== '').join('\n')}
      draggable
      onDragStart={event => {
        event.dataTransfer.effectAllowed = 'move';
        event.dataTransfer.setData('text/plain', node.name);
        handlers.onHold(row);
      }}
      onDragEnd={() => handlers.onHold(null)}
      onClick={event => (event.ctrlKey || event.metaKey ? handlers.onToggle(row) : handlers.onOpen(row))}
      onContextMenu={event => {
        event.preventDefault();
        handlers.onMenu(row, { x: event.clientX, y: event.clientY });
      }}
      sx={theme => ({
        display: 'flex',
        alignItems: 'center',
        gap: 0.5,
        pr: 0.5,
        minHeight: 0,
        minWidth: 0,
        overflow: 'hidden',
        cursor: 'pointer',
        fontSize: 12,
        lineHeight: 1,
        whiteSpace: 'nowrap',
        borderRadius: 0.5,
        border: `1px solid ${isColliding ? theme.colours.failed : theme.colours.outline}`,
        borderLeft: `4px solid ${toneColour(theme, tone)}`,
        backgroundColor: isSelected || isOpen ? theme.colours.chosen : theme.colours.surface,
        '&:hover': { backgroundColor: theme.colours.hover },
        ...(isActive && { outline: `2px solid ${theme.colours.focus}`, outlineOffset: -1 }),
      })}
      style={boxOf(props)}
    >
      <Box
        component="span"
        aria-hidden="true"
        onClick={event => {
          event.stopPropagation();
          handlers.onToggle(row);
        }}
        sx={{ display: 'inline-flex', color: 'text.secondary' }}
      >
        <Mark sx={{ fontSize: 15 }} />
      </Box>
      <Box
        component="span"
        sx={{
          fontWeight: 600,
          overflow: 'hidden',
          textOverflow: 'ellipsis',
          flexShrink: 0,
          maxWidth: '60%',
          lineHeight: 1.3,
        }}
      >
        {node.name}
      </Box>
      <ToneMark tone={isColliding ? 'failed' : tone} />
      <Box component="span" sx={{ overflow: 'hidden', textOverflow: 'ellipsis', lineHeight: 1.3 }}>
        {isColliding ? t('elevation.collides') : state}
      </Box>
    </Box>
  );
}

/** Drawn again only when something of its own has changed. */
export const ServerBlock = memo(Block);

function boxOf({ heightPx, topPx, lane = 0, laneCount = 1 }: Props): CSSProperties {
  if (topPx === undefined) return { height: heightPx };
  const width = 100 / laneCount;
  return { position: 'absolute', top: topPx, height: heightPx, left: `${lane * width}%`, width: `${width}%` };
}
