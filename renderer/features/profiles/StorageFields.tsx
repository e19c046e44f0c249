import { Box, FormControlLabel, MenuItem, Switch, TextField } from '@mui/material';
import { type RaidLevel, raidLevels } from '#shared/contract/index.ts';
import { useT } from '../../i18n/i18n.ts';
import { EditableList } from '../../ui/EditableList.tsx';
import { Section } from '../../ui/Section.tsx';
import { ToneText } from '../../ui/ToneText.tsx';
import { FormText } from './FormText.tsx';
import { PlaceFields } from './PlaceFields.tsx';
import { problemAt, problemsIn } from './problem-text.ts';
import type { ProfileProblem } from './profile-form.ts';
import {
  formOfTemplate,
  type LayoutTemplate,
  layoutTemplates,
  newPlace,
  type PlaceForm,
  type StorageForm,
  templateOf,
  withVolumeGroup,
} from './storage-form.ts';

interface Props {
  readonly form: StorageForm | null;
  readonly onChange: (form: StorageForm | null) => void;
  readonly problems: readonly ProfileProblem[];
}

/** How the disk is divided: one of our layouts, or one's own made from it. */
export function StorageFields({ form, onChange, problems }: Props) {
  const t = useT();
  const template = templateOf(form);
  return (
    <Box sx={{ display: 'grid', gap: 2 }}>
      <TextField
        select
        label={t('profile.layout')}
        value={template}
        helperText={t(`profile.layoutHelp.${template}`)}
        onChange={event => onChange(formOfTemplate(event.target.value as LayoutTemplate))}
        sx={{ maxWidth: 560, mt: 1 }}
      >
        {layoutTemplates.map(name => (
          <MenuItem key={name} value={name}>
            {t(`profile.layout.${name}`)}
          </MenuItem>
        ))}
        {template === 'own' && <MenuItem value="own">{t('profile.layout.own')}</MenuItem>}
      </TextField>
      {form && <LayoutFields form={form} onChange={onChange} problems={problems} />}
    </Box>
  );
}

interface LayoutProps {
  readonly form: StorageForm;
  readonly onChange: (form: StorageForm) => void;
  readonly problems: readonly ProfileProblem[];
}

function LayoutFields(props: LayoutProps) {
  const t = useT();
  const { form, onChange, problems } = props;
  const general = ['storage', 'storage.partitions', 'storage.volumeGroup.volumes', 'storage.raidLevel'];
  return (
    <>
      <TableAndRaid {...props} />
      <Box role="status" sx={{ display: 'grid', gap: 0.5, '&:empty': { position: 'absolute' } }}>
        {general
          .flatMap(path => problemAt(problems, path) ?? [])
          .map(text => (
            <ToneText key={text} tone="failed">
              {text}
            </ToneText>
          ))}
      </Box>
      <Section title={t('profile.partitions')}>
        <Box sx={{ color: 'text.secondary' }}>{t('profile.partitionsHelp')}</Box>
        <EditableList<PlaceForm>
          label={t('profile.partitions')}
          rows={form.partitions}
          onChange={partitions => onChange({ ...form, partitions })}
          rowName={placeName}
          addLabel={t('profile.addPartition')}
          newRow={() => newPlace(form)}
          maxRows={12}
          problems={index => problemsIn(problems, `storage.partitions.${index}`)}
        >
          {(place, change) => <PlaceFields place={place} onChange={change} />}
        </EditableList>
      </Section>
      <VolumeGroupFields {...props} />
    </>
  );
}

function TableAndRaid({ form, onChange }: LayoutProps) {
  const t = useT();
  return (
    <Box sx={{ display: 'grid', gap: 1.5, gridTemplateColumns: '150px 1fr', maxWidth: 560 }}>
      <TextField
        select
        label={t('profile.partitionTable')}
        value={form.partitionTable}
        onChange={event =>
          onChange({ ...form, partitionTable: event.target.value === 'mbr' ? 'mbr' : 'gpt' })
        }
      >
        <MenuItem value="gpt">{t('partitionTable.gpt')}</MenuItem>
        <MenuItem value="mbr">{t('partitionTable.mbr')}</MenuItem>
      </TextField>
      <TextField
        select
        label={t('profile.raid')}
        value={form.raidLevel ?? 'none'}
        onChange={event => onChange({ ...form, raidLevel: raidLevelOf(event.target.value) })}
      >
        <MenuItem value="none">{t('profile.raid.none')}</MenuItem>
        {raidLevels.map(level => (
          <MenuItem key={level} value={level}>
            {t(`profile.raid.${level}`)}
          </MenuItem>
        ))}
      </TextField>
    </Box>
  );
}

function VolumeGroupFields({ form, onChange, problems }: LayoutProps) {
  const t = useT();
  const { volumeGroup } = form;
  return (
    <Section title={t('profile.volumeGroup')}>
      <FormControlLabel
        control={
          <Switch
            checked={volumeGroup !== null}
            onChange={(_, isWanted) => onChange(withVolumeGroup(form, isWanted))}
          />
        }
        label={t('profile.hasVolumeGroup')}
      />
      {volumeGroup && (
        <>
          <FormText
            label={t('profile.groupName')}
            value={volumeGroup.name}
            problem={problemAt(problems, 'storage.volumeGroup.name')}
            onChange={name => onChange({ ...form, volumeGroup: { ...volumeGroup, name } })}
            maxLength={60}
            sx={{ maxWidth: 272 }}
          />
          <EditableList<PlaceForm>
            label={t('profile.volumes')}
            rows={volumeGroup.volumes}
            onChange={volumes => onChange({ ...form, volumeGroup: { ...volumeGroup, volumes } })}
            rowName={placeName}
            addLabel={t('profile.addVolume')}
            newRow={() => newPlace(form)}
            maxRows={40}
            problems={index => problemsIn(problems, `storage.volumeGroup.volumes.${index}`)}
          >
            {(volume, change) => <PlaceFields place={volume} isVolume onChange={change} />}
          </EditableList>
        </>
      )}
    </Section>
  );
}

function placeName({ mountPoint, fileSystem }: PlaceForm): string {
  return fileSystem === 'swap' ? fileSystem : mountPoint;
}

function raidLevelOf(value: string): RaidLevel | null {
  return raidLevels.find(level => level === value) ?? null;
}
