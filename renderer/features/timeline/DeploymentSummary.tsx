import { Box, Button } from '@mui/material';
import { z } from 'zod';
import { type Deployment, diskIdentity } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { goTo } from '../../app/route.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { bytesText } from '../../ui/measure-text.ts';
import { ThinBar } from '../../ui/ThinBar.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { durationText } from '../../ui/time-text.ts';
import type { Tone } from '../../ui/tone.ts';
import { useNow } from '../../ui/use-now.ts';
import { InstallerTrouble } from './InstallerTrouble.tsx';
import { overallFraction, presentStep, progressLabel, stepName, stepProgressText } from './progress.ts';

interface Props {
  readonly deployment: Deployment;
  /** Not where the timeline is open already. */
  readonly hasLink?: boolean;
}

/** The deployment in three lines: what onto which disk, the step at work, bytes with rate and time left. */
export function DeploymentSummary({ deployment, hasLink = true }: Props) {
  const t = useT();
  const now = useNow();
  const step = presentStep(deployment);
  const duration = durationText(t, (deployment.finishedAt ?? now) - deployment.createdAt);
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'minmax(0, 1fr)', gap: 0.75 }}>
      <Box sx={{ display: 'flex', gap: 1.5, flexWrap: 'wrap', alignItems: 'center' }}>
        <ToneText tone={deploymentTone(deployment.state)}>{t(`deployment.${deployment.state}`)}</ToneText>
        <span>{t(`deploymentKind.${deployment.kind}`)}</span>
        {deployment.imageName !== '' && <strong>{deployment.imageName}</strong>}
        <span>{duration}</span>
        {hasLink && (
          <Button onClick={() => goTo('rack', deployment.nodeId, 'timeline')} sx={{ ml: 'auto' }}>
            {t('timeline.open')}
          </Button>
        )}
      </Box>
      <Box sx={{ color: 'text.secondary' }}>{writtenDiskText(t, deployment)}</Box>
      {deployment.state === 'running' && (
        <>
          <ThinBar value={overallFraction(deployment)} height={5} label={progressLabel(t, deployment)} />
          {step && (
            <span>{[stepName(step.name), stepProgressText(t, step)].filter(Boolean).join(' · ')}</span>
          )}
        </>
      )}
      <InstallerTrouble deployment={deployment} />
    </Box>
  );
}

export function deploymentTone(state: Deployment['state']): Tone {
  switch (state) {
    case 'running':
      return 'busy';
    case 'succeeded':
      return 'good';
    case 'failed':
      return 'failed';
    case 'cancelled':
      return 'idle';
    default:
      return assertNever(state);
  }
}

export function writtenDiskText(t: Translate, deployment: Deployment): string {
  if (deployment.kind === 'cleaning') return erasedDisksText(t, deployment);
  if (deployment.kind === 'rescue') return '';
  const { disk } = deployment;
  if (disk === null) return t('timeline.diskByHint');
  const name = [disk.model, disk.serial].filter(part => part !== '').join(' ');
  return t('timeline.disk', { name: disk.name, model: name, size: bytesText(disk.sizeBytes) });
}

/** The step that chose them tells which: empty before. */
function erasedDisksText(t: Translate, { steps }: Deployment): string {
  const evidence = steps.find(({ name }) => name === 'choose-disks')?.evidence;
  const disks = z.array(diskIdentity).safeParse(evidence?.['disks']);
  if (!disks.success) return '';
  if (disks.data.length === 0) return t('clean.noDisk');
  const names = disks.data.map(({ name, model, sizeBytes }) =>
    [name, model, bytesText(sizeBytes)].filter(part => part !== '').join(' '),
  );
  return names.join(', ');
}
