import { Box, ButtonBase } from '@mui/material';
import type { AnswerFileProblem } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ToneText } from '../../../ui/ToneText.tsx';
import { placeOf, problemSentence } from './problem-place.ts';

interface Props {
  readonly problems: readonly AnswerFileProblem[];
  readonly onJump: (problem: AnswerFileProblem) => void;
}

/** What is wrong, each with the way to its line. */
export function ProblemList({ problems, onJump }: Props) {
  const t = useT();
  return (
    <Box
      component="ul"
      aria-label={t('answerFile.problems')}
      sx={{ m: 0, p: 0, listStyle: 'none', maxHeight: 112, overflow: 'auto' }}
    >
      {problems.map(problem => {
        const { severity, line, code } = problem;
        const where =
          line === 0 ? t('answerFile.wholeFile') : t(`answerFile.lineOf.${placeOf(problem)}`, { line });
        return (
          <li key={`${line} ${code} ${problem.text}`}>
            <ButtonBase
              disabled={line === 0}
              onClick={() => onJump(problem)}
              sx={{
                width: '100%',
                justifyContent: 'start',
                gap: 1.5,
                px: 0.5,
                py: '3px',
                fontSize: 'inherit',
              }}
            >
              <ToneText tone={severity === 'error' ? 'failed' : 'waiting'}>
                {t(`answerFile.severity.${severity}`)}
              </ToneText>
              <Box component="span" sx={{ color: 'text.secondary', whiteSpace: 'nowrap' }}>
                {where}
              </Box>
              <Box component="span" sx={{ textAlign: 'left', overflowWrap: 'anywhere' }}>
                {problemSentence(t, problem)}
              </Box>
            </ButtonBase>
          </li>
        );
      })}
    </Box>
  );
}
