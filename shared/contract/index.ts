import type { Client, Handlers } from './procedure.ts';
import { backupProcedures } from './procedures/backup.ts';
import { batchProcedures } from './procedures/batches.ts';
import { consoleProcedures } from './procedures/consoles.ts';
import { deploymentProcedures } from './procedures/deployments.ts';
import { healthProcedures } from './procedures/health.ts';
import { imageProcedures } from './procedures/images.ts';
import { networkProcedures } from './procedures/networks.ts';
import { portgroupProcedures, portProcedures } from './procedures/ports.ts';
import { profileProcedures } from './procedures/profiles.ts';
import { rescueProcedures } from './procedures/rescue.ts';
import { scanProcedures } from './procedures/scan.ts';
import { nodeProcedures } from './procedures/servers.ts';
import { serviceProcedures } from './procedures/services.ts';
import { rackViewProcedures, settingProcedures } from './procedures/settings.ts';
import { supportProcedures } from './procedures/support.ts';
import { reportProcedures, timelineProcedures } from './procedures/timeline.ts';
import { virtualRackProcedures } from './procedures/virtual-rack.ts';
import { worldProcedures } from './procedures/world.ts';

/** The only thing that page and engine agree on. A change here is a reviewed diff of `test/contract/contract.json`. */
export const contract = {
  world: worldProcedures,
  nodes: nodeProcedures,
  ports: portProcedures,
  portgroups: portgroupProcedures,
  images: imageProcedures,
  networks: networkProcedures,
  scan: scanProcedures,
  deployments: deploymentProcedures,
  batches: batchProcedures,
  profiles: profileProcedures,
  consoles: consoleProcedures,
  rescue: rescueProcedures,
  health: healthProcedures,
  timeline: timelineProcedures,
  reports: reportProcedures,
  services: serviceProcedures,
  settings: settingProcedures,
  rackViews: rackViewProcedures,
  backup: backupProcedures,
  support: supportProcedures,
  virtualRack: virtualRackProcedures,
} as const;

export type RacksideContract = typeof contract;
export type RacksideHandlers = Handlers<RacksideContract>;
export type RacksideClient = Client<RacksideContract>;
export * from './entities/index.ts';
export * from './errors.ts';
export type { WorldPatch, WorldSnapshot } from './procedures/world.ts';
