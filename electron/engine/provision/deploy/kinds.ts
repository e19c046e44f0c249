import type { DeploymentKind, Image } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { rescueSteps } from '../rescue/steps.ts';
import { chooseDisks, cleaningSteps } from './cleaning/steps.ts';
import { diskImageSteps } from './disk-image/steps.ts';
import { linuxInstallerSteps } from './linux-installer/steps.ts';
import { partitionImageSteps } from './partition-image/steps.ts';
import type { DeployStep } from './step.ts';
import { chooseDisk } from './steps/choose-disk.ts';

/** The steps of each way to put something on a server, in their order. */
export const stepsOfKind: Readonly<Record<DeploymentKind, readonly DeployStep[]>> = {
  'disk-image': diskImageSteps,
  'partition-image': partitionImageSteps,
  'linux-installer': linuxInstallerSteps,
  cleaning: cleaningSteps,
  rescue: rescueSteps,
};

/** What an image asks for. */
export function kindOf(image: Image): DeploymentKind {
  switch (image.kind) {
    case 'whole-disk':
      return 'disk-image';
    case 'file-system':
      return 'partition-image';
    case 'installer':
      return 'linux-installer';
    default:
      return assertNever(image.kind);
  }
}

/** Steps after these are the ramdisk's own: a retry may go on among them while that ramdisk still waits. */
export const lastStepsBeforeWork: ReadonlySet<string> = new Set([chooseDisk.name, chooseDisks.name]);
