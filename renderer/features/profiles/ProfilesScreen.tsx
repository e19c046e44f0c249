import { Button } from '@mui/material';
import { useCallback, useMemo } from 'react';
import type { Profile } from '#shared/contract/index.ts';
import type { ScreenProps } from '../../app/feature.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ListScreen } from '../../ui/ListScreen.tsx';
import { ProfileSheet } from './ProfileSheet.tsx';
import { profileColumns } from './profile-columns.tsx';

export function ProfilesScreen({ path: [openId] }: ScreenProps) {
  const t = useT();
  const profiles = useWorld(world => world.profiles);
  const isLoaded = useWorld(world => world.isLoaded);
  const columns = useMemo(() => profileColumns(t), [t]);
  const rows = useMemo(() => [...profiles.values()], [profiles]);
  const open = useCallback((profile: Profile) => goTo('profiles', profile.id), []);
  const shown = openId === undefined ? undefined : profiles.get(openId);
  return (
    <ListScreen<Profile>
      title={t('profiles.title')}
      detail={t('profiles.count', { count: rows.length })}
      rows={rows}
      isLoaded={isLoaded}
      columns={columns}
      openId={openId}
      onOpen={open}
      create={
        <Button variant="contained" onClick={() => openOverlay({ is: 'create-profile' })}>
          {t('profiles.create')}
        </Button>
      }
      emptyTitle={t('profiles.emptyTitle')}
      emptyText={t('profiles.what')}
    >
      {shown && <ProfileSheet key={shown.id} profile={shown} />}
    </ListScreen>
  );
}
