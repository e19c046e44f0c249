import { Box } from '@mui/material';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { clockText, durationText, zonedText } from '../../../ui/time-text.ts';
import { deploymentTone } from '../DeploymentSummary.tsx';
import { presentStep, stepName, stepProgressText } from '../progress.ts';
import { slowStepOf } from '../usual/slowness.ts';
import type { Choice, LaneRow } from './lane-row.ts';

interface Props {
  readonly rows: readonly LaneRow[];
  readonly shownMs: number;
  readonly choice: Choice;
  readonly onChoice: (choice: Choice) => void;
}

/** The lanes in words and figures, for who reads rather than looks, or cannot look. */
export function LaneTable({ rows, shownMs, choice, onChoice }: Props) {
  const t = useT();
  const headings = ['server', 'state', 'step', 'began', 'duration'] as const;
  return (
    <Box
      tabIndex={0}
      role="region"
      aria-label={t('lanes.table')}
      sx={{ flex: 1, minHeight: 0, overflow: 'auto' }}
    >
      <Box
        component="table"
        sx={theme => ({
          width: '100%',
          borderCollapse: 'collapse',
          '& th, & td': {
            textAlign: 'left',
            px: 2,
            py: 0.5,
            borderBottom: `1px solid ${theme.colours.line}`,
          },
          '& thead th': { position: 'sticky', top: 0, backgroundColor: theme.colours.raised },
          '& tr[data-chosen=true]': { backgroundColor: theme.colours.chosen },
        })}
      >
        <thead>
          <tr>
            {headings.map(name => (
              <th key={name} scope="col">
                {t(`lanes.${name}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(row => (
            <TableLine
              key={row.id}
              row={row}
              shownMs={shownMs}
              isChosen={row.id === choice.id}
              onChoose={() => onChoice({ id: row.id, seq: null })}
            />
          ))}
        </tbody>
      </Box>
    </Box>
  );
}

interface LineProps {
  readonly row: LaneRow;
  readonly shownMs: number;
  readonly isChosen: boolean;
  readonly onChoose: () => void;
}

function TableLine({ row, shownMs, isChosen, onChoose }: LineProps) {
  const t = useT();
  const { deployment } = row;
  if (deployment === undefined) return null;
  const step = presentStep(deployment);
  const isSlow = slowStepOf(deployment, row.past, shownMs) !== undefined;
  const texts = step ? [stepName(step.name), stepProgressText(t, step), isSlow ? t('lanes.slow') : ''] : [];
  return (
    <tr data-chosen={isChosen}>
      <th scope="row">
        <Box
          component="button"
          type="button"
          aria-pressed={isChosen}
          onClick={onChoose}
          sx={{
            all: 'unset',
            minHeight: 24,
            cursor: 'pointer',
            textDecoration: 'underline',
            '&:focus-visible': { outline: '2px solid', outlineOffset: 1 },
          }}
        >
          {row.nodeName}
        </Box>
      </th>
      <td>
        <ToneText tone={isSlow ? 'waiting' : deploymentTone(deployment.state)}>
          {t(`deployment.${deployment.state}`)}
        </ToneText>
      </td>
      <td>{texts.filter(part => part !== '').join(' · ')}</td>
      <td>
        <time title={zonedText(deployment.createdAt)}>{clockText(deployment.createdAt)}</time>
      </td>
      <td>{durationText(t, (deployment.finishedAt ?? shownMs) - deployment.createdAt)}</td>
    </tr>
  );
}
