import { Box } from '@mui/material';
import type { Profile } from '#shared/contract/index.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import type { Column } from '../../ui/table-columns.ts';
import { dateText, zonedText } from '../../ui/time-text.ts';
import { layoutText } from './profile-text.ts';

export function profileColumns(t: Translate): readonly Column<Profile>[] {
  return [
    {
      id: 'name',
      header: t('profile.name'),
      width: 180,
      grow: 2,
      rank: 1,
      cell: profile => <strong>{profile.name}</strong>,
      sortValue: profile => profile.name,
    },
    {
      id: 'storage',
      header: t('profile.section.storage'),
      width: 190,
      grow: 1,
      rank: 2,
      cell: profile => layoutText(t, profile.storage),
      sortValue: profile => layoutText(t, profile.storage),
    },
    {
      id: 'users',
      header: t('profile.users'),
      width: 90,
      rank: 3,
      cell: profile => profile.users.length,
      sortValue: profile => profile.users.length,
    },
    {
      id: 'packages',
      header: t('profiles.packages'),
      width: 110,
      rank: 4,
      cell: profile => profile.packages.length,
      sortValue: profile => profile.packages.length,
    },
    {
      id: 'templates',
      header: t('profiles.ownTemplates'),
      width: 180,
      grow: 1,
      rank: 5,
      cell: profile => profile.ownTemplates.map(family => t(`answerFile.kind.${family}`)).join(', '),
    },
    {
      id: 'timeZone',
      header: t('profile.timeZone'),
      width: 140,
      rank: 6,
      cell: profile => profile.timeZone,
      sortValue: profile => profile.timeZone,
    },
    {
      id: 'updated',
      header: t('profiles.updated'),
      width: 110,
      rank: 7,
      cell: profile => (
        <Box component="span" title={zonedText(profile.updatedAt)}>
          {dateText(profile.updatedAt)}
        </Box>
      ),
      sortValue: profile => profile.updatedAt,
    },
  ];
}
