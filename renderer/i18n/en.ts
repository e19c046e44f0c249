import { answerFiles } from './en/answer-files.ts';
import { app } from './en/app.ts';
import { board } from './en/board.ts';
import { cleaning } from './en/cleaning.ts';
import { consoles } from './en/consoles.ts';
import { deploy } from './en/deploy.ts';
import { deployNetworks } from './en/deploy-networks.ts';
import { errors } from './en/errors.ts';
import { eventValues } from './en/event-values.ts';
import { events } from './en/events.ts';
import { flavor } from './en/flavor.ts';
import { hardware } from './en/hardware.ts';
import { health } from './en/health.ts';
import { identity } from './en/identity.ts';
import { images } from './en/images.ts';
import { lanes } from './en/lanes.ts';
import { networks } from './en/networks.ts';
import { profiles } from './en/profiles.ts';
import { rack } from './en/rack.ts';
import { rackViews } from './en/rack-views.ts';
import { recordings } from './en/recordings.ts';
import { rescue } from './en/rescue.ts';
import { scan } from './en/scan.ts';
import { sensorStates } from './en/sensor-states.ts';
import { sensors } from './en/sensors.ts';
import { server } from './en/server.ts';
import { services } from './en/services.ts';
import { settings } from './en/settings.ts';
import { slowSteps } from './en/slow-steps.ts';
import { states } from './en/states.ts';
import { timeline } from './en/timeline.ts';
import { transfer } from './en/transfer.ts';

/** English, and the shape that every other language must have: a missing key does not compile. */
export const en = {
  ...answerFiles,
  ...app,
  ...board,
  ...cleaning,
  ...rescue,
  ...consoles,
  ...deploy,
  ...deployNetworks,
  ...errors,
  ...eventValues,
  ...events,
  ...flavor,
  ...hardware,
  ...health,
  ...identity,
  ...images,
  ...lanes,
  ...networks,
  ...profiles,
  ...rack,
  ...rackViews,
  ...recordings,
  ...scan,
  ...sensorStates,
  ...sensors,
  ...server,
  ...services,
  ...settings,
  ...slowSteps,
  ...states,
  ...timeline,
  ...transfer,
} as const;
