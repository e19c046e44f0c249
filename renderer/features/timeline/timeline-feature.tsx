import ViewTimelineOutlinedIcon from '@mui/icons-material/ViewTimelineOutlined';
import type { Feature } from '../../app/feature.ts';
import { lazyPart } from '../../ui/lazy-part.tsx';
import { openTimeline } from './open-timeline.ts';

/** In the rail because it is no server's and no batch's: what all of them do now, whoever began it, is one click away. */
export const timelineFeature: Feature = {
  id: 'timeline',
  title: 'lanes.title',
  Icon: ViewTimelineOutlinedIcon,
  Screen: lazyPart(async () => (await import('./lanes/TimelineScreen.tsx')).TimelineScreen),
  commands: ({ t, world }) =>
    [...world.deployments.values()].map(({ id, nodeName, imageName }) => ({
      id: `timeline.${id}`,
      label: t('lanes.of', { name: nodeName }),
      group: t('lanes.title'),
      keywords: imageName,
      run: () => openTimeline([id]),
    })),
};
