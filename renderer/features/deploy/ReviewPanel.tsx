import { Box, TextField, Typography } from '@mui/material';
import type { CodedError } from '#shared/contract/errors.ts';
import type { RacksideClient } from '#shared/contract/index.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { DiskLines } from './DiskChoice.tsx';
import { findingText } from './finding-text.ts';

export type Review = Awaited<ReturnType<RacksideClient['deployments']['review']>>;

interface Props {
  readonly isComplete: boolean;
  readonly isPending: boolean;
  readonly review: Review | undefined;
  readonly error: CodedError | null;
  readonly hostName: string;
  readonly mustType: boolean;
  readonly typed: string;
  readonly onType: (text: string) => void;
}

/** What will be overwritten, what speaks against it, and the last question. */
export function ReviewPanel(props: Props) {
  const t = useT();
  const { review, error, hostName } = props;
  return (
    <Box
      component="section"
      aria-label={t('review.title')}
      sx={theme => ({
        borderTop: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.raised,
        px: 2.5,
        py: 1.5,
        display: 'grid',
        gap: 1,
        maxHeight: '42%',
        overflow: 'auto',
        flex: 'none',
      })}
    >
      <Typography variant="h3" component="h3">
        {t('review.title')}
      </Typography>
      <Box role="status" sx={{ display: 'grid', gap: 0.75, minHeight: 24 }}>
        {!props.isComplete && <Box sx={{ color: 'text.secondary' }}>{t('review.incomplete')}</Box>}
        {props.isComplete && props.isPending && <ToneText tone="busy">{t('review.pending')}</ToneText>}
        {props.isComplete && !props.isPending && review && <Findings review={review} />}
      </Box>
      {error && <ErrorLines error={error} />}
      {props.mustType && (
        <TextField
          label={t('review.typeHostName', { hostName })}
          value={props.typed}
          onChange={event => props.onType(event.target.value)}
          slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
          sx={{ maxWidth: 460, mt: 0.5 }}
        />
      )}
    </Box>
  );
}

function Findings({ review }: { readonly review: Review }) {
  const t = useT();
  return (
    <>
      {review.blockers.map(finding => {
        const { text, asError } = findingText(t, finding);
        if (asError === undefined)
          return (
            <ToneText key={finding.code} tone="failed">
              {text}
            </ToneText>
          );
        return (
          <ErrorLines key={finding.code} error={asError} actions={{ 'open-networks': leaveForNetworks }} />
        );
      })}
      {review.warnings.map(finding => (
        <ToneText key={finding.code} tone="waiting">
          {findingText(t, finding).text}
        </ToneText>
      ))}
      {review.disk ? (
        <Box
          sx={theme => ({
            borderLeft: `3px solid ${theme.colours.waiting}`,
            backgroundColor: theme.colours.waitingGround,
            borderRadius: 1,
            px: 1.5,
            py: 1,
            display: 'grid',
            gap: 0.25,
          })}
        >
          <strong>{t('review.overwritten')}</strong>
          <DiskLines disk={review.disk} />
        </Box>
      ) : (
        review.blockers.length === 0 && <strong>{t('review.diskUnknown')}</strong>
      )}
    </>
  );
}

function leaveForNetworks(): void {
  closeOverlay();
  goTo('networks');
}
