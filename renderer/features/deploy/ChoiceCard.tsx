import { Box, Radio } from '@mui/material';
import { type ReactNode, useId } from 'react';

interface Props {
  readonly value: string;
  readonly isChosen: boolean;
  /** Why it cannot be chosen; null if it can. */
  readonly refusal?: string | null;
  readonly children: ReactNode;
}

/** One line of a radio group that holds more than a word. What cannot be chosen says why. */
export function ChoiceCard({ value, isChosen, refusal = null, children }: Props) {
  const id = useId();
  const isOff = refusal !== null;
  return (
    <Box
      component="label"
      sx={theme => ({
        display: 'flex',
        alignItems: 'flex-start',
        gap: 0.5,
        p: 1,
        pl: 0.5,
        border: `1px solid ${isChosen ? theme.colours.accent : theme.colours.line}`,
        boxShadow: isChosen ? `inset 0 0 0 1px ${theme.colours.accent}` : 'none',
        borderRadius: 1,
        cursor: isOff ? 'not-allowed' : 'pointer',
        backgroundColor: isOff ? theme.colours.raised : theme.colours.surface,
        '&:has(:focus-visible)': { outline: `2px solid ${theme.colours.focus}`, outlineOffset: 1 },
      })}
    >
      <Radio
        value={value}
        disabled={isOff}
        slotProps={{ input: { 'aria-describedby': id } }}
        sx={{ p: 0.5 }}
      />
      <Box id={id} sx={{ minWidth: 0, flex: 1, display: 'grid', gap: 0.25, pt: '3px' }}>
        {children}
        {isOff && (
          <Box component="span" sx={{ color: 'warning.main', fontWeight: 600 }}>
            {refusal}
          </Box>
        )}
      </Box>
    </Box>
  );
}
