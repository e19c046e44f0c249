import { Box, Button } from '@mui/material';
import { useMemo, useState } from 'react';
import type { NodeId } from '#shared/model/ids.ts';
import { goTo } from '../../../app/route.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { Notice } from '../../../ui/Notice.tsx';
import { ScreenHeader } from '../../../ui/ScreenHeader.tsx';
import type { BoardServer } from '../board-servers.ts';
import { stage, usePlan } from '../plan-store.ts';
import { UndoButtons } from '../UndoButtons.tsx';
import { useBoardServers } from '../use-board-state.ts';
import { useUndoKeys } from '../use-undo-keys.ts';
import { BatchSettings } from './BatchSettings.tsx';
import { type PlannedServer, plannedServers, withoutImage } from './batch-requests.ts';
import { DeployBar } from './DeployBar.tsx';
import { ReviewRow } from './ReviewRow.tsx';
import { StagedServerDialog } from './StagedServerDialog.tsx';
import { useBatchReview } from './use-batch-review.ts';
import { standingOf, worstFirst } from './verdicts.ts';

/** What would happen to each server, on one page. Nothing has happened until Deploy. */
export function ReviewScreen() {
  const t = useT();
  const [rootPassword, setRootPassword] = useState('');
  const [editedId, setEditedId] = useState<NodeId | null>(null);
  useUndoKeys();
  const servers = useBoardServers();
  const planned = usePlanned(servers, rootPassword);
  const review = useBatchReview(planned);
  const reviews = useMemo(
    () => new Map((review.data ?? []).map(each => [each.nodeId as string, each])),
    [review.data],
  );
  const sorted = worstFirst(planned, reviews);
  const blocked = planned.filter(
    server => standingOf(server, reviews.get(server.server.node.id)) === 'blocked',
  );
  const left = withoutImage(servers);
  const edited = planned.find(({ server }) => server.node.id === editedId);
  const takeOut = (nodeIds: readonly NodeId[]) => stage({ is: 'take-out', nodeIds });
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <ScreenHeader
        title={t('batchReview.title')}
        detail={t('batchReview.detail', { count: planned.length, blocked: blocked.length })}
      >
        <UndoButtons />
        <Button variant="outlined" onClick={() => goTo('deploy')}>
          {t('batchReview.back')}
        </Button>
      </ScreenHeader>
      {planned.length === 0 ? (
        <NothingPlanned />
      ) : (
        <>
          <Box
            sx={{
              flex: 1,
              minHeight: 0,
              display: 'grid',
              gridTemplateColumns: '300px minmax(0, 1fr)',
              gridTemplateRows: 'minmax(0, 1fr)',
            }}
          >
            <BatchSettings planned={planned} rootPassword={rootPassword} onRootPassword={setRootPassword} />
            <Box
              component="section"
              aria-label={t('batchReview.servers')}
              // It scrolls: the keyboard must get there.
              tabIndex={0}
              sx={{ overflow: 'auto', p: 1.5, display: 'grid', gap: 1, alignContent: 'start' }}
            >
              {left.length > 0 && <Notice>{t('batchReview.withoutImage', { count: left.length })}</Notice>}
              {blocked.length > 1 && (
                <Notice>
                  {t('batchReview.blocked', { count: blocked.length })}
                  <Button
                    variant="outlined"
                    onClick={() => takeOut(blocked.map(({ server }) => server.node.id))}
                  >
                    {t('batchReview.takeOutBlocked')}
                  </Button>
                </Notice>
              )}
              {review.error && (
                <ErrorLines error={review.error} actions={{ retry: review.reload, correct: review.reload }} />
              )}
              {sorted.map(server => (
                <ReviewRow
                  key={server.server.node.id}
                  planned={server}
                  review={reviews.get(server.server.node.id)}
                  onEdit={() => setEditedId(server.server.node.id)}
                  onTakeOut={() => takeOut([server.server.node.id])}
                />
              ))}
            </Box>
          </Box>
          <DeployBar
            planned={planned}
            reviews={reviews}
            isReviewed={!review.isPending && review.error === null}
            blockedCount={blocked.length}
          />
        </>
      )}
      {edited && <StagedServerDialog planned={edited} onClose={() => setEditedId(null)} />}
    </Box>
  );
}

function usePlanned(servers: readonly BoardServer[], rootPassword: string): readonly PlannedServer[] {
  const plan = usePlan(({ present }) => present);
  const images = useWorld(world => world.images);
  const profiles = useWorld(world => world.profiles);
  const settings = useWorld(world => world.settings);
  return useMemo(
    () => plannedServers(servers, plan, { images, profiles, settings }, { rootPassword }),
    [servers, plan, images, profiles, settings, rootPassword],
  );
}

function NothingPlanned() {
  const t = useT();
  return (
    <EmptyState
      title={t('batchReview.nothing')}
      actions={
        <Button variant="contained" onClick={() => goTo('deploy')}>
          {t('batchReview.back')}
        </Button>
      }
    >
      {t('batchReview.nothingHint')}
    </EmptyState>
  );
}
