import {
  CodedError,
  type DiskIdentity,
  erasedDisks,
  type Node,
  type ToldDisk,
} from '#shared/contract/index.ts';
import { isSameDisk } from '#shared/model/disk-identity.ts';
import { runOnAgent } from '../../agent/run-on-agent.ts';
import { createRateMeter } from '../../rate-meter.ts';
import type { Evidence, StepContext } from '../step.ts';

/** Several disks as the value of one parameter ("disk lines" of the agent's protocol). */
export function diskLines(disks: readonly DiskIdentity[], node: Node): string {
  return disks
    .map(disk => {
      const identity = identityParameters(disk, node);
      const fields = ['serial', 'wwn', 'by-path', 'disk-size-bytes', 'disk'];
      return fields.map(field => identity[field] ?? '').join('\t');
    })
    .join('\n');
}

/**
 * Progress of a download is what our own server sent (it counts every byte and needs no help from the machine); of
 * everything else it is what the agent says.
 */
export async function onAgent(
  context: StepContext,
  name: string,
  parameters: Record<string, string>,
  onRefused: (evidence: Evidence) => void = () => undefined,
): Promise<Evidence> {
  const { services, node, stepId, signal } = context;
  const meter = createRateMeter(services.clock);
  let phase = '';
  const show = (doneBytes: number, totalBytes: number) =>
    context.showProgress(meter.measure(doneBytes, totalBytes));
  const unwatch = services.bootServer.watchDownload(node.id, show);
  try {
    return await runOnAgent(
      services,
      node,
      { id: stepId, name, parameters },
      signal,
      progress => {
        if (phase !== progress.phase) meter.restart();
        phase = progress.phase;
        const sentByUs = phase === 'downloading' || phase === 'writing';
        if (!sentByUs && progress.bytes !== null && progress.total !== null)
          show(progress.bytes, progress.total);
      },
      evidence => {
        keepEvidence(context, evidence);
        onRefused(evidence);
      },
      evidence => disksAtWork(context, parameters, evidence),
    );
  } finally {
    unwatch();
  }
}

/** Of an erasure those that went wrong, by the ramdisk's word; of any other step the disks that it was given. */
function disksAtWork(
  context: StepContext,
  parameters: Record<string, string>,
  evidence: Evidence,
): readonly ToldDisk[] {
  const erased = erasedDisks.safeParse(evidence['disks']);
  if (erased.success)
    return erased.data.filter(({ code }) => code !== '').map(({ disk }) => ({ ...disk, model: '' }));
  const { disk } = context.deployment;
  if (disk === null || !('disk' in parameters)) return [];
  return parameters['raid-disks'] ? [disk, ...context.request.raidDisks] : [disk];
}

/** Of one member: a machine may tell all of its disks. */
const longestEvidence = 16_384;

/** With the step that fails: which disks are erased all the same, who uses one, what a program said. */
function keepEvidence({ services, deployment }: StepContext, evidence: Evidence): void {
  const { deployments } = services.store;
  const step = deployments.steps(deployment.id).find(({ state }) => state === 'running');
  if (step === undefined) return;
  const kept = Object.entries(evidence).filter(
    ([, value]) => (JSON.stringify(value) ?? '').length <= longestEvidence,
  );
  deployments.saveStep({ ...step, evidence: Object.fromEntries(kept) });
}

/** The disk that was chosen. */
export function diskParameters({ deployment, node }: StepContext): Record<string, string> {
  const { disk } = deployment;
  if (disk === null) throw new Error('choose-disk has not run');
  return identityParameters(disk, node);
}

/**
 * What the agent finds a disk again by. The way to it may change with the hardware, so it is only given where nothing
 * else tells the disk from others.
 */
export function identityParameters(disk: DiskIdentity, node: Node): Record<string, string> {
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

export function baseUrl({ services, node }: StepContext): string {
  const url = services.bootServer.baseUrl(node.id);
  if (url !== undefined) return url;
  throw new CodedError('deploy.step_failed', 'the machine has no address of ours', {
    step: 'write-image',
    code: 'no-address',
    message: 'its lease is gone',
  });
}
