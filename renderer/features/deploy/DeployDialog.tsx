import {
  Box,
  Button,
  Dialog,
  DialogActions,
  DialogContent,
  DialogTitle,
  TextField,
  Typography,
} from '@mui/material';
import { useMemo, useState } from 'react';
import type { Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useQuery } from '../../client/use-query.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { DiskChoice } from './DiskChoice.tsx';
import { needsTyping, newDeployForm, requestOf } from './deploy-form.ts';
import { IdentityFields } from './IdentityFields.tsx';
import { ImageChoice } from './ImageChoice.tsx';
import { ReviewPanel } from './ReviewPanel.tsx';

/** Image, disk, identity, review: on one page, nothing happens until Deploy. */
export function DeployDialog({ nodeId }: { readonly nodeId: NodeId }) {
  const node = useWorld(world => world.nodes.get(nodeId));
  const isLoaded = useWorld(world => world.isLoaded);
  return node === undefined || !isLoaded ? null : <DeployForm node={node} />;
}

function DeployForm({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const images = useWorld(world => world.images);
  const settings = useWorld(world => world.settings);
  const readyImages = useMemo(() => [...images.values()].filter(image => image.state === 'ready'), [images]);
  const [form, setForm] = useState(() => newDeployForm(node, readyImages, settings?.defaultSshKeys ?? []));
  const [typed, setTyped] = useState('');
  const request = requestOf(form, node);
  const review = useQuery(
    request === null ? null : JSON.stringify({ ...request, rootPassword: null }),
    signal => {
      if (request === null) throw new Error('a null key asks nothing');
      return client.deployments.review(request, signal);
    },
    250,
  );
  const create = useCommand((input: NonNullable<typeof request>) => client.deployments.create(input));
  const change = (part: Partial<typeof form>) => setForm(known => ({ ...known, ...part }));
  const isReviewed = request !== null && review.data !== undefined && !review.isPending;
  const mustType = isReviewed && needsTyping(review.data?.disk ?? null);
  const isConfirmed = !mustType || typed.trim() === form.hostName;
  const canDeploy = isReviewed && review.data?.blockers.length === 0 && isConfirmed && !create.isPending;
  const deploy = async () => {
    if (request === null || !canDeploy || (await create.run(request)) === undefined) return;
    closeOverlay();
    goTo('rack', node.id, 'timeline');
  };

  return (
    <Dialog
      open
      onClose={closeOverlay}
      maxWidth="lg"
      fullWidth
      aria-labelledby="deploy-title"
      slotProps={{ paper: { sx: { height: 'calc(100% - 48px)', m: 3, maxHeight: 900 } } }}
    >
      <DialogTitle id="deploy-title">{t('deploy.title', { name: node.name })}</DialogTitle>
      <DialogContent
        sx={{
          display: 'grid',
          gap: 3,
          gridTemplateColumns: { xs: '1fr', md: '1.25fr 1fr' },
          alignContent: 'start',
        }}
      >
        <Box sx={{ display: 'grid', gap: 2.5, alignContent: 'start', minWidth: 0 }}>
          <Step number={1} title={t('deploy.image')}>
            <ImageChoice
              images={readyImages}
              firmware={node.inventory?.firmware ?? node.bootMode}
              value={form.imageId}
              onChange={imageId => change({ imageId })}
            />
          </Step>
          <Step number={2} title={t('deploy.disk')}>
            <DiskChoice node={node} form={form} image={images.get(form.imageId)} onChange={change} />
          </Step>
        </Box>
        <Step number={3} title={t('deploy.identity')}>
          <IdentityFields form={form} onChange={change} />
        </Step>
      </DialogContent>
      <ReviewPanel
        isComplete={request !== null}
        isPending={review.isPending}
        review={review.data}
        error={review.error}
      />
      {create.error && (
        <Box sx={{ px: 2.5, pt: 1 }}>
          <ErrorLines error={create.error} />
        </Box>
      )}
      <DialogActions>
        {mustType && (
          <TextField
            label={t('review.typeHostName', { hostName: form.hostName })}
            value={typed}
            onChange={event => setTyped(event.target.value)}
            slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
            sx={{ maxWidth: 460, mr: 'auto' }}
          />
        )}
        <Button onClick={closeOverlay}>{t('action.cancel')}</Button>
        <Button variant="contained" color="error" disabled={!canDeploy} onClick={() => void deploy()}>
          {t('deploy.go')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

interface StepProps {
  readonly number: number;
  readonly title: string;
  readonly children: React.ReactNode;
}

function Step({ number, title, children }: StepProps) {
  return (
    <Box component="section" sx={{ display: 'grid', gap: 1.25, alignContent: 'start', minWidth: 0 }}>
      <Typography variant="h3" component="h3" sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
        <Box
          component="span"
          sx={theme => ({
            width: 20,
            height: 20,
            borderRadius: '50%',
            display: 'inline-grid',
            placeItems: 'center',
            fontSize: 12,
            backgroundColor: theme.colours.text,
            color: theme.colours.surface,
          })}
        >
          {number}
        </Box>
        {title}
      </Typography>
      {children}
    </Box>
  );
}
