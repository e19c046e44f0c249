import { Box, Typography } from '@mui/material';
import { type ReactNode, useId, useRef } from 'react';
import type { Colours } from '../../app/colours.ts';
import { useT } from '../../i18n/i18n.ts';
import { AssignButton } from './AssignButton.tsx';
import { placesFor } from './assign-entries.ts';
import { useBoard } from './board-context.ts';
import type { Held } from './carry.ts';
import { useCarry } from './carry-store.ts';
import { useAssignMenu } from './use-assign-menu.ts';
import { useCarryKeys } from './use-carry-keys.ts';
import { useDragSource } from './use-drag.ts';

interface Props {
  readonly title: string;
  readonly isEmpty: boolean;
  /** What stands here before there is anything, with its button. */
  readonly empty: ReactNode;
  readonly children: ReactNode;
}

/** A column of things that can be put on servers. */
export function Shelf({ title, isEmpty, empty, children }: Props) {
  const id = useId();
  return (
    <Box
      component="section"
      aria-labelledby={id}
      sx={{ minHeight: 0, display: 'flex', flexDirection: 'column', gap: 1, p: 1.5, overflow: 'auto' }}
    >
      <Typography id={id} variant="h3" component="h2">
        {title}
      </Typography>
      {isEmpty ? (
        <Box sx={{ color: 'text.secondary', display: 'grid', gap: 1, justifyItems: 'start' }}>{empty}</Box>
      ) : (
        <Box
          component="ul"
          aria-labelledby={id}
          sx={{ m: 0, p: 0, display: 'grid', gap: 0.75, listStyle: 'none' }}
        >
          {children}
        </Box>
      )}
    </Box>
  );
}

interface ItemProps {
  readonly held: Held;
  readonly name: string;
  /** Why it cannot be taken; null if it can. */
  readonly refusal: string | null;
  readonly children: ReactNode;
}

/** A thing of a column: dragged, taken by the keyboard, or assigned by its menu. */
export function ShelfItem({ held, name, refusal, children }: ItemProps) {
  const t = useT();
  const { board } = useBoard();
  const element = useRef<HTMLLIElement>(null);
  const isDragged = useCarry(
    carry => carry.by === 'pointer' && JSON.stringify(carry.held) === JSON.stringify(held),
  );
  const { isHeld, onKeyDown, onBlur } = useCarryKeys(held);
  const menu = useAssignMenu();
  const isOff = refusal !== null;
  useDragSource(element, isOff ? null : held);
  return (
    <Box
      component="li"
      ref={element}
      onContextMenu={isOff ? undefined : menu.onContextMenu}
      sx={theme => ({
        display: 'flex',
        alignItems: 'flex-start',
        border: `1px solid ${isHeld ? theme.colours.accent : theme.colours.line}`,
        borderRadius: 1,
        backgroundColor: groundOf(theme.colours, isOff, isHeld),
        cursor: isOff ? 'default' : 'grab',
        opacity: isDragged ? 0.5 : 1,
      })}
    >
      <Box
        role="button"
        tabIndex={0}
        aria-pressed={isHeld}
        aria-disabled={isOff}
        aria-label={name}
        aria-description={refusal ?? t('board.howToCarry')}
        onKeyDown={isOff ? undefined : onKeyDown}
        onBlur={onBlur}
        // Within the card's own frame: two frames beside each other look like a fault.
        sx={{
          flex: 1,
          minWidth: 0,
          p: 1,
          display: 'grid',
          gap: 0.25,
          '&:focus-visible': { outlineOffset: -3 },
        }}
      >
        <Box component="strong" sx={{ overflowWrap: 'anywhere' }}>
          {name}
        </Box>
        {children}
        {isOff && <Box sx={{ color: 'warning.main' }}>{refusal}</Box>}
      </Box>
      {!isOff && (
        <Box sx={{ p: 0.5, pl: 0 }}>
          <AssignButton name={name} menu={menu} entries={() => placesFor(t, held, board)} />
        </Box>
      )}
    </Box>
  );
}

function groundOf(colours: Colours, isOff: boolean, isHeld: boolean): string {
  if (isOff) return colours.raised;
  return isHeld ? colours.chosen : colours.surface;
}
