import { Box, Checkbox, FormControlLabel, MenuItem, TextField } from '@mui/material';
import { useMemo } from 'react';
import type { Image } from '#shared/contract/index.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { EditableList } from '../../ui/EditableList.tsx';
import { newRowKey } from '../../ui/list-rows.ts';
import { Section } from '../../ui/Section.tsx';
import { FormText } from './FormText.tsx';
import { problemAt, problemsIn } from './problem-text.ts';
import { type ProfileForm, type ProfileProblem, type RepositoryForm, readLines } from './profile-form.ts';

interface Props {
  readonly form: ProfileForm;
  readonly onChange: (change: Partial<ProfileForm>) => void;
  readonly problems: readonly ProfileProblem[];
}

/** Packages, and from where they come beside the installer's own ISO. */
export function SoftwareFields({ form, onChange, problems }: Props) {
  const t = useT();
  const images = useWorld(world => world.images);
  const isos = useMemo(() => [...images.values()].filter(({ kind }) => kind === 'installer'), [images]);
  return (
    <Box sx={{ display: 'grid', gap: 2, pt: 1 }}>
      <FormText
        label={t('profile.packages')}
        value={form.packages}
        problem={problemsIn(problems, 'packages')[0]}
        help={t('profile.packageCount', { count: readLines(form.packages).length })}
        onChange={packages => onChange({ packages })}
        lines={[5, 12]}
        isMono
        sx={{ maxWidth: 560 }}
      />
      <Section title={t('profile.repositories')}>
        <Box sx={{ color: 'text.secondary' }}>{t('profile.repositoriesHelp')}</Box>
        <EditableList<RepositoryForm>
          label={t('profile.repositories')}
          rows={form.repositories}
          onChange={repositories => onChange({ repositories })}
          rowName={({ name }, index) => name || t('profile.repositoryNumber', { number: index + 1 })}
          addLabel={t('profile.addRepository')}
          newRow={newRepository}
          maxRows={20}
        >
          {(repository, change, index) => (
            <OneRepository
              repository={repository}
              isos={isos}
              onChange={change}
              problem={name => problemAt(problems, `repositories.${index}.${name}`)}
            />
          )}
        </EditableList>
      </Section>
    </Box>
  );
}

interface RepositoryProps {
  readonly repository: RepositoryForm;
  readonly isos: readonly Image[];
  readonly onChange: (change: Partial<RepositoryForm>) => void;
  readonly problem: (name: string) => string | undefined;
}

const imageIdIn = (url: string): string => /^image:([^/]+)/.exec(url)?.[1] ?? '';

function OneRepository({ repository, isos, onChange, problem }: RepositoryProps) {
  const t = useT();
  const { name, url, suite, checkSignatures } = repository;
  const chosen = isos.find(({ id }) => id === imageIdIn(url));
  return (
    <Box sx={{ display: 'grid', gap: 1, gridTemplateColumns: '1fr 1fr 2fr' }}>
      <FormText
        required
        label={t('profile.repositoryName')}
        value={name}
        problem={problem('name')}
        onChange={changed => onChange({ name: changed })}
        maxLength={60}
      />
      <TextField
        select
        label={t('profile.repositoryFrom')}
        value={chosen?.id ?? 'url'}
        onChange={event =>
          onChange({ url: event.target.value === 'url' ? 'https://' : urlOfIso(isos, event.target.value) })
        }
      >
        <MenuItem value="url">{t('profile.repositoryUrl')}</MenuItem>
        {isos.map(iso => (
          <MenuItem key={iso.id} value={iso.id}>
            {iso.name}
          </MenuItem>
        ))}
      </TextField>
      <FormText
        required
        label={t('profile.repositoryAddress')}
        value={url}
        problem={problem('url')}
        help={t(chosen ? 'profile.repositoryIsoHelp' : 'profile.repositoryUrlHelp')}
        onChange={changed => onChange({ url: changed })}
        maxLength={508}
        isMono
      />
      <FormText
        label={t('profile.suite')}
        value={suite}
        problem={problem('suite')}
        help={t('profile.suiteHelp')}
        onChange={changed => onChange({ suite: changed })}
        maxLength={100}
        sx={{ gridColumn: '1 / 3' }}
      />
      <FormControlLabel
        control={
          <Checkbox
            checked={checkSignatures}
            onChange={(_, checked) => onChange({ checkSignatures: checked })}
          />
        }
        label={t('profile.checkSignatures')}
        sx={{ alignSelf: 'start' }}
      />
    </Box>
  );
}

/** Where its own packages lie. */
function urlOfIso(isos: readonly Image[], id: string): string {
  return `image:${id}/${isos.find(iso => iso.id === id)?.installer?.repository ?? ''}`;
}

function newRepository(): RepositoryForm {
  return { key: newRowKey(), name: '', url: 'https://', suite: '', checkSignatures: true };
}
