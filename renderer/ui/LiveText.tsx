import { Box } from '@mui/material';
import { hiddenText } from './hidden-text.ts';

/** Spoken by a screen reader whenever it changes, unseen. Give it sentences, not every percent. */
export function LiveText({ text }: { readonly text: string }) {
  return (
    <Box role="status" aria-live="polite" sx={hiddenText}>
      {text}
    </Box>
  );
}
