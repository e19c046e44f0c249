import { Box, TextField } from '@mui/material';
import { useState } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { FormDialog } from '../../../ui/FormDialog.tsx';
import { monoFont } from '../../../ui/fonts.ts';
import { bytesText } from '../../../ui/measure-text.ts';
import { durationText } from '../../../ui/time-text.ts';
import { useBroadcast } from '../deck/broadcast.ts';
import {
  bytesPerSecond,
  lineCount,
  type Pace,
  paces,
  pasteDurationMs,
  pasteLimitBytes,
  planPaste,
  withoutControls,
} from '../paste/paste-plan.ts';
import type { ConsoleSession } from '../session/console-session.ts';
import { Choice } from './Choice.tsx';

interface Props {
  readonly session: ConsoleSession;
  readonly name: string;
  readonly text: string;
}

/** What would be typed, line by line, before any of it is. */
export function PasteDialog({ session, name, text: offered }: Props) {
  const t = useT();
  const [text, setText] = useState(offered);
  const [pace, setPace] = useState<Pace>('echo');
  const isBroadcast = useBroadcast(({ nodeIds }) => nodeIds.includes(session.nodeId));
  const clean = withoutControls(text);
  const isTooLong = clean.length > pasteLimitBytes;
  const steps = isTooLong ? [] : planPaste(clean, pace);
  const sizeBytes = steps.reduce((sum, step) => sum + step.sizeBytes, 0);
  const close = () => {
    session.state.setState({ offeredPaste: null });
    session.focus();
  };
  return (
    <FormDialog
      title={t('paste.to', { name })}
      action={t('paste.send', { count: lineCount(clean) })}
      isDirty={false}
      isComplete={sizeBytes > 0}
      isPending={false}
      error={null}
      onSubmit={() => {
        session.paste(clean, pace);
        session.focus();
      }}
      onLeave={close}
      maxWidth="md"
    >
      {isBroadcast && <Box>{t('paste.onlyHere', { name })}</Box>}
      <TextField
        multiline
        autoFocus
        minRows={6}
        maxRows={14}
        value={text}
        onChange={event => setText(event.target.value)}
        slotProps={{ htmlInput: { 'aria-label': t('paste.field'), spellCheck: false } }}
        sx={{ '& textarea': { fontFamily: monoFont } }}
      />
      {clean !== text && <Box>{t('paste.controlsRemoved')}</Box>}
      <Choice
        label={t('paste.pace')}
        value={pace}
        options={paces}
        textOf={name => t(`pace.${name}`, { rate: bytesPerSecond[name] })}
        onChange={setPace}
      />
      <Box role="status" sx={{ color: 'text.secondary' }}>
        {isTooLong
          ? t('paste.tooLong', { size: bytesText(pasteLimitBytes) })
          : t('paste.takes', {
              size: bytesText(sizeBytes),
              duration: durationText(t, pasteDurationMs(steps)),
            })}
      </Box>
    </FormDialog>
  );
}
