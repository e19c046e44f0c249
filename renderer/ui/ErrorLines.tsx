import { Box, Button } from '@mui/material';
import type { ReactNode } from 'react';
import { commandOf, errorText, type LooseError, type NextStep } from '../i18n/error-text.ts';
import { useT } from '../i18n/i18n.ts';
import { CopyButton } from './CopyButton.tsx';
import { copyText } from './copy-text.ts';
import { ToneMark } from './ToneMark.tsx';

export type NextActions = Partial<Record<NextStep, () => void>>;

interface Props {
  readonly error: LooseError;
  /** What this place can do about it; a step without an action is only told. */
  readonly actions?: NextActions;
  /** Further buttons, such as *Show in timeline*. */
  readonly children?: ReactNode;
}

/** An error in three lines: what happened, the evidence, the next step as a button. */
export function ErrorLines({ error, actions = {}, children }: Props) {
  const t = useT();
  const { what, evidence, next, nextStep } = errorText(t, error);
  const command = commandOf(error);
  const all: NextActions = {
    'copy-command': () => void copyText(command ?? ''),
    reload: () => window.location.reload(),
    ...actions,
  };
  const act = all[nextStep];
  return (
    <Box
      role="alert"
      sx={theme => ({
        borderLeft: `3px solid ${theme.colours.failed}`,
        backgroundColor: theme.colours.failedGround,
        borderRadius: 1,
        px: 1.5,
        py: 1,
        display: 'grid',
        gap: 0.5,
        justifyItems: 'start',
      })}
    >
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', fontWeight: 600 }}>
        <ToneMark tone="failed" />
        {what}
      </Box>
      <Box sx={{ overflowWrap: 'anywhere' }}>{evidence}</Box>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1, alignItems: 'center', mt: 0.25 }}>
        {act ? (
          <Button variant="outlined" onClick={act}>
            {next}
          </Button>
        ) : (
          <Box component="span">{next}</Box>
        )}
        {command !== undefined && nextStep !== 'copy-command' && (
          <CopyButton text={command} label={t('action.copyCommand')} />
        )}
        {children}
      </Box>
    </Box>
  );
}
