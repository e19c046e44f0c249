import { createEngine } from '#engine/engine.ts';
import { runCli } from '#engine/hosts/cli.ts';
import type { Engine, EngineOptions } from '#engine/hosts/engine-interface.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { MachineFault } from '#shared/model/machine-fault.ts';

/**
 * `node demo-with-fault-process.ts FAULT ARGS…`: `rackside demo ARGS…` where the first server has FAULT before a packet of it
 * was answered; `stuck` instead has deployments that never begin.
 */
const [fault = 'none', ...args] = process.argv.slice(2);

async function engineWithFault(options: EngineOptions): Promise<Engine> {
  const engine = await createEngine(options);
  const { virtualRack, deployments, nodes } = engine.handlers;
  const handlers = {
    ...engine.handlers,
    virtualRack: {
      ...virtualRack,
      start: async (...call: Parameters<typeof virtualRack.start>) => {
        const started = await virtualRack.start(...call);
        const [node] = await nodes.list({}, call[1]);
        if (node !== undefined && fault !== 'stuck')
          await virtualRack.setFault({ nodeId: node.id as NodeId, fault: fault as MachineFault }, call[1]);
        return started;
      },
    },
    ...(fault === 'stuck'
      ? { deployments: { ...deployments, create: () => new Promise<never>(() => undefined) } }
      : {}),
  };
  return { ...engine, handlers };
}

process.exit(await runCli(['demo', ...args], async () => engineWithFault));
