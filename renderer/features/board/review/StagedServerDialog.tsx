import { Box, Button, Dialog, DialogActions, DialogContent, DialogTitle, TextField } from '@mui/material';
import { useId } from 'react';
import { useT } from '../../../i18n/i18n.ts';
import { Section } from '../../../ui/Section.tsx';
import { DiskList } from '../../deploy/DiskChoice.tsx';
import { type DeployForm, wrongFields } from '../../deploy/deploy-form.ts';
import { NetworkList } from '../../deploy/NetworkList.tsx';
import { ProfileChoice } from '../../deploy/ProfileChoice.tsx';
import { tablesOf } from '../board-servers.ts';
import type { StagedServer } from '../plan.ts';
import { stage } from '../plan-store.ts';
import type { PlannedServer } from './batch-requests.ts';

interface Props {
  readonly planned: PlannedServer;
  readonly onClose: () => void;
}

/** What differs for one server of the batch. It is staged as it is entered, and undone on the board. */
export function StagedServerDialog({ planned: { server, image, profile, form }, onClose }: Props) {
  const t = useT();
  const titleId = useId();
  const { node, staged } = server;
  const change = (part: Partial<StagedServer>) => stage({ is: 'server', nodeId: node.id, change: part });
  const changeForm = (part: Partial<DeployForm>) => change(stagedPart(part));
  const isWrong = wrongFields(form).has('hostName');
  return (
    <Dialog open onClose={onClose} maxWidth="md" fullWidth aria-labelledby={titleId}>
      <DialogTitle id={titleId}>{t('batchReview.editTitle', { name: node.name })}</DialogTitle>
      <DialogContent sx={{ display: 'grid', gap: 2 }}>
        <TextField
          label={t('identity.hostName')}
          value={form.hostName}
          error={isWrong}
          helperText={isWrong ? t('identity.hostNameWrong') : undefined}
          onChange={event => change({ hostName: event.target.value.trim() })}
          slotProps={{ htmlInput: { spellCheck: false } }}
          sx={{ mt: 1 }}
        />
        <Section
          title={t('deploy.disk')}
          action={
            staged.disk !== null && (
              <Button onClick={() => change({ disk: null, raidDisks: [] })}>
                {t('batchReview.asForAll')}
              </Button>
            )
          }
        >
          {form.diskBy === 'hints' && <Box>{t('review.diskUnknown')}</Box>}
          <DiskList node={node} form={form} image={image} onChange={changeForm} />
        </Section>
        <Section title={t('deploy.profileAndLayout')}>
          <ProfileChoice node={node} form={form} image={image} profile={profile} onChange={changeForm} />
        </Section>
        <Section title={t('deploy.networks')}>
          <NetworkList
            node={node}
            rows={form.networks}
            links={tablesOf(server)}
            onChange={networks => change({ networks })}
          />
        </Section>
      </DialogContent>
      <DialogActions>
        <Button variant="contained" onClick={onClose}>
          {t('action.close')}
        </Button>
      </DialogActions>
    </Dialog>
  );
}

function stagedPart({ disk, profileId, raidDisks }: Partial<DeployForm>): Partial<StagedServer> {
  return {
    ...(disk !== undefined && { disk }),
    ...(profileId !== undefined && { profileId }),
    ...(raidDisks !== undefined && { raidDisks }),
  };
}
