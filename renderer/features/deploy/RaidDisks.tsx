import { Box } from '@mui/material';
import type { Node, RaidLevel } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import { useT } from '../../i18n/i18n.ts';
import { ToneText } from '../../ui/ToneText.tsx';
import { DiskCheck } from './DiskCheck.tsx';
import { type DeployForm, isRaidCount, raidCandidates, raidDisksOf } from './deploy-form.ts';

interface Props {
  readonly node: Node;
  readonly form: DeployForm;
  readonly level: RaidLevel;
  readonly onChange: (change: Partial<DeployForm>) => void;
}

/** The other members of a software RAID. They lose what is on them as the first does. */
export function RaidDisks({ node, form, level, onChange }: Props) {
  const t = useT();
  const chosen = raidDisksOf(form, node);
  const count = chosen.length + 1;
  return (
    <Box role="group" aria-label={t('deploy.raidDisks')} sx={{ display: 'grid', gap: 0.5 }}>
      <strong>{t('deploy.raidDisks')}</strong>
      <ToneText tone={isRaidCount(level, count) ? 'good' : 'failed'}>
        {[t(`profile.raid.${level}`), t('deploy.raidCount', { count })].join(' · ')}
      </ToneText>
      {raidCandidates(form, node).map(disk => (
        <DiskCheck
          key={disk.name}
          node={node}
          disk={disk}
          isChecked={chosen.includes(disk)}
          onChange={isChecked => {
            const others = chosen.filter(other => other !== disk);
            onChange({ raidDisks: (isChecked ? [...others, disk] : others).map(identityOf) });
          }}
        />
      ))}
    </Box>
  );
}
