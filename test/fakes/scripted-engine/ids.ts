import type { DeploymentId, ImageId, NodeId, ProfileId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';

/** Ids and addresses that a person can read in a failing test. */
export const uuid = (prefix: string, number: number) =>
  `${prefix}0000000-0000-4000-8000-${String(number).padStart(12, '0')}`;
export const nodeIdOf = (number: number) => uuid('a', number) as NodeId;
export const debianId = uuid('b', 1) as ImageId;
export const rockyId = uuid('b', 5) as ImageId;
export const profileOf = (number: number) => uuid('f', number) as ProfileId;
export const deploymentOf = (number: number) => uuid('c', number) as DeploymentId;
export const macOf = (number: number, nic: number) =>
  `b8:59:9f:00:${number.toString(16).padStart(2, '0')}:0${nic}` as Mac;

export const GB = 1_000_000_000;
