import { Box, Button, TextField } from '@mui/material';
import { useState } from 'react';
import type { Batch } from '#shared/contract/index.ts';
import { goTo } from '../../../app/route.ts';
import { useClient } from '../../../client/client-context.tsx';
import { useCommand } from '../../../client/use-command.ts';
import { type QueryState, useQuery } from '../../../client/use-query.ts';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ConfirmDialog } from '../../../ui/ConfirmDialog.tsx';
import { EmptyState } from '../../../ui/EmptyState.tsx';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { LiveText } from '../../../ui/LiveText.tsx';
import { ScreenHeader } from '../../../ui/ScreenHeader.tsx';
import { ThinBar } from '../../../ui/ThinBar.tsx';
import { ToneText } from '../../../ui/ToneText.tsx';
import { openTimeline } from '../../timeline/open-timeline.ts';
import { BatchServerRow } from './BatchServerRow.tsx';
import { batchTone, byNeed, countsText, mayCancel, mayRetry } from './batch-text.ts';
import { CardList } from './CardList.tsx';

/** One batch: all its servers live, what went wrong on top with what mends it. */
export function BatchScreen({ batchId }: { readonly batchId: string }) {
  const t = useT();
  const { batch, all } = useBatch(batchId);
  if (batch === undefined) {
    if (all.error) return <ErrorLines error={all.error} actions={{ retry: all.reload }} />;
    return all.data === undefined ? null : <NoBatch />;
  }
  const over = batch.servers.filter(server => !mayCancel(server)).length;
  return (
    <Box sx={{ display: 'flex', flexDirection: 'column', height: '100%', minHeight: 0 }}>
      <BatchHeader batch={batch} />
      <Box sx={{ px: 2, pt: 1 }}>
        <ThinBar
          value={over / batch.servers.length}
          height={5}
          label={t('batches.progress', { name: batch.name })}
        />
        <LiveText text={countsText(t, batch.servers)} />
      </Box>
      <CardList label={t('batches.servers')}>
        {byNeed(batch.servers).map(server => (
          <BatchServerRow key={server.nodeId} batchId={batch.id} server={server} />
        ))}
      </CardList>
    </Box>
  );
}

function NoBatch() {
  const t = useT();
  return (
    <EmptyState
      title={t('batches.gone')}
      actions={
        <Button variant="outlined" onClick={() => goTo('deploy', 'batches')}>
          {t('batches.title')}
        </Button>
      }
    />
  );
}

/** The world has the newest twenty; an older one is asked for. */
function useBatch(batchId: string): { readonly batch: Batch | undefined; readonly all: QueryState<Batch[]> } {
  const client = useClient();
  const known = useWorld(world => world.batches.get(batchId));
  const isLoaded = useWorld(world => world.isLoaded);
  const all = useQuery(isLoaded && known === undefined ? batchId : null, signal =>
    client.batches.list({}, signal),
  );
  return { batch: known ?? all.data?.find(({ id }) => id === batchId), all };
}

function BatchHeader({ batch }: { readonly batch: Batch }) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const { id, state, servers } = batch;
  const deployments = servers.flatMap(({ deploymentId }) => deploymentId ?? []);
  const act = useCommand((verb: 'stop' | 'continue' | 'retry') => client.batches[verb]({ id }));
  const cancel = useCommand(() => client.batches.cancel({ id }));
  const cancelAll = async () => {
    if ((await cancel.run()) !== undefined) setAsking(false);
  };
  return (
    <>
      <ScreenHeader title={batch.name} detail={countsText(t, servers)}>
        <ToneText tone={batchTone(batch)}>{t(`batch.${state}`)}</ToneText>
        {state !== 'ended' && <ConcurrencyField batch={batch} />}
        {state === 'running' && (
          <Button variant="outlined" disabled={act.isPending} onClick={() => void act.run('stop')}>
            {t('batches.stop')}
          </Button>
        )}
        {(state === 'stopping' || state === 'stopped') && (
          <Button variant="contained" disabled={act.isPending} onClick={() => void act.run('continue')}>
            {t('batches.continue')}
          </Button>
        )}
        {deployments.length > 0 && (
          <Button variant="outlined" onClick={() => openTimeline(deployments)}>
            {t('lanes.open')}
          </Button>
        )}
        {servers.some(mayRetry) && (
          <Button variant="outlined" disabled={act.isPending} onClick={() => void act.run('retry')}>
            {t('batches.retryAll', { count: servers.filter(mayRetry).length })}
          </Button>
        )}
        {servers.some(mayCancel) && (
          <Button variant="outlined" color="error" onClick={() => setAsking(true)}>
            {t('batches.cancelAll')}
          </Button>
        )}
        <Button onClick={() => goTo('deploy', 'batches')}>{t('batches.title')}</Button>
      </ScreenHeader>
      {act.error && (
        <Box sx={{ px: 2, pt: 1 }}>
          <ErrorLines error={act.error} />
        </Box>
      )}
      {isAsking && (
        <ConfirmDialog
          title={t('batches.cancelTitle', { name: batch.name })}
          action={t('batches.cancelAll')}
          cancel={t('batches.goOn')}
          isDangerous
          isPending={cancel.isPending}
          error={cancel.error}
          onConfirm={() => void cancelAll()}
          onClose={() => setAsking(false)}
        >
          {t('batches.cancelText', {
            running: servers.filter(server => server.state === 'running').length,
            waiting: servers.filter(server => server.state === 'waiting').length,
          })}
        </ConfirmDialog>
      )}
    </>
  );
}

/** Taken on Enter or when the field is left: a number in the making starts nothing. */
function ConcurrencyField({ batch: { id, concurrency } }: { readonly batch: Batch }) {
  const t = useT();
  const client = useClient();
  const [typed, setTyped] = useState<string | null>(null);
  const set = useCommand((number: number) => client.batches.setConcurrency({ id, concurrency: number }));
  const take = async () => {
    const number = Number(typed);
    if (typed !== null && Number.isInteger(number) && number >= 1 && number <= 200 && number !== concurrency)
      await set.run(number);
    setTyped(null);
  };
  return (
    <TextField
      label={t('batchReview.concurrency')}
      value={typed ?? concurrency}
      error={set.error !== null}
      onChange={event => setTyped(event.target.value.trim())}
      onBlur={() => void take()}
      onKeyDown={event => {
        if (event.key === 'Enter') void take();
      }}
      slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 3 } }}
      sx={{ width: 90 }}
    />
  );
}
