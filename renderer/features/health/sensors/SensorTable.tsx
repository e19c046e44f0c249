import { Box } from '@mui/material';
import { memo, useMemo } from 'react';
import type { SensorPoint, SensorReadingRow } from '#shared/contract/index.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { useT } from '../../../i18n/i18n.ts';
import { hiddenText } from '../../../ui/hidden-text.ts';
import { Section } from '../../../ui/Section.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { healthTone, readingText, sensorStatesText, sensorTypeText } from '../health-text.ts';
import { Sparkline } from './Sparkline.tsx';
import type { SensorGroup } from './sensor-groups.ts';
import { thresholdLines } from './thresholds.ts';
import type { TimeSpan } from './time-span.ts';
import type { History } from './use-sensors.ts';

interface Props {
  readonly group: SensorGroup;
  readonly history: History;
  readonly span: TimeSpan;
  /** Of its heading. */
  readonly level: 2 | 3;
  readonly onOpen: (key: string) => void;
}

/** The same in each group, so that values stand below each other. */
const columnWidths = [
  ['name', '27%'],
  ['state', 'auto'],
  ['value', 96],
  ['day', 150],
] as const;

/** The sensors of a type: name, state, the value now and the day before it. */
export function SensorTable({ group: { type, sensors }, history, span, level, onOpen }: Props) {
  const t = useT();
  const title = sensorTypeText(type);
  return (
    <Section title={title} level={level}>
      <Box
        component="table"
        aria-label={title}
        sx={theme => ({
          width: '100%',
          tableLayout: 'fixed',
          borderCollapse: 'collapse',
          '& th, & td': {
            textAlign: 'left',
            fontWeight: 400,
            px: 1,
            height: 32,
            overflow: 'hidden',
            textOverflow: 'ellipsis',
            whiteSpace: 'nowrap',
            borderBottom: `1px solid ${theme.colours.line}`,
          },
          '& td.value': { textAlign: 'right', fontWeight: 600 },
          '& td.words': { whiteSpace: 'normal', py: 0.5 },
        })}
      >
        <colgroup>
          {columnWidths.map(([column, width]) => (
            <col key={column} style={{ width }} />
          ))}
        </colgroup>
        <Box component="thead" sx={hiddenText}>
          <tr>
            <th scope="col">{t('sensors.name')}</th>
            <th scope="col">{t('sensors.state')}</th>
            <th scope="col">{t('sensors.value')}</th>
            <th scope="col">{t('sensors.lastDay')}</th>
          </tr>
        </Box>
        <tbody>
          {sensors.map(sensor => (
            <SensorLine
              key={sensor.key}
              sensor={sensor}
              points={history.get(sensor.key)}
              span={span}
              onOpen={onOpen}
            />
          ))}
        </tbody>
      </Box>
    </Section>
  );
}

interface LineProps {
  readonly sensor: SensorReadingRow;
  readonly points: readonly SensorPoint[] | undefined;
  readonly span: TimeSpan;
  readonly onOpen: (key: string) => void;
}

const SensorLine = memo(function Line({ sensor, points, span, onOpen }: LineProps) {
  const t = useT();
  const { key, name, value, states, state, thresholds } = sensor;
  const lines = useMemo(() => thresholdLines(thresholds), [thresholds]);
  const shown = useMemo(() => withPresent(points ?? [], sensor), [points, sensor]);
  const words = sensorStatesText(states);
  const stateText = state === 'unavailable' ? '' : t(`healthState.${state}`);
  if (value === null)
    return (
      <tr>
        <th scope="row" title={name}>
          {name}
        </th>
        <td className="words" colSpan={3}>
          <ToneText tone={healthTone[state]}>{stateWords(t, stateText, state, words)}</ToneText>
        </td>
      </tr>
    );
  return (
    <tr>
      <th scope="row" title={name}>
        <Box
          component="button"
          type="button"
          onClick={() => onOpen(key)}
          sx={{
            all: 'unset',
            minHeight: 24,
            cursor: 'pointer',
            textDecoration: 'underline',
            '&:focus-visible': { outline: '2px solid', outlineOffset: -2 },
          }}
        >
          {name}
        </Box>
      </th>
      <td>
        <ToneText tone={healthTone[state]} title={words || stateText}>
          {stateText}
        </ToneText>
      </td>
      <td className="value">{readingText(sensor)}</td>
      <td>
        <Sparkline points={shown} lines={lines} span={span} />
      </td>
    </tr>
  );
});

/** Where all is well, what holds says so; else how bad it is stands before it. */
function stateWords(
  t: Translate,
  stateText: string,
  state: SensorReadingRow['state'],
  words: string,
): string {
  if (words === '') return stateText;
  return state === 'ok' ? words : t('word.colon', { what: stateText, more: words });
}

/** The history ends with the round before; a line ends where the value is. */
function withPresent(
  points: readonly SensorPoint[],
  { value, at }: SensorReadingRow,
): readonly SensorPoint[] {
  const last = points.at(-1);
  if (value === null || (last !== undefined && last.at >= at)) return points;
  return [...points, { at, minimum: value, mean: value, maximum: value }];
}
