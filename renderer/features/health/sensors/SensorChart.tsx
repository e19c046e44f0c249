import { Box } from '@mui/material';
import { useTheme } from '@mui/material/styles';
import { type KeyboardEvent, useEffect, useId, useMemo, useRef, useState } from 'react';
import type uPlot from 'uplot';
import type { SensorPoint } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { hiddenText } from '../../../ui/hidden-text.ts';
import { useElementWidth } from '../../../ui/use-element-width.ts';
import { chartData, nextPoint } from './chart-data.ts';
import { PointText } from './PointText.tsx';
import { sensorPlot } from './sensor-plot.ts';
import type { ThresholdLine } from './thresholds.ts';
import type { TimeSpan } from './time-span.ts';
import { valueRange } from './value-scale.ts';

interface Props {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly SensorPoint[];
  readonly lines: readonly ThresholdLine[];
  readonly span: TimeSpan;
}

const heightPx = 280;

/** One stop of the Tab key; the arrows go from point to point, which is told below. */
export function SensorChart({ name, unit, points, lines, span }: Props) {
  const t = useT();
  const { colours } = useTheme();
  const keysId = useId();
  const frame = useRef<HTMLDivElement>(null);
  const plot = useRef<uPlot>(null);
  const widthPx = useElementWidth(frame);
  const [index, setIndex] = useState<number | null>(null);
  const data = useMemo(() => chartData(points), [points]);
  const range = useMemo(() => valueRange(points, lines) ?? { minimum: 0, maximum: 1 }, [points, lines]);
  const source = useRef({ span, range, lines });
  source.current = { span, range, lines };
  useEffect(() => {
    if (frame.current === null || widthPx === 0) return;
    const made = sensorPlot(frame.current, {
      widthPx,
      heightPx,
      colours,
      source: () => source.current,
      onPoint: setIndex,
    });
    plot.current = made;
    return () => {
      plot.current = null;
      made.destroy();
    };
  }, [widthPx, colours]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: a new plot is empty, and limits are drawn with the data
  useEffect(() => plot.current?.setData(data), [data, range, span, widthPx, colours]);
  const onKeyDown = (event: KeyboardEvent) => {
    const next = pointOfKey(event.key, data, index);
    if (next === undefined) return;
    event.preventDefault();
    const seconds = next === null ? undefined : data[0][next];
    if (seconds === undefined || plot.current === null) return;
    plot.current.setCursor({ left: plot.current.valToPos(seconds, 'x'), top: 0 });
  };
  return (
    <Box sx={{ display: 'grid', gap: 0.5, minWidth: 0 }}>
      <Box id={keysId} sx={hiddenText}>
        {t('sensors.chartKeys')}
      </Box>
      <Box
        ref={frame}
        role="application"
        aria-label={t('sensors.chartOf', { name })}
        aria-describedby={keysId}
        tabIndex={0}
        onKeyDown={onKeyDown}
        sx={{ minWidth: 0, overflow: 'hidden', height: heightPx, '&:focus-visible': { outlineOffset: -2 } }}
      />
      <Box role="status" sx={{ minHeight: 22 }}>
        {index !== null && <PointText data={data} index={index} unit={unit} />}
      </Box>
    </Box>
  );
}

/** Undefined: the key means nothing here. */
function pointOfKey(
  key: string,
  data: ReturnType<typeof chartData>,
  index: number | null,
): number | null | undefined {
  switch (key) {
    case 'ArrowRight':
      return nextPoint(data, index, 1);
    case 'ArrowLeft':
      return nextPoint(data, index, -1);
    case 'Home':
      return nextPoint(data, null, 1);
    case 'End':
      return nextPoint(data, null, -1);
    default:
      return undefined;
  }
}
