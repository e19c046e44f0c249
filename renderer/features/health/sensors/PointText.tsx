import { useT } from '../../../i18n/i18n.ts';
import { zonedText } from '../../../ui/time-text.ts';
import { measureText, valueText } from '../health-text.ts';
import type { ChartData } from './chart-data.ts';

interface Props {
  readonly data: ChartData;
  readonly index: number;
  readonly unit: string;
}

/** The point in hand, in figures. */
export function PointText({ data: [seconds, means, maxima, minima], index, unit }: Props) {
  const t = useT();
  const [second, mean, maximum, minimum] = [seconds[index], means[index], maxima[index], minima[index]];
  if (second === undefined || mean == null || maximum == null || minimum == null) return null;
  const time = zonedText(second * 1000);
  if (minimum === maximum) return t('sensors.point', { time, value: measureText(mean, unit) });
  return t('sensors.pointBetween', {
    time,
    value: measureText(mean, unit),
    minimum: valueText(minimum),
    maximum: measureText(maximum, unit),
  });
}
