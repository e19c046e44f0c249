import { CodedError, type Node, type ToldDisk } from '#shared/contract/index.ts';
import type { Evidence } from '../deploy/step.ts';
import type { ProvisionServices } from '../services.ts';
import type { AgentProgress, AgentStep } from './agent-service.ts';

/** A ramdisk says something every few seconds; this long without a word and the machine is gone or hangs. */
const silenceWarningMs = 120_000;
const silenceLimitMs = 900_000;

/** Has the machine's ramdisk do one step; a refusal (with what it knew) or a long silence becomes a CodedError. */
export async function runOnAgent(
  services: ProvisionServices,
  node: Node,
  step: AgentStep,
  signal: AbortSignal,
  onProgress: (progress: AgentProgress) => void,
  onRefused: (evidence: Evidence) => void = () => undefined,
  /** What the step was at work on when it was refused. */
  disksOf: (evidence: Evidence) => readonly ToldDisk[] = () => [],
): Promise<Evidence> {
  const { agent, store } = services;
  const over = new AbortController();
  const either = AbortSignal.any([signal, over.signal]);
  const about = { nodeId: node.id, deploymentId: node.deploymentId };
  store.timeline.append({
    kind: 'agent',
    ...about,
    message: 'agent.step_given',
    details: { step: step.name },
  });
  try {
    const result = await Promise.race([
      agent.run(node.id, step, onProgress, either),
      watchSilence(services, node, step.name, either),
    ]);
    const disks = result.ok ? {} : toldDisks(disksOf(result.evidence));
    store.timeline.append({
      kind: 'agent',
      ...about,
      ...(result.ok
        ? { message: 'agent.step_done', details: { step: step.name } }
        : {
            message: 'agent.step_refused',
            details: { step: step.name, code: result.code, text: result.message, ...disks },
          }),
    });
    if (result.ok) return result.evidence;
    onRefused(result.evidence);
    throw new CodedError('deploy.step_failed', `${step.name}: ${result.message}`, {
      step: step.name,
      code: result.code,
      message: result.message,
      ...disks,
    });
  } finally {
    over.abort();
  }
}

/** A step that is about no disk has none in its evidence. */
function toldDisks(disks: readonly ToldDisk[]): { disks?: ToldDisk[] } {
  if (disks.length === 0) return {};
  const told = disks.map(({ name, model, serial, wwn, sizeBytes }) => {
    return { name, model, serial, wwn, sizeBytes };
  });
  return { disks: told };
}

async function watchSilence(
  { agent, clock, store }: ProvisionServices,
  node: Node,
  stepName: string,
  signal: AbortSignal,
): Promise<never> {
  const lookMs = silenceWarningMs / 4;
  let heard = agent.timesHeard(node.id);
  let silentMs = 0;
  let warned = false;
  for (;;) {
    await clock.sleep(lookMs, signal);
    // In looks of ours, not by the clock: a laptop that slept, or whose clock was set, has not listened meanwhile.
    silentMs = agent.timesHeard(node.id) === heard ? silentMs + lookMs : 0;
    heard = agent.timesHeard(node.id);
    if (silentMs >= silenceLimitMs) {
      throw new CodedError('deploy.timed_out', `the ramdisk has been silent for ${silenceLimitMs / 1000} s`, {
        step: stepName,
        afterSeconds: silenceLimitMs / 1000,
        hint: 'agent-silent',
      });
    }
    if (silentMs >= silenceWarningMs && !warned) {
      store.timeline.append({
        kind: 'warning',
        nodeId: node.id,
        deploymentId: node.deploymentId,
        message: 'agent.silent',
        details: { seconds: Math.round(silentMs / 1000), step: stepName },
      });
    }
    warned = silentMs >= silenceWarningMs;
  }
}
