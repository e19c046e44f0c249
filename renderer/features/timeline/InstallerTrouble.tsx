import { Box } from '@mui/material';
import type { Deployment, DeploymentStep } from '#shared/contract/index.ts';
import type { PlainKey } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { monoFont } from '../../ui/fonts.ts';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { ageText } from '../../ui/time-text.ts';
import type { Tone } from '../../ui/tone.ts';
import { useNow } from '../../ui/use-now.ts';

type Phase = NonNullable<DeploymentStep['phase']>;

const troubles: Readonly<Record<NonNullable<Phase['trouble']>, { text: PlainKey; tone: Tone }>> = {
  stalled: { text: 'installer.stalled', tone: 'waiting' },
  'needs-person': { text: 'installer.needsPerson', tone: 'failed' },
};

/** What is wrong with an installer that we do not steer, with the newest of its log. Nothing while all is well. */
export function InstallerTrouble({ deployment }: { readonly deployment: Deployment }) {
  const t = useT();
  const now = useNow();
  const step = deployment.steps.find(({ phase, state }) => phase !== null && /running|failed/.test(state));
  const phase = step?.phase ?? null;
  if (phase === null || (phase.trouble === null && step?.state !== 'failed')) return null;
  const trouble = phase.trouble === null ? null : troubles[phase.trouble];
  return (
    <Box sx={{ display: 'grid', gap: 0.5 }}>
      <Box role="status">
        {trouble && step?.state === 'running' && (
          <Box sx={{ display: 'flex', gap: 0.75, alignItems: 'baseline' }}>
            <ToneMark tone={trouble.tone} />
            <span>
              {t(trouble.text)}{' '}
              <span aria-live="off">{t('installer.since', { age: ageText(t, phase.changedAt, now) })}</span>
            </span>
          </Box>
        )}
      </Box>
      {phase.lines.length > 0 && (
        <Box
          component="pre"
          tabIndex={0}
          role="region"
          aria-label={t('installer.lines')}
          sx={theme => ({
            m: 0,
            p: 1,
            maxHeight: 130,
            overflow: 'auto',
            fontFamily: monoFont,
            fontSize: '0.92em',
            whiteSpace: 'pre-wrap',
            overflowWrap: 'anywhere',
            border: `1px solid ${theme.colours.line}`,
            borderRadius: 1,
            backgroundColor: theme.colours.raised,
          })}
        >
          {phase.lines.join('\n')}
        </Box>
      )}
    </Box>
  );
}
