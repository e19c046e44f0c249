import { Box, Button, MenuItem, TextField } from '@mui/material';
import { useState } from 'react';
import type { SupportDraft } from '#shared/contract/index.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { useConnection } from '../../client/client-context.tsx';
import { bringFile } from '../../client/saved-files.ts';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { bytesText } from '../../ui/measure-text.ts';
import { Section } from '../../ui/Section.tsx';
import { clockText, dateText } from '../../ui/time-text.ts';
import { SupportFiles } from './SupportFiles.tsx';

/** Gathered first, looked at, and then saved as it was seen. */
export function SupportSettings() {
  const t = useT();
  const connection = useConnection();
  const { client } = connection;
  const [deploymentId, setDeploymentId] = useState<DeploymentId | ''>('');
  const [draft, setDraft] = useState<SupportDraft | null>(null);
  const [leftOut, setLeftOut] = useState<ReadonlySet<string>>(new Set());
  const [saved, setSaved] = useState('');
  const gather = useCommand(async () => {
    setSaved('');
    setLeftOut(new Set());
    setDraft(await client.support.gather({ deploymentId: deploymentId === '' ? null : deploymentId }));
  });
  const save = useCommand(async (id: string) => {
    const { name, sizeBytes } = await client.support.save({ id, leftOut: [...leftOut] });
    await bringFile(connection, 'support', name, t('support.save'));
    setSaved(t('support.saved', { name, size: bytesText(sizeBytes) }));
  });
  const error = gather.error ?? save.error;
  return (
    <Section level={2} title={t('support.title')}>
      <Box sx={{ color: 'text.secondary' }}>{t('support.what')}</Box>
      <Box sx={{ display: 'flex', gap: 1, alignItems: 'center', mt: 0.5 }}>
        <DeploymentChoice value={deploymentId} onChange={setDeploymentId} />
        <Button
          variant="outlined"
          sx={{ flex: 'none' }}
          disabled={gather.isPending}
          onClick={() => void gather.run()}
        >
          {t('support.gather')}
        </Button>
      </Box>
      <span role="status">{gather.isPending ? t('support.gathering') : saved}</span>
      {error && <ErrorLines error={error} />}
      {draft && (
        <>
          <SupportFiles draft={draft} leftOut={leftOut} onLeaveOut={setLeftOut} />
          <div>
            <Button
              variant="contained"
              disabled={save.isPending || leftOut.size === draft.files.length}
              onClick={() => void save.run(draft.id)}
            >
              {t('support.save')}
            </Button>
          </div>
        </>
      )}
    </Section>
  );
}

interface ChoiceProps {
  readonly value: DeploymentId | '';
  readonly onChange: (value: DeploymentId | '') => void;
}

function DeploymentChoice({ value, onChange }: ChoiceProps) {
  const t = useT();
  const deployments = useWorld(world => world.deployments);
  const newestFirst = [...deployments.values()].toSorted((one, other) => other.createdAt - one.createdAt);
  return (
    <TextField
      select
      label={t('support.deployment')}
      // One that is gone meanwhile is chosen no longer.
      value={deployments.has(value) ? value : ''}
      onChange={event => onChange(event.target.value as DeploymentId | '')}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
      sx={{ maxWidth: 460 }}
    >
      <MenuItem value="">{t('support.noDeployment')}</MenuItem>
      {newestFirst.map(({ id, nodeName, kind, imageName, createdAt }) => (
        <MenuItem key={id} value={id}>
          {t('support.deploymentOf', {
            server: nodeName,
            image: imageName === '' ? t(`deploymentKind.${kind}`) : imageName,
            at: `${dateText(createdAt)} ${clockText(createdAt)}`,
          })}
        </MenuItem>
      ))}
    </TextField>
  );
}
