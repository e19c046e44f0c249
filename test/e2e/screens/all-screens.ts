import { consoleScreens } from './console-screens.ts';
import { deployScreens } from './deploy-screens.ts';
import { frameScreens } from './frame-screens.ts';
import { healthScreens } from './health-screens.ts';
import { libraryScreens } from './library-screens.ts';
import { rackScreens } from './rack-screens.ts';
import type { Screen } from './screen.ts';

/** Everything that a person can look at, on a busy day. */
export const busyScreens: readonly Screen[] = [
  ...rackScreens,
  ...deployScreens,
  ...libraryScreens,
  ...consoleScreens,
  ...healthScreens,
  ...frameScreens,
];

/** The same before anything is there: what each screen is for, and the next step. */
export const firstScreens: readonly Screen[] = [
  'rack',
  'deploy',
  'timeline',
  'images',
  'profiles',
  'networks',
  'consoles',
  'health',
].map(route => ({ name: `empty-${route}`, route: `#/${route}` }));
