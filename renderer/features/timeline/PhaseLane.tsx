import { Box } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import type { Deployment, DeploymentStep, PastPhases } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { percentText } from '../../ui/measure-text.ts';
import { durationText } from '../../ui/time-text.ts';
import { toneColour } from '../../ui/tone.ts';
import { useNow } from '../../ui/use-now.ts';
import { countedFraction, stepDurationMs, stepFraction, stepName } from './progress.ts';
import { stepTone } from './step-tone.ts';
import { isSlow } from './usual/slowness.ts';

interface Props {
  readonly deployment: Deployment;
  readonly past: PastPhases | undefined;
  readonly onStep: (name: string) => void;
}

/** A step that took a moment must still be seen and hit: WCAG 2.2, 2.5.8. */
const leastWidthPx = 24;

/** The steps on one horizontal lane, each as wide as it was long; the one at work grows. */
export function PhaseLane({ deployment, past, onStep }: Props) {
  const t = useT();
  const theme = useTheme();
  const now = useNow();
  return (
    <Box
      role="group"
      aria-label={t('timeline.phases')}
      sx={{ display: 'flex', gap: '2px', height: 30, minWidth: 0 }}
    >
      {deployment.steps.map(step => {
        const durationMs = stepDurationMs(step, now);
        const slow = isSlow(past, step.name, durationMs) && /running|done/.test(step.state);
        const label = [
          stepName(step.name),
          t(`stepState.${step.state}`),
          durationMs === null ? '' : durationText(t, durationMs),
          slow ? t('lanes.slow') : '',
          progressPercent(step),
        ]
          .filter(part => part !== '')
          .join(', ');
        const colour = toneColour(theme, slow ? 'waiting' : stepTone(step.state));
        return (
          <Box
            key={step.name}
            component="button"
            type="button"
            title={label}
            aria-label={label}
            onClick={() => onStep(step.name)}
            style={{ flexGrow: durationMs === null ? 0 : Math.max(durationMs, 1) }}
            sx={{
              flexBasis: leastWidthPx,
              flexShrink: 1,
              minWidth: leastWidthPx,
              p: 0,
              cursor: 'pointer',
              overflow: 'hidden',
              containerType: 'inline-size',
              position: 'relative',
              borderRadius: '3px',
              border: `1px solid ${step.state === 'pending' ? theme.colours.outline : colour}`,
              borderStyle: step.state === 'pending' ? 'dashed' : 'solid',
              backgroundColor: 'transparent',
              color: theme.colours.text,
              font: 'inherit',
              fontSize: 12,
            }}
          >
            <Box
              component="span"
              style={{ width: `${Math.max(stepFraction(step), step.state === 'failed' ? 1 : 0) * 100}%` }}
              sx={{ position: 'absolute', inset: 0, backgroundColor: colour, opacity: 0.22 }}
            />
            <Box
              component="span"
              sx={{
                position: 'relative',
                display: 'block',
                px: 0.75,
                overflow: 'hidden',
                textOverflow: 'ellipsis',
                whiteSpace: 'nowrap',
                '@container (max-width: 72px)': { display: 'none' },
              }}
            >
              {durationMs !== null && stepName(step.name)}
            </Box>
          </Box>
        );
      })}
    </Box>
  );
}

function progressPercent(step: DeploymentStep): string {
  const done = step.state === 'running' ? countedFraction(step) : undefined;
  return done === undefined ? '' : percentText(done, 1);
}
