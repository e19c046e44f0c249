import { Box, Button } from '@mui/material';
import type { Disk, Node } from '#shared/contract/index.ts';
import type { QueryState } from '../../client/use-query.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { AssignedNetworks } from './AssignedNetworks.tsx';
import { BlockerLines } from './BlockerLines.tsx';
import { DiskLines } from './DiskLines.tsx';
import type { DeployForm } from './deploy-form.ts';
import { type Finding, findingKey, findingText } from './finding-text.ts';
import { LeftAlone } from './LeftAlone.tsx';
import type { Review } from './use-review.ts';

interface Props {
  readonly node: Node;
  readonly form: DeployForm;
  /** The other members of a RAID. */
  readonly raidDisks: readonly Disk[];
  /** There is something to be reviewed. */
  readonly isComplete: boolean;
  readonly review: QueryState<Review>;
}

/** What will be overwritten, and beside it what speaks against it. */
export function ReviewPanel({
  node,
  form,
  raidDisks,
  isComplete,
  review: { data, error, isPending, reload },
}: Props) {
  const t = useT();
  const ports = useWorld(world => world.ports);
  const portgroups = useWorld(world => world.portgroups);
  const links = { ports, portgroups };
  return (
    <Box
      component="section"
      aria-label={t('review.title')}
      // It scrolls: the keyboard must get there.
      tabIndex={0}
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
      <Box role="status" sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: { md: '1fr 1fr' } }}>
        {!isComplete && <Box sx={{ color: 'text.secondary' }}>{t('review.incomplete')}</Box>}
        {isComplete && isPending && <ToneText tone="busy">{t('review.pending')}</ToneText>}
        {isComplete && !isPending && data && (
          <>
            <Overwritten node={node} review={data} raidDisks={raidDisks} />
            <Box sx={{ display: 'grid', gap: 0.75, alignContent: 'start', minWidth: 0 }}>
              <Findings node={node} review={data} />
              <AssignedNetworks assignments={data.networks} rows={form.networks} links={links} />
              <LeftAlone filtered={data.filtered} />
            </Box>
          </>
        )}
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

function Overwritten({ node, review, raidDisks }: PartProps & { readonly raidDisks: readonly Disk[] }) {
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
        alignSelf: 'start',
        display: 'grid',
        gap: 0.25,
      })}
    >
      <strong>
        {raidDisks.length === 0
          ? t('review.overwritten')
          : t('review.disksOverwritten', { number: raidDisks.length + 1 })}
      </strong>
      <DiskLines node={node} disk={review.disk} />
      {raidDisks.map(disk => (
        <DiskLines key={disk.name} node={node} disk={disk} />
      ))}
    </Box>
  );
}

export function Findings({ node, review }: PartProps) {
  const t = useT();
  const isPowerCut = review.blockers.length === 0 && node.bmc !== null && node.powerState !== 'power off';
  return (
    <>
      {review.blockers.map(finding => (
        <BlockerLines key={findingKey(finding)} node={node} finding={finding} />
      ))}
      {isPowerCut && <ToneText tone="waiting">{t('review.powerCut')}</ToneText>}
      {review.warnings.map(finding => (
        <Warning key={findingKey(finding)} finding={finding} />
      ))}
    </>
  );
}

function Warning({ finding }: { readonly finding: Finding }) {
  const t = useT();
  const { text, next } = findingText(t, finding);
  return (
    <Box sx={{ display: 'grid', gridTemplateColumns: 'auto minmax(0, 1fr)', columnGap: 0.75, rowGap: 0.25 }}>
      <Box component="span" sx={{ pt: 0.25 }}>
        <ToneMark tone="waiting" />
      </Box>
      <span>{text}</span>
      {next && <Box sx={{ gridColumn: 2, color: 'text.secondary' }}>{next}</Box>}
    </Box>
  );
}
