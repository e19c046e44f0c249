import { Box, Button, Tab, Tabs } from '@mui/material';
import { type ReactNode, useMemo, useState } from 'react';
import type { Profile, ProfileInput } from '#shared/contract/index.ts';
import type { ProfileId } from '#shared/model/ids.ts';
import { GoneDialog } from '../../app/GoneDialog.tsx';
import { closeOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useLastRow } from '../../client/use-last-row.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { FormDialog } from '../../ui/FormDialog.tsx';
import { Notice } from '../../ui/Notice.tsx';
import { ToneMark } from '../../ui/ToneMark.tsx';
import { useUndo } from '../../ui/use-undo.ts';
import { copyProfile } from './copy-profile.ts';
import { ProfileFields } from './ProfileFields.tsx';
import {
  changedSections,
  formOfCopy,
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
  withStored,
} from './profile-form.ts';

/** A new one, empty or as another. */
export function CreateProfileDialog({ copyOf }: { readonly copyOf?: ProfileId | undefined }) {
  const t = useT();
  const client = useClient();
  const source = useLastRow(
    useWorld(world => (copyOf === undefined ? undefined : world.profiles.get(copyOf))),
  );
  const start = () =>
    source === undefined
      ? newProfile(Intl.DateTimeFormat().resolvedOptions().timeZone)
      : formOfCopy(source, t('profile.copyName', { name: source.name }).slice(0, 80));
  return (
    <ProfileFormDialog
      title={source === undefined ? t('profiles.create') : t('profile.copyTitle', { name: source.name })}
      start={start}
      save={input =>
        source === undefined ? client.profiles.create(input) : copyProfile(client, source.id, input)
      }
    >
      {source?.users.some(user => user.hasPassword) === true && (
        <Box sx={{ color: 'text.secondary' }}>{t('profile.copyNote')}</Box>
      )}
    </ProfileFormDialog>
  );
}

export function EditProfileDialog({ profileId }: { readonly profileId: ProfileId }) {
  const t = useT();
  const client = useClient();
  const present = useWorld(world => world.profiles.get(profileId));
  const profile = useLastRow(present);
  if (profile === undefined) return <GoneDialog thing="profile" />;
  return (
    <ProfileFormDialog
      title={t('profile.editTitle', { name: profile.name })}
      start={() => formOfProfile(profile)}
      stored={profile}
      isGone={present === undefined}
      save={input => client.profiles.update({ ...input, id: profileId })}
    />
  );
}

interface Props {
  readonly title: string;
  readonly start: () => ProfileForm;
  /** Of one that is there already: as it is now, or was last. */
  readonly stored?: Profile;
  readonly isGone?: boolean;
  readonly save: (input: ProfileInput) => Promise<Profile>;
  readonly children?: ReactNode;
}

function ProfileFormDialog({ title, start, stored, isGone = false, save: execute, children }: Props) {
  const t = useT();
  const [untouched] = useState(start);
  const { state: form, set, undo, canUndo } = useUndo(untouched);
  const [section, setSection] = useState<ProfileSection>('general');
  const [isAsking, setAsking] = useState(false);
  const problems = useMemo(() => profileProblems(form), [form]);
  const input = useMemo(() => profileInputOf(form), [form]);
  const save = useCommand(execute);
  const elsewhere = useChangedElsewhere(stored);
  const store = async () => {
    setAsking(false);
    const profile = input === null ? undefined : await save.run(input);
    if (profile === undefined) return;
    closeOverlay();
    goTo('profiles', profile.id);
  };
  // What is stored by this form comes back as a change too.
  const isChanged = elsewhere.sections !== '' && !save.isPending;
  return (
    <FormDialog
      title={title}
      isDirty={form !== untouched}
      isComplete={input !== null && !isGone}
      isPending={save.isPending}
      error={save.error}
      onSubmit={() => (isChanged ? setAsking(true) : void store())}
      onLeave={closeOverlay}
      moreActions={
        <>
          <WayToProblem problems={problems} onSection={setSection} />
          <Button disabled={!canUndo} onClick={undo}>
            {t('action.undo')}
          </Button>
        </>
      }
      {...layout}
    >
      <SectionTabs section={section} problems={problems} onSection={setSection} />
      <Box
        role="tabpanel"
        id="profile-panel"
        aria-labelledby={`profile-tab-${section}`}
        tabIndex={-1}
        sx={{ overflow: 'auto', px: 2, pb: 1, display: 'grid', gap: 1.5, alignContent: 'start' }}
      >
        {isGone && <Notice>{t('profile.gone')}</Notice>}
        {isChanged && !isGone && (
          <ChangedNotice
            sections={elsewhere.sections}
            onTakeOver={() => set(elsewhere.takeOver(form), 'elsewhere')}
          />
        )}
        {children}
        <ProfileFields
          section={section}
          form={form}
          problems={problems}
          onChange={change => set({ ...form, ...change }, partOf(change))}
        />
      </Box>
      {isAsking && (
        <OverwriteQuestion
          sections={elsewhere.sections}
          onConfirm={() => void store()}
          onClose={() => setAsking(false)}
        />
      )}
    </FormDialog>
  );
}

const layout = {
  maxWidth: 'lg',
  paper: { height: 'calc(100% - 48px)', m: 3 },
  content: {
    display: 'grid',
    gridTemplate: 'minmax(0, 1fr) / 170px minmax(0, 1fr)',
    overflow: 'hidden',
    '& > [role=alert]': { gridColumn: '1 / -1', mt: 1 },
  },
} as const;

/** What somebody else has stored since the form began, or since it was taken over. */
function useChangedElsewhere(stored: Profile | undefined) {
  const t = useT();
  const [seen, setSeen] = useState(stored);
  const isBoth = seen !== undefined && stored !== undefined;
  const sections = isBoth ? changedSections(seen, stored) : [];
  return {
    sections: sections.map(name => t(`profile.section.${name}`)).join(', '),
    takeOver: (form: ProfileForm) => {
      setSeen(stored);
      return isBoth ? withStored(form, seen, stored) : form;
    },
  };
}

interface ChangedProps {
  readonly sections: string;
  readonly onTakeOver: () => void;
}

function ChangedNotice({ sections, onTakeOver }: ChangedProps) {
  const t = useT();
  return (
    <Notice>
      {t('profile.changedElsewhere', { sections })}
      <Button variant="outlined" onClick={onTakeOver}>
        {t('profile.takeOver')}
      </Button>
    </Notice>
  );
}

interface QuestionProps {
  readonly sections: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

function OverwriteQuestion({ sections, onConfirm, onClose }: QuestionProps) {
  const t = useT();
  return (
    <ConfirmDialog
      title={t('profile.overwriteTitle')}
      action={t('profile.overwrite')}
      cancel={t('leave.stay')}
      isDangerous
      isPending={false}
      error={null}
      onConfirm={onConfirm}
      onClose={onClose}
    >
      {t('profile.overwriteText', { sections })}
    </ConfirmDialog>
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
