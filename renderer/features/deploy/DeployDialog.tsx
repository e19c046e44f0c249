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
import type { Image, Node, Profile } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { useLeaving } from '../../ui/use-leaving.tsx';
import { DiskChoice } from './DiskChoice.tsx';
import { type DeployForm, type DeployInput, layoutOf, raidDisksOf, requestOf } from './deploy-form.ts';
import { IdentityFields } from './IdentityFields.tsx';
import { ImageChoice } from './ImageChoice.tsx';
import { NetworkList } from './NetworkList.tsx';
import { ProfileChoice } from './ProfileChoice.tsx';
import { ReviewPanel } from './ReviewPanel.tsx';
import { useDeploymentDraft } from './use-deployment-draft.ts';
import { useReview } from './use-review.ts';
import { useTypedFor } from './use-typed-for.ts';

/** Image, disk, identity, review: on one page, nothing happens until Deploy. */
export function DeployDialog({ nodeId }: { readonly nodeId: NodeId }) {
  const node = useWorld(world => world.nodes.get(nodeId));
  const isLoaded = useWorld(world => world.isLoaded);
  return node === undefined || !isLoaded ? null : <DeployNode node={node} />;
}

function DeployNode({ node }: { readonly node: Node }) {
  const t = useT();
  const client = useClient();
  const { form, readyImages, isTouched, change, forget } = useDeploymentDraft(node);
  const discard = () => {
    closeOverlay();
    forget();
  };
  const leaving = useLeaving(isTouched, discard);
  const image = readyImages.find(({ id }) => id === form.imageId);
  const profile = useWorld(world => world.profiles.get(form.profileId));
  const raidLevel = layoutOf(image, profile)?.raidLevel ?? null;
  const raidDisks = raidLevel === null ? [] : raidDisksOf(form, node);
  const request = requestOf(form, node, raidLevel);
  const review = useReview(node, request);
  const create = useCommand((input: DeployInput) => client.deployments.create(input));
  const isReviewed = request !== null && review.data !== undefined && !review.isPending;
  const disk = review.data?.disk ?? null;
  const mustType = isReviewed && (review.data?.mustConfirm === true || raidDisks.length > 0);
  const disks = disk === null ? raidDisks : [disk, ...raidDisks];
  const [typed, setTyped] = useTypedFor(disks);
  const isConfirmed = !mustType || typed.trim() === form.hostName;
  const canDeploy = isReviewed && review.data?.blockers.length === 0 && isConfirmed && !create.isPending;
  const deploy = async () => {
    if (request === null || !canDeploy) return;
    const confirmed = mustType ? { hostName: form.hostName, disks: disks.map(identityOf) } : null;
    if ((await create.run({ ...request, confirmed })) === undefined) return;
    discard();
    goTo('rack', node.id, 'timeline');
  };
  return (
    <Dialog
      open
      onClose={leaving.onDialogClose}
      maxWidth="lg"
      fullWidth
      aria-labelledby="deploy-title"
      slotProps={{ paper: { sx: { height: 'calc(100% - 48px)', m: 3, maxHeight: 900 } } }}
    >
      <DialogTitle id="deploy-title">{t('deploy.title', { name: node.name })}</DialogTitle>
      <DeployFields
        node={node}
        form={form}
        readyImages={readyImages}
        image={image}
        profile={profile}
        onChange={change}
      />
      <ReviewPanel
        node={node}
        form={form}
        raidDisks={raidDisks}
        isComplete={request !== null}
        review={review}
      />
      {create.error && (
        <Box sx={{ px: 2.5, pt: 1 }}>
          <ErrorLines error={create.error} />
        </Box>
      )}
      <DialogActions>
        {mustType && <TypedName hostName={form.hostName} typed={typed} onType={setTyped} />}
        <Button onClick={leaving.leave}>{t('action.cancel')}</Button>
        <Button variant="contained" color="error" disabled={!canDeploy} onClick={() => void deploy()}>
          {t('deploy.go')}
        </Button>
      </DialogActions>
      {leaving.question}
    </Dialog>
  );
}

interface FieldsProps {
  readonly node: Node;
  readonly form: DeployForm;
  readonly readyImages: readonly Image[];
  readonly image: Image | undefined;
  readonly profile: Profile | undefined;
  readonly onChange: (part: Partial<DeployForm>) => void;
}

function DeployFields({ node, form, readyImages, image, profile, onChange }: FieldsProps) {
  const t = useT();
  const ports = useWorld(world => world.ports);
  const portgroups = useWorld(world => world.portgroups);
  return (
    <DialogContent
      sx={{
        display: 'grid',
        gap: 3,
        gridTemplateColumns: { xs: '1fr', md: 'minmax(0, 1fr) minmax(0, 1fr)' },
        alignContent: 'start',
      }}
    >
      <Box sx={{ display: 'grid', gap: 2.5, alignContent: 'start', minWidth: 0 }}>
        <Step number={1} title={t('deploy.image')}>
          <ImageChoice
            images={readyImages}
            firmware={node.inventory?.firmware ?? node.bootMode}
            value={form.imageId}
            onChange={imageId => onChange({ imageId })}
          />
        </Step>
        {image?.kind === 'installer' && <Box>{t('deploy.installerHow')}</Box>}
        <Step number={2} title={t('deploy.disk')}>
          <DiskChoice node={node} form={form} image={image} onChange={onChange} />
        </Step>
        <Step number={3} title={t('deploy.profileAndLayout')}>
          <ProfileChoice node={node} form={form} image={image} profile={profile} onChange={onChange} />
        </Step>
      </Box>
      <Box sx={{ display: 'grid', gap: 2.5, alignContent: 'start', minWidth: 0 }}>
        <Step number={4} title={t('deploy.identity')}>
          <IdentityFields form={form} image={image} profile={profile} onChange={onChange} />
        </Step>
        <Step number={5} title={t('deploy.networks')}>
          <NetworkList
            node={node}
            rows={form.networks}
            links={{ ports, portgroups }}
            onChange={networks => onChange({ networks })}
          />
        </Step>
      </Box>
    </DialogContent>
  );
}

interface TypedNameProps {
  readonly hostName: string;
  readonly typed: string;
  readonly onType: (text: string) => void;
}

function TypedName({ hostName, typed, onType }: TypedNameProps) {
  const t = useT();
  return (
    <TextField
      label={t('review.typeHostName', { hostName })}
      value={typed}
      onChange={event => onType(event.target.value)}
      slotProps={{ htmlInput: { autoComplete: 'off', spellCheck: false } }}
      sx={{ maxWidth: 460, mr: 'auto' }}
    />
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
