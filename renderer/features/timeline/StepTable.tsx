import { Box } from '@mui/material';
import type { Deployment, DeploymentStep, PastPhases } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { ThinBar } from '../../ui/ThinBar.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { durationText } from '../../ui/time-text.ts';
import { useNow } from '../../ui/use-now.ts';
import { stepDurationMs, stepFraction, stepName, stepProgressText } from './progress.ts';
import { stepTone } from './step-tone.ts';
import { isSlow, usualOf } from './usual/slowness.ts';

interface Props {
  readonly deployment: Deployment;
  /** What is usual for each step, where that is known. */
  readonly past: PastPhases | undefined;
  readonly onStep: (name: string) => void;
}

/** The same steps in words and figures. */
export function StepTable({ deployment, past, onStep }: Props) {
  const t = useT();
  return (
    <Box
      component="table"
      aria-label={t('timeline.steps')}
      sx={theme => ({
        borderCollapse: 'collapse',
        width: '100%',
        '& td': { py: '2px', pr: 2, verticalAlign: 'middle', whiteSpace: 'nowrap' },
        '& tr[data-running=true]': { backgroundColor: theme.colours.chosen },
      })}
    >
      <tbody>
        {deployment.steps.map(step => (
          <StepLine key={step.name} step={step} past={past} onStep={onStep} />
        ))}
      </tbody>
    </Box>
  );
}

interface LineProps extends Pick<Props, 'past' | 'onStep'> {
  readonly step: DeploymentStep;
}

function StepLine({ step, past, onStep }: LineProps) {
  const t = useT();
  const now = useNow();
  const durationMs = stepDurationMs(step, now);
  const progress = stepProgressText(t, step);
  const usual = usualOf(past, step.name);
  const slow = step.state !== 'skipped' && step.state !== 'failed' && isSlow(past, step.name, durationMs);
  return (
    <tr data-running={step.state === 'running'}>
      <td>
        <Box
          component="button"
          type="button"
          onClick={() => onStep(step.name)}
          sx={{
            all: 'unset',
            minHeight: 24,
            display: 'inline-flex',
            alignItems: 'center',
            cursor: 'pointer',
            '&:focus-visible': { outline: '2px solid', outlineOffset: 1 },
          }}
        >
          <ToneText tone={slow ? 'waiting' : stepTone(step.state)}>{stepName(step.name)}</ToneText>
        </Box>
      </td>
      <td>{slow ? t('lanes.slow') : t(`stepState.${step.state}`)}</td>
      <Box component="td" sx={{ textAlign: 'right', whiteSpace: 'nowrap' }}>
        {durationMs === null ? '' : durationText(t, durationMs)}
      </Box>
      <Box component="td" sx={{ color: 'text.secondary' }}>
        {usual && t('slow.usually', { usual: durationText(t, usual.medianMs) })}
      </Box>
      <Box component="td" sx={{ width: '40%' }}>
        {step.state === 'running' && progress !== '' && (
          <>
            {progress}
            <ThinBar value={stepFraction(step)} label={stepName(step.name)} />
          </>
        )}
      </Box>
    </tr>
  );
}
