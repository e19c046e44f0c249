import AlbumOutlinedIcon from '@mui/icons-material/AlbumOutlined';
import type { Feature } from '../../app/feature.ts';
import { openOverlay } from '../../app/overlay.ts';
import { goTo } from '../../app/route.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

export const imagesFeature: Feature = {
  id: 'images',
  title: 'images.title',
  Icon: AlbumOutlinedIcon,
  Screen: lazyPart(async () => (await import('./ImagesScreen.tsx')).ImagesScreen),
  commands: ({ t, world }) => [
    {
      id: 'images.import',
      label: t('images.import'),
      group: t('images.title'),
      run: () => openOverlay({ is: 'import-image' }),
    },
    ...[...world.images.values()].map(image => ({
      id: `image.${image.id}`,
      label: image.name,
      group: t('images.title'),
      keywords: image.sha256,
      run: () => goTo('images', image.id),
    })),
  ],
};
