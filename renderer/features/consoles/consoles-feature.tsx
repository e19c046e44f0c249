import TerminalIcon from '@mui/icons-material/Terminal';
import type { Feature } from '../../app/feature.ts';
import { goTo } from '../../app/route.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';

export const consolesFeature: Feature = {
  id: 'consoles',
  title: 'consoles.title',
  Icon: TerminalIcon,
  Screen: lazyPart(async () => (await import('./ConsolesScreen.tsx')).ConsolesScreen),
  commands: ({ t }) => [
    {
      id: 'consoles.recordings',
      label: t('recordings.open'),
      group: t('consoles.title'),
      keywords: t('recordings.search'),
      run: () => goTo('consoles', 'recordings'),
    },
  ],
};
