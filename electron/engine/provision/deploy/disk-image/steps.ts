import type { DeployStep } from '../step.ts';
import { growLastPartition, setBootEntry, writeConfigDrive, writeImage } from './agent-steps.ts';
import { bootFromDisk } from './boot-from-disk.ts';
import { chooseDisk } from './choose-disk.ts';
import { powerOn, waitCallBack } from './power.ts';
import { prepare } from './prepare.ts';

/** A whole-disk image and its config drive, from bare metal to the installed system's first boot. */
export const diskImageSteps: readonly DeployStep[] = [
  prepare,
  powerOn,
  waitCallBack,
  chooseDisk,
  writeImage,
  growLastPartition,
  writeConfigDrive,
  setBootEntry,
  bootFromDisk,
];

/** Steps after this one are the ramdisk's own: a retry may go on among them while that ramdisk still waits. */
export const lastStepBeforeWork = chooseDisk.name;
