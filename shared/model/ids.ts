import type { Brand } from './brand.ts';

/** Identifiers are lower-case UUIDs, given by the engine and never reused. */
export type NodeId = Brand<string, 'NodeId'>;
export type PortId = Brand<string, 'PortId'>;
export type PortgroupId = Brand<string, 'PortgroupId'>;
export type ImageId = Brand<string, 'ImageId'>;
export type NetworkId = Brand<string, 'NetworkId'>;
export type DeploymentId = Brand<string, 'DeploymentId'>;
export type ProfileId = Brand<string, 'ProfileId'>;
export type BatchId = Brand<string, 'BatchId'>;
export type ScanId = Brand<string, 'ScanId'>;
/** A window, or a program at a console's port, that shows a console. */
export type ConsoleViewId = Brand<string, 'ConsoleViewId'>;
export type RecordingId = Brand<string, 'RecordingId'>;
export type AlarmId = Brand<string, 'AlarmId'>;
