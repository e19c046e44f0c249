import path from 'node:path';
import { serve } from '#engine/api/serve.ts';
import { createLogger, type Logger, logFile } from '#engine/system/log.ts';
import { Secret } from '#engine/system/secret.ts';
import type { EngineOrder, EngineReport } from '#shared/contract/engine-process.ts';
import type { EngineFrame } from '#shared/contract/frames.ts';
import { contract, type RacksideHandlers } from '#shared/contract/index.ts';
import type { LoadEngine } from './command.ts';
import { takeDataDir } from './data-dir.ts';
import type { Engine, SealKey } from './engine-interface.ts';
import { keyFromFile } from './key-file.ts';
import { type PortMain, portMainTransport } from './port-main-transport.ts';
import { logProcessFaults } from './process-faults.ts';

/** What we use of `process.parentPort` in an Electron utility process. */
export interface ParentPort {
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports: readonly PortMain[] }) => void,
  ): unknown;
  postMessage(report: EngineReport): void;
}

interface Running {
  readonly engine: Engine;
  readonly log: Logger;
  close(): Promise<void>;
}

/** The engine as a child of the desktop shell: waits for its orders, serves every port that it is handed. */
export function runUtilityHost(parent: ParentPort, loadEngine: LoadEngine): void {
  let running: Promise<Running> | undefined;
  parent.on('message', ({ data, ports }) => {
    const order = data as EngineOrder;
    switch (order.t) {
      case 'start':
        running = start(parent, order, loadEngine);
        running.catch((error: unknown) => {
          parent.postMessage({ t: 'failed', reason: error instanceof Error ? error.message : String(error) });
          process.exit(1);
        });
        return;
      case 'connect':
        void running?.then(({ engine, log }) => {
          for (const port of ports)
            serve(contract, engine.handlers, portMainTransport<EngineFrame>(port), { log });
        });
        return;
      case 'stop':
        void (running ?? Promise.resolve(undefined))
          .then(async known => known?.close())
          .finally(() => process.exit(0));
    }
  });
}

async function start(
  parent: ParentPort,
  order: Extract<EngineOrder, { t: 'start' }>,
  loadEngine: LoadEngine,
): Promise<Running> {
  const dataDir = takeDataDir(order.dataDir);
  const sink = logFile({ folder: path.join(dataDir.path, 'logs'), name: 'engine' });
  const log = createLogger({ sink });
  logProcessFaults(log);
  const sealKey: SealKey =
    order.sealKey === null
      ? keyFromFile(dataDir.path)
      : { bytes: new Secret(order.sealKey), keptIn: 'os-keyring' };
  const createEngine = await loadEngine();
  const restart = () => parent.postMessage({ t: 'restart' });
  const engine = await createEngine({ dataDir: dataDir.path, sealKey, log, restart });
  watchDeployments(engine.handlers, deployments => parent.postMessage({ t: 'busy', deployments }));
  parent.postMessage({ t: 'ready' });
  log.info('ready', { pid: process.pid });
  const close = async () => {
    await engine.close();
    dataDir.release();
    log.info('stopped');
    sink.close();
  };
  return { engine, log, close };
}

/** Tells the number of running deployments, and each change: main may know another one from an engine that died. */
function watchDeployments(handlers: RacksideHandlers, tell: (running: number) => void): void {
  const world = handlers.world.changes({});
  const running = new Set<string>();
  let told: number | undefined;
  const note = (id: string, state: string) => {
    if (state === 'running') running.add(id);
    else running.delete(id);
  };
  const tellChange = () => {
    if (running.size !== told) tell(running.size);
    told = running.size;
  };
  for (const { id, state } of world.snapshot().deployments) note(id, state);
  tellChange();
  world.subscribe(patch => {
    if (patch.table !== 'deployments') return;
    if (patch.op === 'put') note(patch.row.id, patch.row.state);
    else for (const id of patch.ids) running.delete(id);
    tellChange();
  });
}
