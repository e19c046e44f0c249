import { Box } from '@mui/material';
import { translateLoose, useT } from '../../../i18n/i18n.ts';
import { Notice } from '../../../ui/Notice.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { secondsText } from '../../../ui/time-text.ts';
import { stepName } from '../progress.ts';
import type { SlowStep } from './slowness.ts';

interface Props {
  /** The step at work. */
  readonly name: string;
}

/** Of a step that is not slow, or that nothing can be compared with: what happens now and what to check, without a claim. */
export function StepNow({ name }: Props) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 0.5, color: 'text.secondary' }}>
      <span>{t('slow.now', { what: translateLoose(`slowNow.${name}`, {}) })}</span>
      <span>{t('slow.check', { what: translateLoose(`slowCheck.${name}`, {}) })}</span>
    </Box>
  );
}

/** A step that takes longer than usual: how long is usual, what normally happens now, and what to check. */
export function SlowNotice({ slow }: { readonly slow: SlowStep }) {
  const t = useT();
  const { step, durationMs, usual } = slow;
  return (
    <Notice>
      <ToneText tone="waiting">
        <strong>{t('slow.title', { step: stepName(step.name) })}</strong>
      </ToneText>
      {/* Grows each second: not for a screen reader. */}
      <Box component="span" aria-live="off">
        {t('slow.figures', {
          duration: secondsText(t, durationMs / 1000),
          usual: secondsText(t, usual.medianMs / 1000),
          count: usual.runs,
        })}
      </Box>
      <span>{t('slow.now', { what: translateLoose(`slowNow.${step.name}`, {}) })}</span>
      <span>{t('slow.check', { what: translateLoose(`slowCheck.${step.name}`, {}) })}</span>
    </Notice>
  );
}
