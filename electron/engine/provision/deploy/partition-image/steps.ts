import { configDriveReserveBytes, setBootEntry, writeConfigDrive } from '../disk-image/agent-steps.ts';
import { chosenMembers } from '../raid-members.ts';
import type { DeployStep, StepContext } from '../step.ts';
import { bootFromDisk } from '../steps/boot-from-disk.ts';
import { chooseDisk } from '../steps/choose-disk.ts';
import { markContents } from '../steps/mark-contents.ts';
import { matchNetworks, probeAddresses, switchNetworks } from '../steps/networks.ts';
import { baseUrl, diskLines, diskParameters, onAgent } from '../steps/on-agent.ts';
import { powerOn, waitCallBack } from '../steps/power.ts';
import { prepare } from '../steps/prepare.ts';
import { storageOf } from '../storage-of.ts';
import { layoutText } from './layout-text.ts';
import { tellInitramfs } from './tell-initramfs.ts';

/** What the agent is told of the disks in each of the steps below: it finds the same places again each time. */
function layoutParameters(context: StepContext): Record<string, string> {
  const { request, node } = context;
  const storage = storageOf(request);
  return {
    ...diskParameters(context),
    firmware: node.inventory?.firmware ?? 'bios',
    table: storage.partitionTable,
    'raid-level': storage.raidLevel ?? 'none',
    'raid-disks': storage.raidLevel === null ? '' : diskLines(chosenMembers(context), node),
    'reserve-bytes': String(configDriveReserveBytes),
    layout: layoutText(storage),
  };
}

const makeLayout: DeployStep = {
  name: 'make-layout',
  begin: markContents,
  run: context => onAgent(context, 'make-layout', layoutParameters(context)),
};

const writeRootFileSystem: DeployStep = {
  name: 'write-root-file-system',
  run: context =>
    onAgent(context, 'write-root-file-system', {
      ...layoutParameters(context),
      url: `${baseUrl(context)}/images/${context.image.id}`,
      format: context.services.imageFormat(context.image),
      'size-bytes': String(context.image.rawSizeBytes),
      sha256: context.image.sha256,
      verify: context.request.verify,
    }),
};

const installBootLoader: DeployStep = {
  name: 'install-boot-loader',
  async run(context) {
    const { services, deployment, request } = context;
    const evidence = await onAgent(context, 'install-boot-loader', {
      ...layoutParameters(context),
      'kernel-arguments': request.profile?.kernelArguments ?? '',
      'rebuild-initramfs': request.profile?.rebuildInitramfs === true ? 'yes' : 'no',
    });
    tellInitramfs(services.store, deployment, evidence);
    return evidence;
  },
};

/**
 * A root file system on a layout of ours. The layout leaves room at the end of the disk for the config drive.
 */
export const partitionImageSteps: readonly DeployStep[] = [
  prepare,
  powerOn,
  waitCallBack,
  chooseDisk,
  matchNetworks,
  probeAddresses,
  makeLayout,
  writeRootFileSystem,
  installBootLoader,
  writeConfigDrive,
  setBootEntry,
  switchNetworks,
  bootFromDisk,
];
