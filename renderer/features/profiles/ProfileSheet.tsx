import { Box, Button } from '@mui/material';
import { useState } from 'react';
import type { Profile } from '#shared/contract/index.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { useCommand } from '../../client/use-command.ts';
import { useT } from '../../i18n/i18n.ts';
import { ConfirmDialog } from '../../ui/ConfirmDialog.tsx';
import { type Fact, Facts } from '../../ui/Facts.tsx';
import { Mono } from '../../ui/Mono.tsx';
import { Section } from '../../ui/Section.tsx';
import { SideSheet } from '../../ui/SideSheet.tsx';
import { zonedText } from '../../ui/time-text.ts';
import { layoutText, placeLines } from './profile-text.ts';

/** A profile beside the list: what a server gets from it, and what can be done with it. */
export function ProfileSheet({ profile }: { readonly profile: Profile }) {
  const t = useT();
  const { id: profileId } = profile;
  return (
    <SideSheet title={profile.name} onClose={() => goTo('profiles')}>
      <Box sx={{ display: 'flex', flexWrap: 'wrap', gap: 1 }}>
        <Button variant="contained" onClick={() => openOverlay({ is: 'edit-profile', profileId })}>
          {t('profiles.edit')}
        </Button>
        <Button variant="outlined" onClick={() => openOverlay({ is: 'answer-files', profileId })}>
          {t('profiles.answerFiles')}
        </Button>
        <Button variant="outlined" onClick={() => openOverlay({ is: 'create-profile', copyOf: profileId })}>
          {t('profiles.copy')}
        </Button>
        <RemoveProfile profile={profile} />
      </Box>
      {profile.description !== '' && <Box sx={{ whiteSpace: 'pre-line' }}>{profile.description}</Box>}
      <StorageFacts profile={profile} />
      <ProfileFacts profile={profile} />
    </SideSheet>
  );
}

function StorageFacts({ profile }: { readonly profile: Profile }) {
  const t = useT();
  const { storage, diskRules } = profile;
  return (
    <Section title={t('profile.section.storage')}>
      <div>{layoutText(t, storage)}</div>
      {storage && (
        <Box component="ul" sx={{ m: 0, pl: 2.5 }}>
          {placeLines(t, storage).map(line => (
            <li key={line}>
              <Mono>{line}</Mono>
            </li>
          ))}
        </Box>
      )}
      {diskRules.length > 0 && <div>{t('profiles.ruleCount', { count: diskRules.length })}</div>}
    </Section>
  );
}

function ProfileFacts({ profile }: { readonly profile: Profile }) {
  const t = useT();
  const names = (rows: readonly { readonly name: string }[]) => rows.map(({ name }) => name).join(', ');
  const facts: readonly Fact[] = [
    { label: t('profile.timeZone'), value: profile.timeZone },
    { label: t('profile.locale'), value: profile.locale },
    { label: t('profile.keyboard'), value: profile.keyboard },
    { label: t('profile.users'), value: names(profile.users) },
    { label: t('profiles.packages'), value: profile.packages.join(', ') },
    { label: t('profile.repositories'), value: names(profile.repositories) },
    { label: t('profile.scripts'), value: names(profile.postScripts) },
    {
      label: t('profile.kernelArguments'),
      value: profile.kernelArguments && <Mono>{profile.kernelArguments}</Mono>,
    },
    {
      label: t('profiles.ownTemplates'),
      value: profile.ownTemplates.map(family => t(`answerFile.kind.${family}`)).join(', '),
    },
    { label: t('profiles.updated'), value: zonedText(profile.updatedAt) },
  ];
  return (
    <Section title={t('profiles.more')}>
      <Facts facts={facts} />
    </Section>
  );
}

function RemoveProfile({ profile }: { readonly profile: Profile }) {
  const t = useT();
  const client = useClient();
  const [isAsking, setAsking] = useState(false);
  const remove = useCommand(() => client.profiles.remove({ id: profile.id }));
  const confirm = async () => {
    if ((await remove.run()) !== undefined) goTo('profiles');
  };
  return (
    <>
      <Button variant="outlined" color="error" onClick={() => setAsking(true)}>
        {t('profiles.remove')}
      </Button>
      {isAsking && (
        <ConfirmDialog
          title={t('profiles.removeTitle', { name: profile.name })}
          action={t('profiles.remove')}
          isDangerous
          isPending={remove.isPending}
          error={remove.error}
          onConfirm={() => void confirm()}
          onClose={() => setAsking(false)}
        >
          {t('profiles.removeText')}
        </ConfirmDialog>
      )}
    </>
  );
}
