import { Box } from '@mui/material';
import { type ReactNode, useId } from 'react';

/** Put on the control of a row: it is named by the row and described by its effect. */
export interface RowLabels {
  readonly id: string;
  readonly 'aria-labelledby': string;
  readonly 'aria-describedby': string;
}

interface Props {
  readonly name: string;
  readonly effect: ReactNode;
  readonly children: (labels: RowLabels) => ReactNode;
}

/** What is set and what it does on the left, the control on the right. */
export function LabelledRow({ name, effect, children }: Props) {
  const id = useId();
  return (
    <Box
      sx={theme => ({
        display: 'grid',
        gridTemplateColumns: '1fr 320px',
        columnGap: 3,
        alignItems: 'start',
        py: 1,
        borderTop: `1px solid ${theme.colours.line}`,
      })}
    >
      <Box>
        <Box
          component="label"
          id={`${id}-name`}
          htmlFor={`${id}-value`}
          sx={{ display: 'block', fontWeight: 600 }}
        >
          {name}
        </Box>
        <Box id={`${id}-effect`} sx={{ color: 'text.secondary' }}>
          {effect}
        </Box>
      </Box>
      {children({
        id: `${id}-value`,
        'aria-labelledby': `${id}-name`,
        'aria-describedby': `${id}-effect`,
      })}
    </Box>
  );
}
