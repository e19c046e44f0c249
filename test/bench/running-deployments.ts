/**
 * Deployments as they change the engine's store: the messages, in their order, of one on the virtual rack
 * (`rackside demo --json`), at the pace of servers that take their minutes to start and to write an image.
 */
import type { Store } from '#engine/store/store.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import type { Deployment, EventKind, Node } from '#shared/contract/index.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, aStep } from '#test/fakes/rows.ts';
import { debianId, deploymentOf, GB } from '#test/fakes/scripted-engine/ids.ts';
import { bootDisk } from '#test/fakes/scripted-engine/servers.ts';
import { macNumbered } from './many-servers.ts';

const stepSeconds: Readonly<Record<string, number>> = {
  prepare: 1,
  'power-on': 4,
  'wait-call-back': 140,
  'choose-disk': 1,
  'match-networks': 1,
  'probe-addresses': 1,
  'write-image': 60,
  'grow-last-partition': 6,
  'write-config-drive': 3,
  'set-boot-entry': 2,
  'switch-networks': 1,
  'boot-from-disk': 90,
};
const stepNames = Object.keys(stepSeconds);
/** An agent tells its bytes so often (`assets/ramdisk/protocol.md`). */
const progressSeconds = 2;
const imageBytes = 4.29 * GB;

/** Of one deployment, from its first step to its end. */
export const deploymentMs = 1000 * Object.values(stepSeconds).reduce((sum, seconds) => sum + seconds, 0);

type Told = readonly [secondsIntoStep: number, kind: EventKind, event: ToldEvent];

const mac = macNumbered(0, 0);
const offer = { mac, address: '10.77.0.101', bootFile: 'snponly.efi', architecture: 'UEFI x64' };
const script = { ...offer, bootFile: 'http://10.77.0.1:8088/boot/02-52-56-00-00-00.ipxe' };
const transfer = (path: string, bytes: number, seconds: number) => ({ path, bytes, seconds });

/** Beside the beginning and the end of each step. */
const toldIn: Readonly<Record<string, readonly Told[]>> = {
  'power-on': [
    [3, 'power', { message: 'power.controlled', details: { action: 'on', bootDevice: 'pxe' } }],
    [3.5, 'power', { message: 'power.changed', details: { from: 'power off', to: 'power on' } }],
  ],
  'wait-call-back': [
    [
      0,
      'state',
      { message: 'state.changed', details: { from: 'deploying', to: 'wait call-back', event: 'wait' } },
    ],
    [65, 'dhcp', { message: 'dhcp.offered', details: offer }],
    [66, 'dhcp', { message: 'dhcp.acknowledged', details: offer }],
    [67, 'tftp', { message: 'tftp.done', details: transfer('snponly.efi', 284_160, 0.4) }],
    [69, 'dhcp', { message: 'dhcp.offered', details: script }],
    [70, 'dhcp', { message: 'dhcp.acknowledged', details: script }],
    [70, 'boot', { message: 'boot.ramdisk_given' }],
    [70, 'http', { message: 'http.done', details: transfer('/boot/02-52-56-00-00-00.ipxe', 493, 0.03) }],
    [71, 'http', { message: 'http.done', details: transfer('/ramdisk/vmlinuz', 8_112_448, 0.2) }],
    [75, 'http', { message: 'http.done', details: transfer('/ramdisk/ramdisk.img', 43_112_448, 3.1) }],
    [139, 'agent', { message: 'agent.hello', details: { firmware: 'uefi', disks: 3 } }],
    [
      140,
      'state',
      { message: 'state.changed', details: { from: 'wait call-back', to: 'deploying', event: 'resume' } },
    ],
  ],
  'write-image': [
    ...agentStep('write-image', 60),
    ...Array.from({ length: 10 }, (_, tenth): Told => {
      const doneBytes = ((tenth + 1) / 10) * imageBytes;
      const details = { step: 'write-image', doneBytes, totalBytes: imageBytes, bytesPerSecond: 72_000_000 };
      return [6 * (tenth + 1) - 1, 'step', { message: 'step.progress', details }];
    }),
    [59, 'http', { message: 'http.done', details: transfer(`/images/${debianId}`, 1_240_000_000, 59) }],
  ],
  'grow-last-partition': agentStep('grow-last-partition', 6),
  'write-config-drive': [
    ...agentStep('write-config-drive', 3),
    [1, 'http', { message: 'http.done', details: transfer('/config-drives/1', 67_584, 0.01) }],
  ],
  'boot-from-disk': [
    ...agentStep('reboot', 1),
    [80, 'dhcp', { message: 'dhcp.offered', details: { mac, address: '10.77.0.101' } }],
    [80, 'dhcp', { message: 'dhcp.acknowledged', details: { mac, address: '10.77.0.101' } }],
  ],
};

function agentStep(step: string, seconds: number): readonly Told[] {
  return [
    [0.3, 'agent', { message: 'agent.step_given', details: { step } }],
    [seconds, 'agent', { message: 'agent.step_done', details: { step } }],
  ];
}

interface Run {
  readonly node: Node;
  readonly deployment: Deployment;
  readonly startMs: number;
  /** Of its moments. */
  next: number;
}

interface Moment {
  readonly afterMs: number;
  readonly happen: (store: Store, run: Run, at: number) => void;
}

export interface RunningDeployments {
  /** What is due by then, as one transaction. Who is ready makes room for the next server. */
  advance(toMs: number): void;
}

/** So many at once, one begun after the other; each server's turn comes again when all others had theirs. */
export function runDeployments(
  store: Store,
  nodes: readonly Node[],
  atOnce: number,
  startMs: number,
): RunningDeployments {
  let begun = 0;
  const moments = momentsOfDeployment();
  const begin = (at: number): Run => {
    const node = nodes[begun % nodes.length];
    if (node === undefined) throw new Error('no server to deploy');
    begun += 1;
    return { node, deployment: deploymentNumbered(begun, node, at), startMs: at, next: 0 };
  };
  const runs = Array.from({ length: atOnce }, (_, index) =>
    begin(startMs + Math.floor((index * deploymentMs) / atOnce)),
  );
  const advanceOne = (run: Run, index: number, toMs: number): void => {
    const moment = moments[run.next];
    const at = run.startMs + (moment?.afterMs ?? deploymentMs);
    if (at > toMs) return;
    run.next += 1;
    moment?.happen(store, run, at);
    const present = moment === undefined ? begin(at) : run;
    runs[index] = present;
    advanceOne(present, index, toMs);
  };
  return {
    advance: toMs =>
      store.transaction(() => {
        for (const [index, run] of runs.entries()) advanceOne(run, index, toMs);
      }),
  };
}

function deploymentNumbered(number: number, node: Node, createdAt: number): Deployment {
  const { name, model, serial, wwn, byPath, sizeBytes } = bootDisk;
  return aDeployment({
    id: deploymentOf(number),
    nodeId: node.id,
    nodeName: node.name,
    imageId: debianId,
    imageName: 'Debian 12 standard',
    hostName: node.name,
    disk: { name, model, serial, wwn, byPath, sizeBytes },
    steps: stepNames.map(step => aStep(step)),
    createdAt,
  });
}

function momentsOfDeployment(): readonly Moment[] {
  let stepStartMs = 0;
  const moments = stepNames.flatMap((name, position) => {
    const ms = (stepSeconds[name] ?? 0) * 1000;
    const own = momentsOfStep(name, position, ms).map(one => ({
      ...one,
      afterMs: stepStartMs + one.afterMs,
    }));
    stepStartMs += ms;
    return own;
  });
  return [{ afterMs: 0, happen: create }, ...moments, { afterMs: deploymentMs, happen: end }];
}

function momentsOfStep(name: string, position: number, ms: number): readonly Moment[] {
  const save = (
    state: 'running' | 'done',
    startedAfter: number,
    word: 'step.started' | 'step.done',
  ): Moment => ({
    afterMs: state === 'done' ? ms : 0,
    happen(store, run, at) {
      const finishedAt = state === 'done' ? at : null;
      const evidence =
        state === 'done' ? { seconds: ms / 1000, disk: bootDisk.serial, sha256: 'ab'.repeat(32) } : {};
      const step = aStep(name, { state, startedAt: at - startedAfter, finishedAt, evidence });
      store.deployments.saveStep({ ...step, deploymentId: run.deployment.id, position, attempt: 1 });
      tell(store, run, 'step', { message: word, details: { step: name } });
    },
  });
  const told = (toldIn[name] ?? []).map(
    ([seconds, kind, event]): Moment => ({
      afterMs: seconds * 1000,
      happen(store, run, at) {
        if (event.message === 'state.changed' && event.details !== undefined)
          saveNode(store, run, at, { provisionState: event.details.to });
        tell(store, run, kind, event);
      },
    }),
  );
  const during = [...(name === 'write-image' ? progressMoments(ms) : []), ...told];
  const inOrder = during.toSorted((one, other) => one.afterMs - other.afterMs);
  return [save('running', 0, 'step.started'), ...inOrder, save('done', ms, 'step.done')];
}

function progressMoments(ms: number): readonly Moment[] {
  const everyMs = progressSeconds * 1000;
  return Array.from({ length: Math.floor(ms / everyMs) - 1 }, (_, index) => {
    const afterMs = (index + 1) * everyMs;
    const doneBytes = Math.floor((afterMs / ms) * imageBytes);
    const etaSeconds = (ms - afterMs) / 1000;
    const progress = { doneBytes, totalBytes: imageBytes, bytesPerSecond: 72_000_000, etaSeconds };
    return {
      afterMs,
      happen: (store, run) => store.deployments.showProgress(run.deployment.id, 'write-image', progress),
    } satisfies Moment;
  });
}

const create: Moment['happen'] = (store, run, at) => {
  store.deployments.create(run.deployment, aRequest({ nodeId: run.node.id, hostName: run.node.name }));
  saveNode(store, run, at, { provisionState: 'deploying', bootTarget: 'ramdisk', powerState: 'power on' });
  const details = { from: 'available', to: 'deploying', event: 'deploy' } as const;
  tell(store, run, 'state', { message: 'state.changed', details });
};

const end: Moment['happen'] = (store, run, at) => {
  const ended = store.deployments.find(run.deployment.id) ?? run.deployment;
  store.deployments.save({ ...ended, state: 'succeeded', finishedAt: at });
  saveNode(store, run, at, { provisionState: 'active', bootTarget: 'disk' });
  const details = { from: 'deploying', to: 'active', event: 'done' } as const;
  tell(store, run, 'state', { message: 'state.changed', details });
  tell(store, run, 'step', { message: 'deployment.succeeded', details: { host: run.node.name } });
};

function saveNode(store: Store, { node, deployment }: Run, at: number, change: Partial<Node>): void {
  const known = store.nodes.find(node.id) ?? node;
  store.nodes.save({ ...known, ...change, deploymentId: deployment.id, updatedAt: at });
}

function tell(store: Store, { node, deployment }: Run, kind: EventKind, event: ToldEvent): void {
  store.timeline.append({ kind, nodeId: node.id, deploymentId: deployment.id, ...event });
}
