import { Box, Typography } from '@mui/material';
import { type DragEvent, useRef } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { placeText } from '../rack-place.ts';
import type { NodeRow } from '../rack-rows.ts';
import { mostLoose, type RackElevation } from './elevation.ts';
import { type BlockHandlers, ServerBlock } from './ServerBlock.tsx';

export const unitHeightPx = 22;
const numberWidthPx = 30;
const headHeightPx = 52;

/** Where what is held would stand. */
export interface DropPlace {
  readonly unit: number;
  readonly heightUnits: number;
  readonly isFree: boolean;
}

export interface BlockStates {
  readonly idOf: (row: NodeRow) => string;
  readonly activeId: string | null;
  readonly openId: string | undefined;
  readonly selectedKeys: ReadonlySet<string>;
}

interface Props {
  readonly rack: RackElevation;
  readonly states: BlockStates;
  readonly handlers: BlockHandlers;
  readonly drop: DropPlace | null;
  /** The unit under the pointer while something is held; null: the pointer has left. */
  readonly onOver: (topUnit: number | null) => boolean;
  readonly onDrop: () => void;
}

/** One rack from the front, units counted from the floor. */
export function RackColumn({ rack, states, handlers, drop, onOver, onDrop }: Props) {
  const t = useT();
  const frame = useRef<HTMLDivElement>(null);
  const units = Array.from({ length: rack.heightUnits }, (_, index) => rack.heightUnits - index);
  const fromTop = (unit: number, heightUnits: number) =>
    (rack.heightUnits - unit - heightUnits + 1) * unitHeightPx;
  const unitAt = (event: DragEvent) => {
    const top = frame.current?.getBoundingClientRect().top ?? 0;
    return rack.heightUnits - Math.floor((event.clientY - top) / unitHeightPx);
  };
  const colliding = rack.servers.filter(({ laneCount }) => laneCount > 1).length;
  const count = rack.servers.length + rack.withoutUnit.length;
  return (
    <Box role="group" aria-label={t('group.rack', { name: rack.name })}>
      <Box
        sx={theme => ({
          position: 'sticky',
          top: 0,
          zIndex: 2,
          height: headHeightPx,
          pt: 1,
          backgroundColor: theme.colours.surface,
        })}
      >
        <Typography variant="h3" component="div" noWrap>
          {rack.name}
        </Typography>
        <Box sx={{ display: 'flex', gap: 1, color: 'text.secondary' }}>
          {t('rack.servers', { count })}
          {rack.withoutUnit.length > 0 && (
            <ToneText tone="waiting">
              {t('elevation.countWithoutUnit', { count: rack.withoutUnit.length })}
            </ToneText>
          )}
          {colliding > 0 && (
            <ToneText tone="failed">{t('elevation.countColliding', { count: colliding })}</ToneText>
          )}
        </Box>
      </Box>
      <Box
        ref={frame}
        onDragOver={event => {
          if (onOver(unitAt(event))) event.preventDefault();
        }}
        onDragLeave={event => {
          if (!(event.relatedTarget instanceof Node && event.currentTarget.contains(event.relatedTarget)))
            onOver(null);
        }}
        onDrop={event => {
          event.preventDefault();
          onDrop();
        }}
        sx={theme => ({
          position: 'relative',
          border: `2px solid ${theme.colours.outline}`,
          borderRadius: 0.5,
          backgroundColor: theme.colours.raised,
        })}
      >
        {units.map(unit => (
          <Box
            key={unit}
            aria-hidden="true"
            sx={theme => ({
              height: unitHeightPx,
              width: numberWidthPx,
              px: 0.5,
              fontSize: 11,
              lineHeight: `${unitHeightPx}px`,
              textAlign: 'right',
              color: theme.colours.textQuiet,
              borderTop: `1px solid ${theme.colours.line}`,
            })}
          >
            {unit}
          </Box>
        ))}
        <Box sx={{ position: 'absolute', insetBlock: 0, left: numberWidthPx + 4, right: 4 }}>
          {drop && (
            <Box
              sx={theme => ({
                position: 'absolute',
                insetInline: 0,
                zIndex: 1,
                pointerEvents: 'none',
                border: `2px dashed ${drop.isFree ? theme.colours.accent : theme.colours.failed}`,
                backgroundColor: drop.isFree ? theme.colours.chosen : theme.colours.failedGround,
              })}
              style={{ top: fromTop(drop.unit, drop.heightUnits), height: drop.heightUnits * unitHeightPx }}
            />
          )}
          {rack.servers.map(({ row, unit, heightUnits, lane, laneCount }) => (
            <ServerBlock
              key={row.node.id}
              {...blockState(states, row)}
              row={row}
              placeLabel={placeText({ rack: rack.name, unit, heightUnits })}
              isColliding={laneCount > 1}
              handlers={handlers}
              topPx={fromTop(unit, heightUnits) + 1}
              heightPx={heightUnits * unitHeightPx - 2}
              lane={lane}
              laneCount={laneCount}
            />
          ))}
        </Box>
      </Box>
      {rack.withoutUnit.length > 0 && (
        <LooseServers
          title={t('elevation.withoutUnit')}
          rows={rack.withoutUnit}
          states={states}
          handlers={handlers}
        />
      )}
    </Box>
  );
}

interface LooseProps {
  readonly title: string;
  readonly rows: readonly NodeRow[];
  readonly states: BlockStates;
  readonly handlers: BlockHandlers;
}

/** Servers of which nobody said where they are. */
export function LooseServers({ title, rows, states, handlers }: LooseProps) {
  const t = useT();
  return (
    <Box role="group" aria-label={title} sx={{ display: 'grid', gap: 0.25, py: 1 }}>
      <ToneText tone="waiting">{title}</ToneText>
      {rows.slice(0, mostLoose).map(row => (
        <ServerBlock
          key={row.node.id}
          {...blockState(states, row)}
          row={row}
          placeLabel={title}
          isColliding={false}
          handlers={handlers}
          heightPx={unitHeightPx}
        />
      ))}
      {rows.length > mostLoose && (
        <Box sx={{ color: 'text.secondary' }}>
          {t('elevation.moreLoose', { count: rows.length - mostLoose })}
        </Box>
      )}
    </Box>
  );
}

function blockState({ idOf, activeId, openId, selectedKeys }: BlockStates, row: NodeRow) {
  const { id } = row.node;
  return {
    id: idOf(row),
    isActive: id === activeId,
    isOpen: id === openId,
    isSelected: selectedKeys.has(id),
  };
}
