import type { DeployStep } from '../step.ts';
import { bootFromDisk } from '../steps/boot-from-disk.ts';
import { chooseDisk } from '../steps/choose-disk.ts';
import { matchNetworks, probeAddresses, switchNetworks } from '../steps/networks.ts';
import { powerOn, waitCallBack } from '../steps/power.ts';
import { prepare } from '../steps/prepare.ts';
import { growLastPartition, setBootEntry, writeConfigDrive, writeImage } from './agent-steps.ts';

/** A whole-disk image and its config drive, from bare metal to the installed system's first boot. */
export const diskImageSteps: readonly DeployStep[] = [
  prepare,
  powerOn,
  waitCallBack,
  chooseDisk,
  matchNetworks,
  probeAddresses,
  writeImage,
  growLastPartition,
  writeConfigDrive,
  setBootEntry,
  switchNetworks,
  bootFromDisk,
];
