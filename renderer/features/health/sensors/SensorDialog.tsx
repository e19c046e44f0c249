import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  ToggleButton,
  ToggleButtonGroup,
} from '@mui/material';
import { useId, useMemo, useState } from 'react';
import type { SensorReadingRow } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { useNow } from '../../../ui/use-now.ts';
import { healthTone, measureText, readingText } from '../health-text.ts';
import { PointTable } from './PointTable.tsx';
import { SensorChart } from './SensorChart.tsx';
import { thresholdLines } from './thresholds.ts';
import type { TimeSpan } from './time-span.ts';
import { useHistory } from './use-sensors.ts';

interface Props {
  readonly nodeId: NodeId;
  readonly sensor: SensorReadingRow;
  readonly onClose: () => void;
}

const hourMs = 3_600_000;
const spans = { hour: hourMs, day: 24 * hourMs, week: 7 * 24 * hourMs, month: 30 * 24 * hourMs } as const;
type SpanName = keyof typeof spans;
const spanNames = ['hour', 'day', 'week', 'month'] as const satisfies readonly SpanName[];
const forms = ['chart', 'table'] as const;
const chartPoints = 360;

/** A sensor over an hour to a month, with its limits, as a picture or in figures. */
export function SensorDialog({ nodeId, sensor, onClose }: Props) {
  const t = useT();
  const titleId = useId();
  const [spanName, setSpanName] = useState<SpanName>('day');
  const [form, setForm] = useState<(typeof forms)[number]>('chart');
  const { key, name, unit, state, thresholds } = sensor;
  const span = useSpan(spans[spanName]);
  const keys = useMemo(() => [key], [key]);
  const { history, isLoaded } = useHistory(nodeId, keys, span, chartPoints);
  const points = history.get(key) ?? noPoints;
  const lines = useMemo(() => thresholdLines(thresholds), [thresholds]);
  return (
    <Dialog open onClose={onClose} aria-labelledby={titleId} maxWidth="md" fullWidth>
      <DialogTitle id={titleId} sx={{ display: 'flex', alignItems: 'center', gap: 2 }}>
        {name}
        <span>{readingText(sensor)}</span>
        <Box component="span" sx={{ fontSize: 14, fontWeight: 400 }}>
          <ToneText tone={healthTone[state]}>{state !== 'unavailable' && t(`healthState.${state}`)}</ToneText>
        </Box>
      </DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 1, minWidth: 0 }}>
        <Box sx={{ display: 'flex', justifyContent: 'space-between', gap: 1 }}>
          <ToggleButtonGroup
            exclusive
            aria-label={t('sensors.span')}
            value={spanName}
            onChange={(_, picked: SpanName | null) => picked !== null && setSpanName(picked)}
          >
            {spanNames.map(one => (
              <ToggleButton key={one} value={one}>
                {t(`sensors.span.${one}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
          <ToggleButtonGroup
            exclusive
            aria-label={t('timeline.shown')}
            value={form}
            onChange={(_, picked: typeof form | null) => picked !== null && setForm(picked)}
          >
            {forms.map(one => (
              <ToggleButton key={one} value={one}>
                {t(`sensors.form.${one}`)}
              </ToggleButton>
            ))}
          </ToggleButtonGroup>
        </Box>
        {isLoaded && points.length === 0 && <Box>{t('sensors.noHistory')}</Box>}
        {form === 'chart' ? (
          <SensorChart name={name} unit={unit} points={points} lines={lines} span={span} />
        ) : (
          <PointTable name={name} unit={unit} points={points} />
        )}
        {lines.length > 0 && (
          <Box
            component="ul"
            aria-label={t('sensors.limits')}
            sx={{ m: 0, p: 0, listStyle: 'none', display: 'flex', flexWrap: 'wrap', columnGap: 2.5 }}
          >
            {lines.map(line => (
              <li key={line.name}>
                <ToneText tone={line.tone}>
                  {t('sensors.limit', {
                    name: t(`sensors.limit.${line.name}`),
                    value: measureText(line.value, unit),
                  })}
                </ToneText>
              </li>
            ))}
          </Box>
        )}
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

const noPoints = [] as const;

/** Ends now; the same object until there can be a new point. */
function useSpan(lengthMs: number): TimeSpan {
  const stepMs = Math.max(60_000, lengthMs / chartPoints);
  const to = Math.ceil(useNow() / stepMs) * stepMs;
  return useMemo(() => ({ from: to - lengthMs, to }), [to, lengthMs]);
}
