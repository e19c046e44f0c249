import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { Colours } from '../../../app/colours.ts';
import { clockText, dateText } from '../../../ui/time-text.ts';
import { valueText } from '../health-text.ts';
import type { ThresholdLine } from './thresholds.ts';
import type { TimeSpan } from './time-span.ts';
import { linesWithin, type ValueRange } from './value-scale.ts';

/** What a plot is drawn from, asked for whenever it is drawn. */
export interface PlotSource {
  readonly span: TimeSpan;
  readonly range: ValueRange;
  readonly lines: readonly ThresholdLine[];
}

interface PlotOptions {
  readonly widthPx: number;
  readonly heightPx: number;
  readonly colours: Colours;
  readonly source: () => PlotSource;
  /** The point below the pointer; null: the pointer is elsewhere. */
  readonly onPoint: (index: number | null) => void;
}

const axisFont = '11px system-ui, sans-serif';
const dayMs = 86_400_000;

/** The mean as a line on the band between the least and the greatest value, and the limits across it. */
export function sensorPlot(element: HTMLElement, options: PlotOptions): uPlot {
  const { widthPx, heightPx, colours, source, onPoint } = options;
  const axis = {
    font: axisFont,
    stroke: colours.textQuiet,
    grid: { stroke: colours.line, width: 1 },
    ticks: { stroke: colours.line, width: 1 },
  };
  const hidden = { stroke: 'transparent', points: { show: false } };
  return new uPlot(
    {
      width: widthPx,
      height: heightPx,
      legend: { show: false },
      cursor: { drag: { x: false, y: false }, y: false },
      scales: {
        x: { range: () => [source().span.from / 1000, source().span.to / 1000] },
        y: { range: () => [source().range.minimum, source().range.maximum] },
      },
      axes: [
        { ...axis, values: (_, seconds) => seconds.map(second => tickText(second * 1000, source().span)) },
        { ...axis, size: 56, values: (_, values) => values.map(valueText) },
      ],
      series: [{}, { stroke: colours.accent, width: 2, points: { show: false } }, hidden, hidden],
      bands: [{ series: [2, 3], fill: `${colours.accent}33` }],
      hooks: {
        draw: [plot => drawLimits(plot, colours, source())],
        setCursor: [plot => onPoint(plot.cursor.idx ?? null)],
      },
    },
    [[], [], [], []],
    element,
  );
}

function tickText(atMs: number, { from, to }: TimeSpan): string {
  return to - from > 2 * dayMs ? dateText(atMs).slice(monthStart) : clockText(atMs).slice(0, minuteEnd);
}

/** `2026-11-26` and `14:03:07` without what the span makes plain. */
const monthStart = 5;
const minuteEnd = 5;

function drawLimits({ ctx, bbox, valToPos }: uPlot, colours: Colours, { lines, range }: PlotSource): void {
  ctx.save();
  ctx.lineWidth = Math.max(1, devicePixelRatio);
  ctx.setLineDash([6 * devicePixelRatio, 4 * devicePixelRatio]);
  for (const { value, tone } of linesWithin(lines, range)) {
    const y = Math.round(valToPos(value, 'y', true));
    ctx.strokeStyle = colours[tone];
    ctx.beginPath();
    ctx.moveTo(bbox.left, y);
    ctx.lineTo(bbox.left + bbox.width, y);
    ctx.stroke();
  }
  ctx.restore();
}
