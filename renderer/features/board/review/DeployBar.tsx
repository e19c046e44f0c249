import { Box, Button, TextField } from '@mui/material';
import { useState } from 'react';
import { goTo } from '../../../app/route.ts';
import type { Translate } from '../../../i18n/catalogue.ts';
import { useT } from '../../../i18n/i18n.ts';
import { ErrorLines } from '../../../ui/ErrorLines.tsx';
import { useTypedFor } from '../../deploy/use-typed-for.ts';
import type { PlannedServer } from './batch-requests.ts';
import { estimateText } from './estimate-text.ts';
import type { ServerReview } from './use-batch-review.ts';
import { useCreateBatch } from './use-create-batch.ts';
import { useProposal } from './use-proposal.ts';
import { overwrittenOf, toBeTyped } from './verdicts.ts';

interface Props {
  readonly planned: readonly PlannedServer[];
  readonly reviews: ReadonlyMap<string, ServerReview>;
  /** The engine's word is on what is shown. */
  readonly isReviewed: boolean;
  readonly blockedCount: number;
}

/** As the contract allows in one batch. */
const serversMax = 200;

/** The last step: name, how many at once, what must be typed, and the button. */
export function DeployBar({ planned, reviews, isReviewed, blockedCount }: Props) {
  const t = useT();
  const [ownName, setName] = useState<string | null>(null);
  const [ownNumber, setNumber] = useState<string | null>(null);
  const chosen = readNumber(ownNumber ?? '');
  const proposal = useProposal(planned, chosen);
  const isNumberWrong = ownNumber !== null && ownNumber !== '' && chosen === null;
  const concurrency = chosen ?? proposal.data?.concurrency ?? null;
  const name = ownName ?? usualName(t, planned);
  const overwritten = planned.flatMap(
    server => overwrittenOf(server, reviews.get(server.server.node.id)) ?? [],
  );
  const wanted = toBeTyped(overwritten);
  const [typed, setTyped] = useTypedFor(
    overwritten.flatMap(({ disks }) => disks),
    wanted,
  );
  const create = useCreateBatch();
  const isComplete = isReviewed && planned.every(({ server }) => reviews.has(server.node.id));
  const canDeploy =
    isComplete &&
    blockedCount === 0 &&
    planned.length <= serversMax &&
    name.trim() !== '' &&
    concurrency !== null &&
    !isNumberWrong &&
    (overwritten.length === 0 || typed.trim() === wanted) &&
    !create.isPending;
  const deploy = async () => {
    if (!canDeploy) return;
    const batch = await create.run({ name: name.trim(), concurrency, planned, reviews });
    if (batch !== undefined) goTo('deploy', 'batches', batch.id);
  };
  return (
    <Box
      component="section"
      aria-label={t('batchReview.deploy')}
      sx={theme => ({ borderTop: `1px solid ${theme.colours.line}`, p: 1.5, display: 'grid', gap: 1 })}
    >
      {create.error && <ErrorLines error={create.error} />}
      {proposal.error && <ErrorLines error={proposal.error} actions={{ retry: proposal.reload }} />}
      {planned.length > serversMax && (
        <Box sx={{ color: 'error.main' }}>{t('batchReview.tooMany', { count: serversMax })}</Box>
      )}
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1.5, alignItems: 'center' }}>
        <TextField
          required
          label={t('batchReview.name')}
          value={name}
          onChange={event => setName(event.target.value)}
          slotProps={{ htmlInput: { maxLength: 80 } }}
          sx={{ width: 210 }}
        />
        <TextField
          label={t('batchReview.concurrency')}
          value={ownNumber ?? concurrency ?? ''}
          error={isNumberWrong}
          onChange={event => setNumber(event.target.value.trim())}
          slotProps={{ htmlInput: { inputMode: 'numeric', maxLength: 3 } }}
          sx={{ width: 90 }}
        />
        <Box role="status" sx={{ flex: '1 1 200px', color: 'text.secondary' }}>
          {proposal.data && estimateText(t, proposal.data, chosen === null && planned.length > 1)}
        </Box>
        {overwritten.length > 0 && (
          <TextField
            label={
              overwritten.length === 1
                ? t('review.typeHostName', { hostName: wanted })
                : t('batchReview.typeCount', { count: overwritten.length })
            }
            value={typed}
            onChange={event => setTyped(event.target.value)}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
            sx={{ width: 330 }}
          />
        )}
        <Button variant="contained" color="error" disabled={!canDeploy} onClick={() => void deploy()}>
          {t('batchReview.go', { count: planned.length })}
        </Button>
      </Box>
    </Box>
  );
}

function readNumber(text: string): number | null {
  const number = /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return number >= 1 && number <= serversMax ? number : null;
}

/** `Debian 12 standard × 8` */
function usualName(t: Translate, planned: readonly PlannedServer[]): string {
  const images = new Set(planned.map(({ image }) => image?.name ?? ''));
  const [only, ...others] = images;
  const what =
    only !== undefined && others.length === 0 ? only : t('batchReview.images', { count: images.size });
  return `${what} × ${planned.length}`.slice(0, 80);
}
