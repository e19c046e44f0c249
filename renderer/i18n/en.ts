import { answerFiles } from './en/answer-files.ts';
import { app } from './en/app.ts';
import { cleaning } from './en/cleaning.ts';
import { deploy } from './en/deploy.ts';
import { deployNetworks } from './en/deploy-networks.ts';
import { errors } from './en/errors.ts';
import { events } from './en/events.ts';
import { flavor } from './en/flavor.ts';
import { identity } from './en/identity.ts';
import { images } from './en/images.ts';
import { lanes } from './en/lanes.ts';
import { networks } from './en/networks.ts';
import { profiles } from './en/profiles.ts';
import { rack } from './en/rack.ts';
import { server } from './en/server.ts';
import { services } from './en/services.ts';
import { slowSteps } from './en/slow-steps.ts';
import { states } from './en/states.ts';
import { timeline } from './en/timeline.ts';

/** English, and the shape that every other language must have: a missing key does not compile. */
export const en = {
  ...answerFiles,
  ...app,
  ...cleaning,
  ...deploy,
  ...deployNetworks,
  ...errors,
  ...events,
  ...flavor,
  ...identity,
  ...images,
  ...lanes,
  ...networks,
  ...profiles,
  ...rack,
  ...server,
  ...services,
  ...slowSteps,
  ...states,
  ...timeline,
} as const;
