import { Box, Button } from '@mui/material';
import type { NetworkAssignment } from '#shared/contract/index.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ListCard } from '../../../ui/ListCard.tsx';
import { Mono } from '../../../ui/Mono.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import type { Tone } from '../../../ui/tone.ts';
import { AssignedNetworks } from '../../deploy/AssignedNetworks.tsx';
import { DiskLines } from '../../deploy/DiskLines.tsx';
import { findingKey, findingText } from '../../deploy/finding-text.ts';
import { LeftAlone } from '../../deploy/LeftAlone.tsx';
import { Findings } from '../../deploy/ReviewPanel.tsx';
import { type BoardServer, tablesOf } from '../board-servers.ts';
import type { PlannedServer } from './batch-requests.ts';
import type { ServerReview } from './use-batch-review.ts';
import { type Standing, standingOf } from './verdicts.ts';

interface Props {
  readonly planned: PlannedServer;
  /** Undefined while the engine was not asked yet, or cannot be. */
  readonly review: ServerReview | undefined;
  readonly onEdit: () => void;
  readonly onTakeOut: () => void;
}

const tones: Readonly<Record<Standing, Tone>> = {
  blocked: 'failed',
  pending: 'busy',
  warned: 'waiting',
  ready: 'good',
};

/** One server of the batch: what it becomes, which disk is overwritten, where its networks go, what speaks against it. */
export function ReviewRow({ planned, review, onEdit, onTakeOut }: Props) {
  const t = useT();
  const { server, image, profile, form } = planned;
  const { node } = server;
  const standing = standingOf(planned, review);
  return (
    <ListCard
      title={
        <>
          <strong>{node.name}</strong>
          <ToneText tone={tones[standing]}>{t(`batchReview.standing.${standing}`)}</ToneText>
          <span>
            {t('batchReview.becomes')} <Mono>{form.hostName}</Mono>
          </span>
          <strong>{image?.name ?? t('board.gone')}</strong>
          {profile && <span>{profile.name}</span>}
        </>
      }
      actions={
        <>
          <Button onClick={onEdit}>{t('batchReview.edit')}</Button>
          <Button onClick={onTakeOut}>{t('batchReview.takeOut')}</Button>
        </>
      }
    >
      <Box sx={{ display: 'grid', gap: 0.5 }}>
        {planned.lacks.map(lack => (
          <ToneText key={lack} tone="failed">
            {t(`batchReview.lack.${lack}`)}
          </ToneText>
        ))}
        {review && (
          <>
            {review.conflicts.map(finding => (
              <ToneText key={findingKey(finding)} tone="failed">
                {findingText(t, finding).text}
              </ToneText>
            ))}
            <Findings node={node} review={review.review} />
          </>
        )}
      </Box>
      <Box sx={{ display: 'grid', gap: 2, gridTemplateColumns: 'minmax(0, 1.2fr) minmax(0, 1fr)' }}>
        <Overwritten planned={planned} review={review} />
        {review && (
          <Box>
            <AssignedNetworks
              assignments={review.review.networks.map(assignment => onBond(assignment, server))}
              rows={form.networks}
              links={tablesOf(server)}
            />
            <LeftAlone filtered={review.review.filtered} />
          </Box>
        )}
      </Box>
    </ListCard>
  );
}

function Overwritten({ planned, review }: Pick<Props, 'planned' | 'review'>) {
  const t = useT();
  const { server, raidDisks } = planned;
  const disk = review?.review.disk ?? null;
  if (disk === null) return <Box>{planned.form.diskBy === 'hints' && t('review.diskUnknown')}</Box>;
  return (
    <Box>
      <strong>
        {raidDisks.length === 0
          ? t('review.overwritten')
          : t('review.disksOverwritten', { number: raidDisks.length + 1 })}
      </strong>
      {[disk, ...raidDisks].map(each => (
        <DiskLines key={each.name} node={server.node} disk={each} />
      ))}
    </Box>
  );
}

/** The engine was asked about the first NIC of a bond that is not made yet. */
function onBond(assignment: NetworkAssignment, { staged }: BoardServer): NetworkAssignment {
  const { portId } = assignment;
  const bond = portId === null ? undefined : staged.bonds.find(({ portIds }) => portIds.includes(portId));
  return bond === undefined ? assignment : { ...assignment, portId: null, portgroupId: bond.id };
}
