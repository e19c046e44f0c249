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
import { networks } from './en/networks.ts';
import { profiles } from './en/profiles.ts';
import { rack } from './en/rack.ts';
import { rackViews } from './en/rack-views.ts';
import { server } from './en/server.ts';
import { services } from './en/services.ts';
import { states } from './en/states.ts';
import { timeline } from './en/timeline.ts';
import { transfer } from './en/transfer.ts';

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
  ...networks,
  ...profiles,
  ...rack,
  ...rackViews,
  ...server,
  ...services,
  ...states,
  ...timeline,
  ...transfer,
} as const;
