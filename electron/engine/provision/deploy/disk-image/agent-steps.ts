import { isSameDisk } from '#engine/inventory/root-device.ts';
import { CodedError } from '#shared/contract/errors.ts';
import { runOnAgent } from '../../agent/run-on-agent.ts';
import { changeNode } from '../../node-state.ts';
import { createRateMeter } from '../../rate-meter.ts';
import type { DeployStep, Evidence, StepContext } from '../step.ts';

/** Ironic's limit is 64 MiB; ours are a few hundred KiB, in a partition of 8 MiB plus its alignment. */
const configDriveReserveBytes = 16 * 2 ** 20;

export const writeImage: DeployStep = {
  name: 'write-image',
  begin: markContents,
  run: context =>
    onAgent(context, 'write-image', {
      ...diskParameters(context),
      url: `${baseUrl(context)}/images/${context.image.id}`,
      format: context.services.imageFormat(context.image),
      'size-bytes': String(context.image.rawSizeBytes),
      sha256: context.image.sha256,
      verify: context.request.verify,
    }),
};

export const growLastPartition: DeployStep = {
  name: 'grow-last-partition',
  skip: ({ request, image }) => {
    if (!request.growLastPartition) return { reason: 'not-asked' };
    return image.partitionTable === 'none' ? { reason: 'no-partition-table' } : undefined;
  },
  run: context =>
    onAgent(context, 'grow-last-partition', {
      ...diskParameters(context),
      'reserve-bytes': String(configDriveReserveBytes),
    }),
};

export const writeConfigDrive: DeployStep = {
  name: 'write-config-drive',
  skip: ({ image }) => (image.partitionTable === 'none' ? { reason: 'no-partition-table' } : undefined),
  async run(context) {
    const { services, deployment, request, node } = context;
    const drive = await services.configDrive(deployment, request, node);
    return onAgent(context, 'write-config-drive', {
      ...diskParameters(context),
      url: `${baseUrl(context)}/config-drives/${deployment.id}`,
      'size-bytes': String(drive.bytes.length),
      sha256: drive.sha256,
    });
  },
};

export const setBootEntry: DeployStep = {
  name: 'set-boot-entry',
  skip: ({ node }) => (node.inventory?.firmware === 'bios' ? { reason: 'bios' } : undefined),
  async run(context) {
    const evidence = await onAgent(context, 'set-boot-entry', {
      ...diskParameters(context),
      label: `Rackside ${context.request.hostName}`.slice(0, 60),
    });
    const { problem } = evidence;
    if (typeof problem === 'string') {
      // The boot policy needs no entry; the next boots take a round through PXE.
      context.services.store.timeline.append({
        kind: 'warning',
        nodeId: context.node.id,
        deploymentId: context.deployment.id,
        message: 'agent.boot_entry_not_taken',
        details: { problem },
      });
    }
    return evidence;
  },
};

/**
 * Progress of a download is what our own server sent (it counts every byte and needs no help from the machine); of
 * everything else it is what the agent says.
 */
async function onAgent(
  context: StepContext,
  name: string,
  parameters: Record<string, string>,
): Promise<Evidence> {
  const { services, node, stepId, signal } = context;
  const meter = createRateMeter(services.clock);
  let phase = '';
  const show = (doneBytes: number, totalBytes: number) =>
    context.showProgress(meter.measure(doneBytes, totalBytes));
  const unwatch = services.bootServer.watchDownload(node.id, show);
  try {
    return await runOnAgent(services, node, { id: stepId, name, parameters }, signal, progress => {
      if (phase !== progress.phase) meter.restart();
      phase = progress.phase;
      const sentByUs = phase === 'downloading' || phase === 'writing';
      if (!sentByUs && progress.bytes !== null && progress.total !== null)
        show(progress.bytes, progress.total);
    });
  } finally {
    unwatch();
  }
}

/** What the inventory told of this disk is no longer true. It is what the next person sees before the next overwriting. */
function markContents({ services, deployment, node, image }: StepContext): void {
  const { inventory } = node;
  const written = deployment.disk;
  if (inventory === null || written === null) return;
  const disks = inventory.disks.map(disk =>
    isSameDisk(written, disk) ? { ...disk, contents: [`image "${image.name}"`] } : disk,
  );
  changeNode(services.store, node.id, { inventory: { ...inventory, disks } }, services.clock.now());
}

/**
 * The way to a disk may change with the hardware, so it is only given where nothing else tells the disk from others.
 */
function diskParameters({ deployment, node }: StepContext): Record<string, string> {
  const { disk } = deployment;
  if (disk === null) throw new Error('choose-disk has not run');
  const twins = (node.inventory?.disks ?? []).filter(other => isSameDisk(disk, other));
  const needsPath = (disk.serial === '' && disk.wwn === '') || twins.length > 1;
  return {
    ...(disk.serial === '' ? {} : { serial: disk.serial }),
    ...(disk.wwn === '' ? {} : { wwn: disk.wwn }),
    ...(needsPath && disk.byPath !== '' ? { 'by-path': disk.byPath } : {}),
    disk: disk.name,
    'disk-size-bytes': String(disk.sizeBytes),
  };
}

function baseUrl({ services, node }: StepContext): string {
  const url = services.bootServer.baseUrl(node.id);
  if (url !== undefined) return url;
  throw new CodedError('deploy.step_failed', 'the machine has no address of ours', {
    step: 'write-image',
    code: 'no-address',
    message: 'its lease is gone',
  });
}
