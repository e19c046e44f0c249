import { Box } from '@mui/material';
import type { SensorPoint } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { zonedText } from '../../../ui/time-text.ts';
import { measureText } from '../health-text.ts';

interface Props {
  readonly name: string;
  readonly unit: string;
  readonly points: readonly SensorPoint[];
}

/** The chart in figures, newest first, for who reads rather than looks, or cannot look. */
export function PointTable({ name, unit, points }: Props) {
  const t = useT();
  const label = t('sensors.tableOf', { name });
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label={label}
      sx={{ height: 306, overflow: 'auto', '&:focus-visible': { outlineOffset: -2 } }}
    >
      <Box
        component="table"
        aria-label={label}
        sx={theme => ({
          width: '100%',
          borderCollapse: 'collapse',
          '& th, & td': {
            textAlign: 'left',
            px: 1,
            py: 0.5,
            borderBottom: `1px solid ${theme.colours.line}`,
          },
          '& thead th': { position: 'sticky', top: 0, backgroundColor: theme.colours.raised },
        })}
      >
        <thead>
          <tr>
            <th scope="col">{t('lanes.time')}</th>
            <th scope="col">{t('sensors.mean')}</th>
            <th scope="col">{t('sensors.minimum')}</th>
            <th scope="col">{t('sensors.maximum')}</th>
          </tr>
        </thead>
        <tbody>
          {points.toReversed().map(({ at, mean, minimum, maximum }) => (
            <tr key={at}>
              <td>{zonedText(at)}</td>
              <td>{measureText(mean, unit)}</td>
              <td>{measureText(minimum, unit)}</td>
              <td>{measureText(maximum, unit)}</td>
            </tr>
          ))}
        </tbody>
      </Box>
    </Box>
  );
}
