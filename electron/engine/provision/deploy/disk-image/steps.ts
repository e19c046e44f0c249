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

/** Run again by a retry when the machine is no longer in its ramdisk: they bring it back there. */
export const reachingRamdisk: ReadonlySet<string> = new Set(
  [prepare, powerOn, waitCallBack, chooseDisk].map(step => step.name),
);
