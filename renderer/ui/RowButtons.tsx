import ArrowDownwardIcon from '@mui/icons-material/ArrowDownward';
import ArrowUpwardIcon from '@mui/icons-material/ArrowUpward';
import CloseIcon from '@mui/icons-material/Close';
import { Box, IconButton, Tooltip } from '@mui/material';
import type { MouseEvent, ReactNode } from 'react';
import { useT } from '../i18n/i18n.ts';

interface Props {
  /** Of the row: what is moved or removed. */
  readonly name: string;
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
  /** Where the order means nothing. */
  readonly isOrdered?: boolean;
}

/** Up, down, away. At an end the button stays where the focus is and does nothing. */
export function RowButtons({ name, isFirst, isLast, onMove, onRemove, isOrdered = true }: Props) {
  const t = useT();
  const move = (by: -1 | 1, isEnd: boolean) => (event: MouseEvent<HTMLElement>) => {
    if (isEnd) return;
    const button = event.currentTarget;
    onMove(by);
    // The browser drops the focus of an element whose place in the document changes.
    requestAnimationFrame(() => button.focus());
  };
  return (
    <Box sx={{ display: 'flex', flex: 'none' }}>
      {isOrdered && (
        <>
          <RowButton label={t('list.up', { name })} isOff={isFirst} onClick={move(-1, isFirst)}>
            <ArrowUpwardIcon fontSize="small" />
          </RowButton>
          <RowButton label={t('list.down', { name })} isOff={isLast} onClick={move(1, isLast)}>
            <ArrowDownwardIcon fontSize="small" />
          </RowButton>
        </>
      )}
      <RowButton label={t('list.remove', { name })} isOff={false} onClick={onRemove}>
        <CloseIcon fontSize="small" />
      </RowButton>
    </Box>
  );
}

interface ButtonProps {
  readonly label: string;
  readonly isOff: boolean;
  readonly onClick: (event: MouseEvent<HTMLElement>) => void;
  readonly children: ReactNode;
}

function RowButton({ label, isOff, onClick, children }: ButtonProps) {
  return (
    <Tooltip title={label}>
      <IconButton
        aria-label={label}
        aria-disabled={isOff}
        onClick={onClick}
        sx={{ '&[aria-disabled=true]': { opacity: 0.35, cursor: 'default' } }}
      >
        {children}
      </IconButton>
    </Tooltip>
  );
}
