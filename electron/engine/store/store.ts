import type { AlarmPatch, CodedError, StoredCounts } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { type AgentSessionRepository, agentSessionRepository } from './agent-sessions.ts';
import { type AlarmRepository, alarmRepository } from './alarms.ts';
import { type AttachmentRepository, attachmentRepository } from './attachments.ts';
import { type BatchRepository, batchRepository } from './batches.ts';
import { type ChangeFeed, createChangeFeed } from './change-feed.ts';
import { type ConsolePortRepository, consolePortRepository } from './console-ports.ts';
import { type ConsoleRecordingRepository, consoleRecordingRepository } from './console-recordings.ts';
import { type ConsoleWishRepository, consoleWishRepository } from './console-wishes.ts';
import { openDatabase } from './database.ts';
import { type DeploymentRepository, deploymentRepository } from './deployments.ts';
import { type FixedAddresses, fixedAddresses } from './fixed-addresses.ts';
import { type HealthRepository, healthRepository } from './health.ts';
import { type HealthEventRepository, healthEventRepository } from './health-events.ts';
import { createHeldFeed } from './held-feed.ts';
import { type ImageRepository, imageRepository } from './images.ts';
import {
  type LeaseRepository,
  leaseRepository,
  type NetworkRepository,
  networkRepository,
} from './networks.ts';
import { type NodeRepository, nodeRepository } from './nodes.ts';
import {
  type DiscoveredRepository,
  discoveredRepository,
  type PortgroupRepository,
  type PortRepository,
  portgroupRepository,
  portRepository,
} from './ports.ts';
import { type ProfileRepository, profileRepository } from './profiles.ts';
import { type RamdiskLogRepository, ramdiskLogRepository } from './ramdisk-logs.ts';
import { type SealedSecrets, sealedSecrets } from './sealed-secrets.ts';
import { type SensorHistoryRepository, sensorHistoryRepository } from './sensor-history.ts';
import { type SettingsRepository, settingsRepository } from './settings.ts';
import { type TimelineRepository, timelineRepository } from './timeline.ts';
import { type VlanInterfaceRepository, vlanInterfaceRepository } from './vlan-interfaces.ts';

export interface Store {
  readonly nodes: NodeRepository;
  readonly ports: PortRepository;
  readonly portgroups: PortgroupRepository;
  readonly discovered: DiscoveredRepository;
  readonly images: ImageRepository;
  readonly networks: NetworkRepository;
  readonly leases: LeaseRepository;
  readonly attachments: AttachmentRepository;
  readonly vlanInterfaces: VlanInterfaceRepository;
  readonly fixedAddresses: FixedAddresses;
  readonly deployments: DeploymentRepository;
  readonly batches: BatchRepository;
  readonly profiles: ProfileRepository;
  readonly agentSessions: AgentSessionRepository;
  readonly consoleRecordings: ConsoleRecordingRepository;
  readonly consoleWishes: ConsoleWishRepository;
  readonly consolePorts: ConsolePortRepository;
  readonly health: HealthRepository;
  readonly sensorHistory: SensorHistoryRepository;
  readonly healthEvents: HealthEventRepository;
  readonly alarms: AlarmRepository;
  readonly ramdiskLogs: RamdiskLogRepository;
  readonly timeline: Omit<TimelineRepository, 'held'>;
  readonly settings: SettingsRepository;
  readonly secrets: SealedSecrets;
  readonly changes: Pick<ChangeFeed, 'subscribe' | 'publish'>;
  counts(): StoredCounts;
  /** A whole copy as of one moment, made while everything runs. */
  copyTo(path: string): Promise<void>;
  /** All or nothing, its events too; screens hear of it after the commit. */
  transaction<T>(work: () => T): T;
  close(): void;
}

/** A few milliseconds of a turn of the event loop. */
const copiedPagesATurn = 500;

/**
 * `path` may be `:memory:` in tests. `sealKey` is 32 bytes. `onFault` hears when events cannot be written (`db.*`), and
 * with undefined when they can again; other writes throw.
 */
export function openStore(
  path: string,
  sealKey: Uint8Array,
  now: () => number = Date.now,
  onFault: (fault: CodedError | undefined) => void = () => undefined,
): Store {
  const db = openDatabase(path);
  const feed = createChangeFeed();
  const healthFeed = createHeldFeed<NodeId>();
  const alarmFeed = createHeldFeed<AlarmPatch>();
  const timeline = timelineRepository(db, now, onFault);
  const count = (table: string) => Number(db.prepare(`SELECT count(*) FROM ${table}`).pluck().get());
  return {
    nodes: nodeRepository(db, feed),
    ports: portRepository(db, feed),
    portgroups: portgroupRepository(db, feed),
    discovered: discoveredRepository(db, feed),
    images: imageRepository(db, feed),
    networks: networkRepository(db, feed),
    leases: leaseRepository(db),
    attachments: attachmentRepository(db),
    vlanInterfaces: vlanInterfaceRepository(db),
    fixedAddresses: fixedAddresses(db),
    deployments: deploymentRepository(db, feed),
    batches: batchRepository(db, feed),
    profiles: profileRepository(db, feed),
    agentSessions: agentSessionRepository(db),
    consoleRecordings: consoleRecordingRepository(db),
    consoleWishes: consoleWishRepository(db),
    consolePorts: consolePortRepository(db),
    health: healthRepository(db, healthFeed),
    sensorHistory: sensorHistoryRepository(db),
    healthEvents: healthEventRepository(db),
    alarms: alarmRepository(db, alarmFeed),
    ramdiskLogs: ramdiskLogRepository(db),
    timeline,
    settings: settingsRepository(db, feed),
    secrets: sealedSecrets(db, sealKey),
    changes: feed,
    counts: () => ({
      servers: count('nodes'),
      networks: count('networks'),
      images: count('images'),
      profiles: count('profiles'),
      deployments: count('deployments'),
      events: count('events'),
    }),
    async copyTo(target) {
      timeline.flush();
      await db.backup(target, { progress: () => copiedPagesATurn });
    },
    transaction: work =>
      feed.held(() =>
        healthFeed.held(() => alarmFeed.held(() => timeline.held(() => db.transaction(work)()))),
      ),
    close() {
      timeline.flush();
      db.close();
    },
  };
}
