import { Box, Link } from '@mui/material';
import { useMemo } from 'react';
import type { Image } from '#shared/contract/index.ts';
import { routeHref } from '../../app/route.ts';
import { useWorld } from '../../client/world-store.ts';
import { useT } from '../../i18n/i18n.ts';
import { Facts } from '../../ui/Facts.tsx';
import { Section } from '../../ui/Section.tsx';
import { type ImageUses, usesOf } from './image-uses.ts';

export function useImageUses(image: Image): ImageUses {
  const deployments = useWorld(world => world.deployments);
  const profiles = useWorld(world => world.profiles);
  return useMemo(() => usesOf({ deployments, profiles }, image), [deployments, profiles, image]);
}

/** Which servers and profiles have to do with the image. */
export function ImageUsesSection({ uses }: { readonly uses: ImageUses }) {
  const t = useT();
  const servers = (deployments: ImageUses['running'], tab?: string) =>
    named(
      deployments.map(({ nodeId, nodeName }) => ({
        name: nodeName,
        route: tab === undefined ? ['rack', nodeId] : ['rack', nodeId, tab],
      })),
    );
  const { running, installed, profiles } = uses;
  const isUsed = running.length + installed.length + profiles.length > 0;
  return (
    <Section title={t('images.uses')}>
      {!isUsed && <Box sx={{ color: 'text.secondary' }}>{t('images.notUsed')}</Box>}
      <Facts
        facts={[
          { label: t('images.usedByRunning'), value: servers(running, 'timeline') },
          {
            label: t('images.usedByProfiles'),
            value: named(profiles.map(({ id, name }) => ({ name, route: ['profiles', id] }))),
          },
          { label: t('images.usedByInstalled'), value: servers(installed) },
        ]}
      />
    </Section>
  );
}

function named(things: readonly { readonly name: string; readonly route: readonly string[] }[]) {
  if (things.length === 0) return '';
  return (
    <Box component="span" sx={{ display: 'inline-flex', flexWrap: 'wrap', columnGap: 1.5 }}>
      {things.map(({ name, route }) => (
        <Link key={route.join('/')} href={routeHref(...route)}>
          {name}
        </Link>
      ))}
    </Box>
  );
}
