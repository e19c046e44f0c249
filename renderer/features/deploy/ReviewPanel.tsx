import { Box } from '@mui/material';
import type { CodedError } from '#shared/contract/errors.ts';
import type { RacksideClient } from '#shared/contract/index.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { DiskLines } from './DiskLines.tsx';
import { type Finding, findingText } from './finding-text.ts';

export type Review = Awaited<ReturnType<RacksideClient['deployments']['review']>>;

interface Props {
  readonly isComplete: boolean;
  readonly isPending: boolean;
  readonly review: Review | undefined;
  readonly error: CodedError | null;
}

/** What will be overwritten, and beside it what speaks against it. */
export function ReviewPanel({ isComplete, isPending, review, error }: Props) {
  const t = useT();
  return (
    <Box
      component="section"
      aria-label={t('review.title')}
      sx={theme => ({
        borderTop: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.raised,
        px: 2.5,
        py: 1.25,
        maxHeight: '40%',
        overflow: 'auto',
        flex: 'none',
      })}
    >
      <Box role="status" sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { md: '1.25fr 1fr' } }}>
        {!isComplete && <Box sx={{ color: 'text.secondary' }}>{t('review.incomplete')}</Box>}
        {isComplete && isPending && <ToneText tone="busy">{t('review.pending')}</ToneText>}
        {isComplete && !isPending && review && <Overwritten review={review} />}
        {isComplete && !isPending && review && <Findings review={review} />}
      </Box>
      {error && <ErrorLines error={error} />}
    </Box>
  );
}

function Overwritten({ review }: { readonly review: Review }) {
  const t = useT();
  if (review.disk === null) return <strong>{review.blockers.length === 0 && t('review.diskUnknown')}</strong>;
  return (
    <Box
      sx={theme => ({
        borderLeft: `3px solid ${theme.colours.waiting}`,
        backgroundColor: theme.colours.waitingGround,
        borderRadius: 1,
        px: 1.5,
        py: 0.75,
        display: 'grid',
        gap: 0.25,
      })}
    >
      <strong>{t('review.overwritten')}</strong>
      <DiskLines disk={review.disk} />
    </Box>
  );
}

function Findings({ review }: { readonly review: Review }) {
  return (
    <Box sx={{ display: 'grid', gap: 0.75, alignContent: 'start' }}>
      {review.blockers.map(finding => (
        <Blocker key={finding.code} finding={finding} />
      ))}
      {review.warnings.map(finding => (
        <Warning key={finding.code} finding={finding} />
      ))}
    </Box>
  );
}

function Blocker({ finding }: { readonly finding: Finding }) {
  const t = useT();
  const { text, asError } = findingText(t, finding);
  if (asError === undefined) return <ToneText tone="failed">{text}</ToneText>;
  return <ErrorLines error={asError} actions={{ 'open-networks': leaveForNetworks }} />;
}

function Warning({ finding }: { readonly finding: Finding }) {
  const t = useT();
  return <ToneText tone="waiting">{findingText(t, finding).text}</ToneText>;
}

function leaveForNetworks(): void {
  closeOverlay();
  goTo('networks');
}
