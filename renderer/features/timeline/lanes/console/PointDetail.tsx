import { Box, Typography } from '@mui/material';
import type { NodeId } from '#shared/model/ids.ts';
import { useT } from '../../../../i18n/i18n.ts';
import { Facts } from '../../../../ui/Facts.tsx';
import { LiveText } from '../../../../ui/LiveText.tsx';
import { ToneText } from '../../../../ui/ToneText.tsx';
import { clockText, preciseClockText, zonedText } from '../../../../ui/time-text.ts';
import type { ConsolePoint } from '../lane-row.ts';
import { ConsoleTextAt } from './ConsoleTextAt.tsx';
import type { ConsoleMark } from './console-marks.ts';

interface Props {
  readonly nodeId: NodeId;
  readonly point: ConsolePoint;
  readonly mark: ConsoleMark | undefined;
}

/** A moment of the console's lane: the mark that stands there, and what was on the console. */
export function PointDetail({ nodeId, point, mark }: Props) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 1, alignContent: 'start', minWidth: 0 }}>
      {mark && (
        <>
          <LiveText text={`${clockText(mark.at)} ${mark.text}`} />
          <Typography variant="h3" component="h2">
            <ToneText tone={mark.tone}>{mark.text}</ToneText>
          </Typography>
          <Facts
            facts={[
              {
                label: t('lanes.time'),
                value: <time title={zonedText(mark.at)}>{preciseClockText(mark.at)}</time>,
              },
              { label: t('timeline.kind'), value: t(`lanes.mark.${mark.kind}`) },
            ]}
          />
        </>
      )}
      <ConsoleTextAt nodeId={nodeId} atMs={point.atMs} />
    </Box>
  );
}
