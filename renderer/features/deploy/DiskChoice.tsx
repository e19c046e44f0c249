import { Box, FormControlLabel, Radio, RadioGroup } from '@mui/material';
import type { Disk, Image, Node } from '#shared/contract/index.ts';
import { identityOf } from '#shared/model/disk-identity.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { bytesText } from '../../ui/measure-text.ts';
import { HintFields } from '../server-form/HintFields.tsx';
import { ChoiceCard } from './ChoiceCard.tsx';
import { DiskLines } from './DiskLines.tsx';
import { chosenDisk, type DeployForm, unfitness } from './deploy-form.ts';
import { InspectFirst } from './InspectFirst.tsx';
import { InventoryAge } from './InventoryAge.tsx';

interface Props {
  readonly node: Node;
  readonly form: DeployForm;
  readonly image: Image | undefined;
  readonly onChange: (change: Partial<DeployForm>) => void;
}

/** A disk by a person's choice, or by hints that must fit exactly one. Never by default. */
export function DiskChoice({ node, form, image, onChange }: Props) {
  const t = useT();
  return (
    <>
      <RadioGroup
        row
        aria-label={t('deploy.diskBy')}
        value={form.diskBy}
        onChange={(_, by) => onChange({ diskBy: by === 'hints' ? 'hints' : 'person' })}
      >
        <FormControlLabel value="person" control={<Radio />} label={t('deploy.byPerson')} />
        <FormControlLabel value="hints" control={<Radio />} label={t('deploy.byHints')} />
      </RadioGroup>
      {form.diskBy === 'hints' ? (
        <>
          <Box sx={{ color: 'text.secondary' }}>{t('hint.help')}</Box>
          <HintFields hints={form.hints} onChange={hints => onChange({ hints })} />
        </>
      ) : (
        <DiskList node={node} form={form} image={image} onChange={onChange} />
      )}
    </>
  );
}

/** The disks of a server, those that the image does not fit on with the reason. */
export function DiskList({ node, form, image, onChange }: Props) {
  const t = useT();
  if (node.inventory === null) return <InspectFirst node={node} />;
  const { disks } = node.inventory;
  if (disks.length === 0) return <Box>{t('rack.noDisk')}</Box>;
  const chosen = chosenDisk(form, node);
  const choose = (name: string) => {
    const disk = disks.find(candidate => candidate.name === name);
    if (disk !== undefined) onChange({ disk: identityOf(disk) });
  };
  return (
    <>
      <InventoryAge inventory={node.inventory} />
      <RadioGroup
        aria-label={t('deploy.disk')}
        value={chosen?.name ?? ''}
        onChange={(_, name) => choose(name)}
        sx={{ display: 'grid', gap: 0.75, p: '2px' }}
      >
        {disks.map(disk => (
          <ChoiceCard
            key={disk.name}
            value={disk.name}
            isChosen={disk === chosen}
            refusal={refusalText(t, disk, image)}
          >
            <DiskLines node={node} disk={disk} />
          </ChoiceCard>
        ))}
      </RadioGroup>
    </>
  );
}

function refusalText(t: Translate, disk: Disk, image: Image | undefined): string | null {
  switch (unfitness(disk, image)) {
    case 'read-only':
      return t('deploy.diskReadOnly');
    case 'too-small':
      return t('deploy.diskTooSmall', {
        needed: bytesText(image?.rawSizeBytes ?? 0),
        size: bytesText(disk.sizeBytes),
      });
    case null:
      return null;
  }
}
