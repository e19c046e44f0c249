import { boardFeature } from '../features/board/board-feature.tsx';
import { consolesFeature } from '../features/consoles/consoles-feature.tsx';
import { healthFeature } from '../features/health/health-feature.tsx';
import { imagesFeature } from '../features/images/images-feature.tsx';
import { networksFeature } from '../features/networks/networks-feature.tsx';
import { profilesFeature } from '../features/profiles/profiles-feature.tsx';
import { rackFeature } from '../features/rack/rack-feature.tsx';
import { settingsFeature } from '../features/settings/settings-feature.tsx';
import { timelineFeature } from '../features/timeline/timeline-feature.tsx';
import type { Feature } from './feature.ts';

/** The left rail, from top to bottom. The first is the start page. */
export const features: readonly [Feature, ...Feature[]] = [
  rackFeature,
  boardFeature,
  timelineFeature,
  imagesFeature,
  profilesFeature,
  networksFeature,
  consolesFeature,
  healthFeature,
  settingsFeature,
];
