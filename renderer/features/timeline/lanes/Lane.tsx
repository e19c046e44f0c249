import { Box } from '@mui/material';
import { memo } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { deploymentTone } from '../DeploymentSummary.tsx';
import { presentStep, shortProgressText } from '../progress.ts';
import { slowStepOf } from '../usual/slowness.ts';
import { LanePicture, type LanePictureProps } from './LanePicture.tsx';
import { laneMeasures } from './lane-measures.ts';
import { type Choice, eventAt } from './lane-row.ts';
import { timeAtX } from './time-scale.ts';

interface Props extends LanePictureProps {
  readonly top: number;
  readonly isChosen: boolean;
  readonly onChoose: (choice: Choice) => void;
}

/** A server's name and state, and its picture. Drawn again only when something of its own has changed, or the clock. */
export const Lane = memo(function Lane({ top, isChosen, onChoose, ...picture }: Props) {
  const t = useT();
  const { deployment, events, past, nowMs, view, widthPx } = picture;
  const step = deployment.state === 'running' ? presentStep(deployment) : undefined;
  const isSlow = slowStepOf(deployment, past, nowMs) !== undefined;
  const text = step === undefined ? t(`deployment.${deployment.state}`) : shortProgressText(step);
  return (
    <Box
      onClick={() => onChoose({ id: deployment.id, seq: null })}
      style={{ top, height: laneMeasures.height }}
      sx={theme => ({
        position: 'absolute',
        insetInline: 0,
        display: 'flex',
        borderBottom: `1px solid ${theme.colours.line}`,
        ...(isChosen && {
          backgroundColor: theme.colours.chosen,
          boxShadow: `inset 3px 0 0 ${theme.colours.accent}`,
        }),
      })}
    >
      <Box
        sx={{
          width: laneMeasures.labelWidth,
          flex: 'none',
          px: 1.5,
          py: 0.75,
          display: 'grid',
          alignContent: 'start',
          minWidth: 0,
        }}
      >
        <Box sx={{ fontWeight: 600, overflow: 'hidden', textOverflow: 'ellipsis', whiteSpace: 'nowrap' }}>
          {deployment.nodeName}
        </Box>
        <ToneText tone={isSlow ? 'waiting' : deploymentTone(deployment.state)} title={text}>
          {isSlow ? t('lanes.slowStep', { step: text }) : text}
        </ToneText>
      </Box>
      <Box
        onClick={event => {
          event.stopPropagation();
          const x = event.clientX - event.currentTarget.getBoundingClientRect().left;
          const seq = eventAt(events, timeAtX(view, widthPx, x))?.seq ?? null;
          onChoose({ id: deployment.id, seq });
        }}
        sx={{ flex: 1, minWidth: 0, overflow: 'hidden' }}
      >
        <LanePicture {...picture} />
      </Box>
    </Box>
  );
});
