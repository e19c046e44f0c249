import { Box, Button } from '@mui/material';
import type { Node } from '#shared/contract/index.ts';
import { closeAllOverlays } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import type { QueryState } from '../../client/use-query.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { DiskLines } from './DiskLines.tsx';
import { type Finding, findingText } from './finding-text.ts';
import type { Review } from './use-review.ts';

interface Props {
  readonly node: Node;
  /** There is something to be reviewed. */
  readonly isComplete: boolean;
  readonly review: QueryState<Review>;
}

/** What will be overwritten, and beside it what speaks against it. */
export function ReviewPanel({ node, isComplete, review: { data, error, isPending, reload } }: Props) {
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
        {isComplete && !isPending && data && <Overwritten node={node} review={data} />}
        {isComplete && !isPending && data && <Findings node={node} review={data} />}
      </Box>
      {isComplete && !isPending && error && (
        <ErrorLines error={error}>
          <Button variant="outlined" onClick={reload}>
            {t('review.again')}
          </Button>
        </ErrorLines>
      )}
    </Box>
  );
}

interface PartProps {
  readonly node: Node;
  readonly review: Review;
}

function Overwritten({ node, review }: PartProps) {
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
      <DiskLines node={node} disk={review.disk} />
    </Box>
  );
}

function Findings({ node, review }: PartProps) {
  const t = useT();
  const isPowerCut = review.blockers.length === 0 && node.bmc !== null && node.powerState !== 'power off';
  return (
    <Box sx={{ display: 'grid', gap: 0.75, alignContent: 'start' }}>
      {review.blockers.map(finding => (
        <Blocker key={finding.code} finding={finding} />
      ))}
      {isPowerCut && <ToneText tone="waiting">{t('review.powerCut')}</ToneText>}
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
  closeAllOverlays();
  goTo('networks');
}
