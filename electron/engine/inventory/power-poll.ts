import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import type { Node } from '#shared/contract/index.ts';
import type { PowerState } from '#shared/model/provision-state.ts';

/** BMCs answer in tens of milliseconds or hang for seconds: a few at a time keep the round short and the wire calm. */
const parallelReads = 16;

/** Reads every BMC's power state round by round, and tells the timeline when it changed without us. */
export function startPowerPoll(
  store: Store,
  clock: Clock,
  read: (node: Node) => Promise<PowerState>,
  onRound: (silent: number) => void,
): () => void {
  const stopped = new AbortController();

  async function readOne(node: Node): Promise<boolean> {
    const found = await read(node).catch(() => undefined);
    if (stopped.signal.aborted) return true;
    const now = store.nodes.find(node.id);
    if (now === undefined) return true;
    const powerState = found ?? 'unknown';
    if (now.powerState !== powerState) {
      store.nodes.save({ ...now, powerState, updatedAt: clock.now() });
      store.timeline.append({
        kind: 'power',
        nodeId: node.id,
        deploymentId: node.deploymentId,
        message: 'power.changed',
        details: { from: now.powerState, to: powerState },
      });
    }
    return found !== undefined;
  }

  async function round(): Promise<void> {
    const nodes = store.nodes.list().filter(node => node.bmc !== null && node.provisionState !== 'enroll');
    const waiting = nodes.values();
    let failed = 0;
    const worker = async () => {
      for (const node of waiting) if (!stopped.signal.aborted && !(await readOne(node))) failed += 1;
    };
    await Promise.all(Array.from({ length: parallelReads }, worker));
    if (!stopped.signal.aborted) onRound(failed);
  }

  async function loop(): Promise<void> {
    while (!stopped.signal.aborted) {
      await round();
      await clock.sleep(store.settings.get().powerPollSeconds * 1000, stopped.signal).catch(() => undefined);
    }
  }
  void loop();
  return () => stopped.abort();
}
