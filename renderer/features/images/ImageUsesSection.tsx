import { Box, Link } from '@mui/material';
import { type Image, type ImageUser, imageUserKinds } from '#shared/contract/index.ts';
import { routeHref } from '../../app/route.ts';
import { useClient } from '../../client/client-context.tsx';
import { type QueryState, useQuery } from '../../client/use-query.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { ErrorLines } from '../../ui/ErrorLines.tsx';
import { Facts } from '../../ui/Facts.tsx';
import { Section } from '../../ui/Section.tsx';
import { usesKey } from './image-uses.ts';

export type ImageUsers = QueryState<readonly ImageUser[]>;

export function useImageUsers(image: Image): ImageUsers {
  const client = useClient();
  const key = useWorld(world => usesKey(world, image));
  return useQuery<readonly ImageUser[]>(key, signal => client.images.users({ id: image.id }, signal));
}

const routes: Readonly<Record<ImageUser['kind'], (id: string) => readonly string[]>> = {
  deployment: id => ['rack', id, 'timeline'],
  batch: id => ['deploy', 'batches', id],
  profile: id => ['profiles', id],
  image: id => ['images', id],
  installed: id => ['rack', id],
};

/** Which servers, batches, profiles and other images have to do with the image. */
export function ImageUsesSection({ users: { data, error, reload } }: { readonly users: ImageUsers }) {
  const t = useT();
  return (
    <Section title={t('images.uses')}>
      {error && <ErrorLines error={error} actions={{ retry: reload }} />}
      {data?.length === 0 && <Box sx={{ color: 'text.secondary' }}>{t('images.notUsed')}</Box>}
      <Facts
        facts={imageUserKinds.map(kind => ({
          label: t(`images.usedBy.${kind}`),
          value: named(data?.filter(user => user.kind === kind) ?? []),
        }))}
      />
    </Section>
  );
}

function named(users: readonly ImageUser[]) {
  if (users.length === 0) return '';
  return (
    <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', columnGap: 1.5 }}>
      {users.map(({ kind, id, name }) => (
        <Link
          key={id}
          href={routeHref(...routes[kind](id))}
          // Links of several lines are below each other: as tall as WCAG 2.5.8 wants them.
          sx={{ display: 'inline-flex', alignItems: 'center', minHeight: 24 }}
        >
          {name}
        </Link>
      ))}
    </Box>
  );
}
