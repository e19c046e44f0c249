import type { EventDetails, EventMessage } from '#shared/contract/event-messages.ts';
import type { Deployment, TimelineEvent } from '#shared/contract/index.ts';
import { aDeployment, aStep } from '#test/fakes/rows.ts';
import { debianId, deploymentOf, GB, nodeIdOf } from './ids.ts';
import { bootDisk } from './servers.ts';

const stepNames = [
  'prepare',
  'power-on',
  'wait-call-back',
  'choose-disk',
  'write-image',
  'grow-last-partition',
  'write-config-drive',
  'set-boot-entry',
  'boot-from-disk',
];
const stepSeconds = [1, 4, 140, 1, 60, 6, 3, 2, 90];

/** A deployment whose steps before `present` are done; `present` runs or has failed. */
export function deploymentAt(
  number: number,
  now: number,
  present: number,
  state: 'running' | 'failed' | 'succeeded',
): Deployment {
  let at = now - 260_000;
  const steps = stepNames.map((name, index) => {
    const startedAt = at;
    if (index < present || state === 'succeeded') {
      at += (stepSeconds[index] ?? 1) * 1000;
      return aStep(name, { state: 'done', startedAt, finishedAt: at });
    }
    if (index > present) return aStep(name);
    if (state === 'failed')
      return aStep(name, { state: 'failed', startedAt, finishedAt: startedAt + 20_000, error: writeError });
    return aStep(name, {
      state: 'running',
      startedAt,
      progress: { doneBytes: 1.84 * GB, totalBytes: 4.29 * GB, bytesPerSecond: 212_000_000, etaSeconds: 12 },
    });
  });
  return aDeployment({
    id: deploymentOf(number),
    nodeId: nodeIdOf(number),
    nodeName: `r4u${String(number).padStart(2, '0')}`,
    imageId: debianId,
    imageName: 'Debian 12 standard',
    hostName: `web-${String(number).padStart(2, '0')}`,
    state,
    disk: {
      name: 'sda',
      model: bootDisk.model,
      serial: bootDisk.serial,
      wwn: bootDisk.wwn,
      byPath: bootDisk.byPath,
      sizeBytes: bootDisk.sizeBytes,
    },
    steps,
    error: state === 'failed' ? writeError : null,
    createdAt: now - 260_000,
    finishedAt: state === 'running' ? null : now - 30_000,
  });
}

export const writeError = {
  code: 'deploy.step_failed',
  level: 'peer',
  retryable: true,
  message: 'sda: input/output error after 1.2 GB',
  details: {
    step: 'write-image',
    code: 'write-failed',
    message: 'input/output error after 1.2 GB',
    disks: [bootDisk],
  },
} as const;

export function eventsOf(now: number): readonly TimelineEvent[] {
  let seq = 0;
  const event = <Message extends EventMessage>(
    number: number,
    secondsAgo: number,
    kind: TimelineEvent['kind'],
    message: Message,
    details: EventDetails<Message>,
  ): TimelineEvent => {
    seq += 1;
    const hasDeployment = number <= 3;
    return {
      seq,
      at: now - secondsAgo * 1000,
      kind,
      nodeId: nodeIdOf(number),
      deploymentId: hasDeployment ? deploymentOf(number) : null,
      message,
      details,
    };
  };
  return [2, 3].flatMap(number => [
    event(number, 259, 'step', 'step.started', { step: 'power-on' }),
    event(number, 258, 'power', 'power.controlled', { action: 'on', bootDevice: 'pxe' }),
    event(number, 257, 'power', 'power.changed', { from: 'power off', to: 'power on' }),
    event(number, 255, 'step', 'step.started', { step: 'wait-call-back' }),
    event(number, 190, 'dhcp', 'dhcp.offered', {
      address: '10.77.0.101',
      bootFile: 'snponly.efi',
      architecture: 'UEFI x64',
      mac: '3c:ec:ef:41:0a:02',
    }),
    event(number, 189, 'tftp', 'tftp.done', { path: 'snponly.efi', bytes: 284_160, seconds: 0.4 }),
    event(number, 186, 'boot', 'boot.ramdisk_given', {}),
    event(number, 170, 'http', 'http.done', { path: '/boot/initrd', bytes: 43_112_448, seconds: 3.1 }),
    event(number, 115, 'agent', 'agent.hello', { firmware: 'uefi', disks: 3 }),
    event(number, 114, 'step', 'step.done', { step: 'wait-call-back' }),
    event(number, 113, 'step', 'step.started', { step: 'write-image' }),
    ...(number === 3
      ? [
          event(number, 93, 'warning', 'agent.step_refused', {
            step: 'write-image',
            code: 'write-failed',
            text: 'input/output error after 1.2 GB',
            disks: [bootDisk],
          }),
          event(number, 92, 'state', 'state.changed', {
            from: 'deploying',
            to: 'deploy failed',
            event: 'fail',
          }),
        ]
      : []),
  ]);
}
