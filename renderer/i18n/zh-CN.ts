import type { Translation } from './catalogue.ts';
import type { en } from './en.ts';
import { answerFiles } from './zh-CN/answer-files.ts';
import { app } from './zh-CN/app.ts';
import { board } from './zh-CN/board.ts';
import { cleaning } from './zh-CN/cleaning.ts';
import { consoles } from './zh-CN/consoles.ts';
import { deploy } from './zh-CN/deploy.ts';
import { deployNetworks } from './zh-CN/deploy-networks.ts';
import { errors } from './zh-CN/errors.ts';
import { eventValues } from './zh-CN/event-values.ts';
import { events } from './zh-CN/events.ts';
import { flavor } from './zh-CN/flavor.ts';
import { hardware } from './zh-CN/hardware.ts';
import { health } from './zh-CN/health.ts';
import { identity } from './zh-CN/identity.ts';
import { images } from './zh-CN/images.ts';
import { lanes } from './zh-CN/lanes.ts';
import { networks } from './zh-CN/networks.ts';
import { profiles } from './zh-CN/profiles.ts';
import { rack } from './zh-CN/rack.ts';
import { rackViews } from './zh-CN/rack-views.ts';
import { recordings } from './zh-CN/recordings.ts';
import { rescue } from './zh-CN/rescue.ts';
import { scan } from './zh-CN/scan.ts';
import { sensorStates } from './zh-CN/sensor-states.ts';
import { sensors } from './zh-CN/sensors.ts';
import { server } from './zh-CN/server.ts';
import { services } from './zh-CN/services.ts';
import { settings } from './zh-CN/settings.ts';
import { slowSteps } from './zh-CN/slow-steps.ts';
import { states } from './zh-CN/states.ts';
import { timeline } from './zh-CN/timeline.ts';
import { transfer } from './zh-CN/transfer.ts';

export const zhCN: Translation<typeof en> = {
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
};
