import { Box, MenuItem, TextField } from '@mui/material';
import { useWorld } from '../../../client/world-store.ts';
import { useT } from '../../../i18n/i18n.ts';
import { isNumbered } from '../../../ui/name-pattern.ts';
import { areSshKeys, readKeys } from '../../deploy/deploy-form.ts';
import { hasProfileLogin } from '../../deploy/profile-parts.ts';
import { diskPolicies, type ForAll } from '../plan.ts';
import { stage, usePlan } from '../plan-store.ts';
import type { PlannedServer } from './batch-requests.ts';

interface Props {
  readonly planned: readonly PlannedServer[];
  readonly rootPassword: string;
  readonly onRootPassword: (password: string) => void;
}

const change = (part: Partial<ForAll>) => stage({ is: 'for-all', change: part });

/** What all servers of the batch have in common; each may differ. */
export function BatchSettings({ planned, rootPassword, onRootPassword }: Props) {
  const t = useT();
  const { forAll } = usePlan(({ present }) => present);
  const settings = useWorld(world => world.settings);
  const sshKeys = forAll.sshKeys ?? (settings?.defaultSshKeys ?? []).join('\n');
  const areKeys = areSshKeys(sshKeys);
  const hasNoLogin =
    rootPassword === '' &&
    readKeys(sshKeys).length === 0 &&
    planned.some(({ image, profile }) => !hasProfileLogin(image, profile));
  return (
    <Box
      component="section"
      aria-label={t('batchReview.forAll')}
      tabIndex={0}
      sx={theme => ({
        overflow: 'auto',
        p: 1.5,
        display: 'grid',
        gap: 1.75,
        alignContent: 'start',
        borderRight: `1px solid ${theme.colours.line}`,
        backgroundColor: theme.colours.raised,
      })}
    >
      <HostNameFields planned={planned} />
      <TextField
        select
        label={t('batchReview.diskPolicy')}
        value={forAll.diskPolicy}
        helperText={t('batchReview.diskPolicyHelp')}
        onChange={event => {
          const diskPolicy = diskPolicies.find(policy => policy === event.target.value);
          if (diskPolicy !== undefined) change({ diskPolicy });
        }}
      >
        {diskPolicies.map(policy => (
          <MenuItem key={policy} value={policy}>
            {t(`batchReview.diskPolicy.${policy}`)}
          </MenuItem>
        ))}
      </TextField>
      <ProfileField />
      <TextField
        label={t('identity.rootPassword')}
        type="password"
        value={rootPassword}
        onChange={event => onRootPassword(event.target.value)}
        slotProps={{ htmlInput: { autoComplete: 'new-password', maxLength: 200 } }}
      />
      <TextField
        label={t('identity.sshKeys')}
        multiline
        minRows={2}
        maxRows={4}
        value={sshKeys}
        error={!areKeys}
        helperText={
          areKeys ? t('identity.keyCount', { count: readKeys(sshKeys).length }) : t('identity.sshKeysWrong')
        }
        onChange={event => change({ sshKeys: event.target.value })}
        slotProps={{ htmlInput: { spellCheck: false } }}
      />
      {hasNoLogin && <Box sx={{ color: 'warning.main' }}>{t('identity.noLogin')}</Box>}
    </Box>
  );
}

/** The pattern with what comes of it for the first and the last. */
function HostNameFields({ planned }: Pick<Props, 'planned'>) {
  const t = useT();
  const { forAll } = usePlan(({ present }) => present);
  const names = planned.map(({ form }) => form.hostName);
  const preview = names.length > 3 ? [...names.slice(0, 2), '…', names.at(-1)] : names;
  const hasNumber = isNumbered(forAll.hostNames);
  return (
    <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: hasNumber ? '1fr 76px' : '1fr' }}>
      <TextField
        required
        label={t('batchReview.hostNames')}
        value={forAll.hostNames}
        helperText={t('batchReview.hostNamesHelp')}
        onChange={event => change({ hostNames: event.target.value.trim() })}
        slotProps={{ htmlInput: { spellCheck: false, maxLength: 253 } }}
      />
      {hasNumber && (
        <TextField
          label={t('batchReview.firstNumber')}
          value={forAll.firstNumber}
          onChange={event => {
            if (/^\d{1,4}$/.test(event.target.value)) change({ firstNumber: Number(event.target.value) });
          }}
          slotProps={{ htmlInput: { inputMode: 'numeric' } }}
        />
      )}
      <Box sx={{ gridColumn: '1 / -1', color: 'text.secondary', overflowWrap: 'anywhere' }}>
        {preview.join(', ')}
      </Box>
    </Box>
  );
}

function ProfileField() {
  const t = useT();
  const profiles = useWorld(world => world.profiles);
  const { forAll } = usePlan(({ present }) => present);
  return (
    <TextField
      select
      label={t('deploy.profile')}
      value={profiles.has(forAll.profileId) ? forAll.profileId : ''}
      onChange={event => change({ profileId: event.target.value })}
      slotProps={{ select: { displayEmpty: true }, inputLabel: { shrink: true } }}
    >
      <MenuItem value="">{t('deploy.noProfile')}</MenuItem>
      {[...profiles.values()].map(({ id, name }) => (
        <MenuItem key={id} value={id}>
          {name}
        </MenuItem>
      ))}
    </TextField>
  );
}
