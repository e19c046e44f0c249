import { Box, Button, Tab, Tabs } from '@mui/material';
import { useMemo, useState } from 'react';
import type { Profile, ProfileInput } from '#shared/contract/index.ts';
import type { ProfileId } from '#shared/model/ids.ts';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { useUndo } from '../../ui/use-undo.ts';
import { ProfileFields } from './ProfileFields.tsx';
import {
  formOfProfile,
  newProfile,
  type ProfileForm,
  type ProfileProblem,
  type ProfileSection,
  partOf,
  profileInputOf,
  profileProblems,
  profileSections,
  sectionOf,
} from './profile-form.ts';

/** A new one, empty or as another. */
export function CreateProfileDialog({ copyOf }: { readonly copyOf?: ProfileId | undefined }) {
  const t = useT();
  const client = useClient();
  const source = useWorld(world => (copyOf === undefined ? undefined : world.profiles.get(copyOf)));
  const start = () => {
    if (source === undefined) return newProfile(Intl.DateTimeFormat().resolvedOptions().timeZone);
    return { ...formOfProfile(source), name: t('profile.copyName', { name: source.name }).slice(0, 80) };
  };
  return (
    <ProfileFormDialog
      title={source === undefined ? t('profiles.create') : t('profile.copyTitle', { name: source.name })}
      note={source?.users.some(user => user.hasPassword) === true ? t('profile.copyNote') : ''}
      start={start}
      stored={undefined}
      save={input => client.profiles.create(input)}
    />
  );
}

export function EditProfileDialog({ profileId }: { readonly profileId: ProfileId }) {
  const t = useT();
  const client = useClient();
  const profile = useWorld(world => world.profiles.get(profileId));
  if (profile === undefined) return null;
  return (
    <ProfileFormDialog
      title={t('profile.editTitle', { name: profile.name })}
      note=""
      start={() => formOfProfile(profile)}
      stored={profile}
      save={input => client.profiles.update({ ...input, id: profileId })}
    />
  );
}

interface Props {
  readonly title: string;
  readonly note: string;
  readonly start: () => ProfileForm;
  readonly stored: Profile | undefined;
  readonly save: (input: ProfileInput) => Promise<Profile>;
}

function ProfileFormDialog({ title, note, start, stored, save: execute }: Props) {
  const t = useT();
  const [untouched] = useState(start);
  const { state: form, set, undo, canUndo } = useUndo(untouched);
  const [section, setSection] = useState<ProfileSection>('general');
  const problems = useMemo(() => profileProblems(form), [form]);
  const input = useMemo(() => profileInputOf(form), [form]);
  const save = useCommand(execute);
  const submit = async () => {
    const profile = input === null ? undefined : await save.run(input);
    if (profile === undefined) return;
    closeOverlay();
    goTo('profiles', profile.id);
  };
  return (
    <FormDialog
      title={title}
      isDirty={form !== untouched}
      isComplete={input !== null}
      isPending={save.isPending}
      error={save.error}
      onSubmit={() => void submit()}
      onLeave={closeOverlay}
      moreActions={
        <>
          <WayToProblem problems={problems} onSection={setSection} />
          <Button disabled={!canUndo} onClick={undo}>
            {t('action.undo')}
          </Button>
        </>
      }
      maxWidth="lg"
      paper={{ height: 'calc(100% - 48px)', m: 3 }}
      content={{
        display: 'grid',
        gridTemplate: 'minmax(0, 1fr) / 170px minmax(0, 1fr)',
        overflow: 'hidden',
        '& > [role=alert]': { gridColumn: '1 / -1', mt: 1 },
      }}
    >
      <SectionTabs section={section} problems={problems} onSection={setSection} />
      <Box
        role="tabpanel"
        id="profile-panel"
        aria-labelledby={`profile-tab-${section}`}
        tabIndex={-1}
        sx={{ overflow: 'auto', px: 2, pb: 1, display: 'grid', gap: 1.5, alignContent: 'start' }}
      >
        {note !== '' && <Box sx={{ color: 'text.secondary' }}>{note}</Box>}
        <ProfileFields
          section={section}
          form={form}
          problems={problems}
          stored={stored}
          onChange={change => set({ ...form, ...change }, partOf(change))}
        />
      </Box>
    </FormDialog>
  );
}

interface SectionProps {
  readonly problems: readonly ProfileProblem[];
  readonly onSection: (section: ProfileSection) => void;
}

function SectionTabs({ section, problems, onSection }: SectionProps & { readonly section: ProfileSection }) {
  const t = useT();
  return (
    <Tabs
      orientation="vertical"
      value={section}
      aria-label={t('profile.sections')}
      onChange={(_, chosen: ProfileSection) => onSection(chosen)}
      sx={theme => ({
        borderRight: `1px solid ${theme.colours.line}`,
        '& .MuiTab-root': { alignItems: 'start' },
      })}
    >
      {profileSections.map(name => (
        <Tab
          key={name}
          value={name}
          id={`profile-tab-${name}`}
          aria-controls="profile-panel"
          label={
            <Box component="span" sx={{ display: 'flex', gap: 1, alignItems: 'center' }}>
              {t(`profile.section.${name}`)}
              {problems.some(problem => sectionOf(problem) === name) && <ToneMark tone="failed" />}
            </Box>
          }
        />
      ))}
    </Tabs>
  );
}

function WayToProblem({ problems, onSection }: SectionProps) {
  const t = useT();
  const [first] = problems;
  if (first === undefined) return null;
  const section = sectionOf(first);
  return (
    <Button color="error" onClick={() => onSection(section)} sx={{ mr: 'auto' }}>
      {t('profile.problemCount', { count: problems.length, section: t(`profile.section.${section}`) })}
    </Button>
  );
}
