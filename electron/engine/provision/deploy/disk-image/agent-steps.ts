import { z } from 'zod';
import type { Image } from '#shared/contract/index.ts';
import { noteDeployment } from '../../stored-deployment.ts';
import type { DeployStep, Evidence, StepContext } from '../step.ts';
import { markContents } from '../steps/mark-contents.ts';
import { baseUrl, diskParameters, onAgent } from '../steps/on-agent.ts';

/** Ironic's limit is 64 MiB; ours are a few hundred KiB, in a partition of 8 MiB plus its alignment. */
export const configDriveReserveBytes = 16 * 2 ** 20;

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
    return hasNoTable(image) ? { reason: 'no-partition-table' } : undefined;
  },
  async run(context) {
    const evidence = await onAgent(context, 'grow-last-partition', {
      ...diskParameters(context),
      'reserve-bytes': String(configDriveReserveBytes),
    });
    tellRoomLeft(context, evidence);
    return evidence;
  },
};

/** Of the step's evidence in `assets/ramdisk/protocol.md`. */
const grownGroup = z.object({ name: z.string(), freeBytes: z.number(), rootVolume: z.string().nullable() });

/** Nobody but a person knows which of the image's volumes the room of the disk is for. */
function tellRoomLeft({ services, deployment }: StepContext, { volumeGroup }: Evidence): void {
  const group = grownGroup.safeParse(volumeGroup).data;
  if (group === undefined || group.rootVolume !== null || group.freeBytes === 0) return;
  const { name, freeBytes } = group;
  noteDeployment(services.store, deployment, {
    message: 'step.group_has_room',
    details: { group: name, freeBytes },
  });
}

/** A root file system has none of its own; the disk it goes to is given one. */
function hasNoTable({ kind, partitionTable }: Image): boolean {
  return kind === 'whole-disk' && partitionTable === 'none';
}

export const writeConfigDrive: DeployStep = {
  name: 'write-config-drive',
  skip: ({ image }) => (hasNoTable(image) ? { reason: 'no-partition-table' } : undefined),
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
