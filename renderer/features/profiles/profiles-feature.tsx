import TuneOutlinedIcon from '@mui/icons-material/TuneOutlined';
import type { Feature } from '../../app/feature.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

export const profilesFeature: Feature = {
  id: 'profiles',
  title: 'profiles.title',
  Icon: TuneOutlinedIcon,
  Screen: lazyPart(async () => (await import('./ProfilesScreen.tsx')).ProfilesScreen),
  commands: ({ t, world }) => [
    {
      id: 'profiles.create',
      label: t('profiles.create'),
      group: t('profiles.title'),
      run: () => openOverlay({ is: 'create-profile' }),
    },
    ...[...world.profiles.values()].flatMap(({ id: profileId, name }) => [
      {
        id: `profile.${profileId}`,
        label: name,
        group: t('profiles.title'),
        run: () => goTo('profiles', profileId),
      },
      {
        id: `profile.${profileId}.answer-files`,
        label: t('answerFile.title', { name }),
        group: t('profiles.title'),
        run: () => openOverlay({ is: 'answer-files', profileId }),
      },
    ]),
  ],
};
