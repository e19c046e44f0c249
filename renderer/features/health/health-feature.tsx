import type { Feature } from '../../app/feature.ts';
import { goTo } from '../../app/route.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { HealthIcon } from './HealthIcon.tsx';

export const healthFeature: Feature = {
  id: 'health',
  title: 'health.title',
  Icon: HealthIcon,
  Screen: lazyPart(async () => (await import('./HealthScreen.tsx')).HealthScreen),
  commands: ({ t, world }) => [
    {
      id: 'health.alarms',
      label: t('alarms.title'),
      group: t('health.title'),
      run: () => goTo('health', 'alarms'),
    },
    ...[...world.nodes.values()]
      .filter(({ bmc }) => bmc !== null)
      .map(({ id, name }) => ({
        id: `health.${id}`,
        label: `${name}: ${t('sheet.sensors')}`,
        group: t('health.title'),
        run: () => goTo('health', id, 'sensors'),
      })),
  ],
};
