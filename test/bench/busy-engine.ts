/**
 * A hall at work: the real store, its real procedures for world and timeline and the real host for browsers, with
 * deployments that go on by themselves. The rest of the contract answers as the scripted engine does.
 */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { timelineHandlers } from '#engine/api/timeline.ts';
import { worldHandlers } from '#engine/api/world.ts';
import { startHeadless } from '#engine/hosts/headless.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { silentLogger } from '#engine/system/log.ts';
import type { Node } from '#shared/contract/index.ts';
import { noUploads } from '#test/fakes/engine/no-uploads.ts';
import { scriptedEngine } from '#test/fakes/scripted-engine/scripted-engine.ts';
import { emptyWorld } from '#test/fakes/scripted-engine/scripted-world.ts';
import { repositoryRoot } from '#test/lab/program.ts';
import { fillInventory } from './many-servers.ts';
import { deploymentMs, runDeployments } from './running-deployments.ts';

export const deployingAtOnce = 200;
/** Between two looks for what is due, live and replayed. */
const liveTickMs = 50;
const replayTickMs = 2000;

export interface BusyEngine {
  readonly baseUrl: string;
  readonly token: string;
  readonly store: Store;
  /** Servers that nothing is deployed on. */
  readonly quiet: readonly Node[];
  /** So much of what happens, as fast as the store takes it, up to the present at most. */
  replay(durationMs: number): Promise<void>;
  /** At its own pace, until the returned function is called. */
  goLive(): () => void;
  close(): Promise<void>;
}

/** Its clock stands `historyMs` ago, and as many deployments run then as ever will. */
export async function startBusyEngine(servers: number, historyMs: number): Promise<BusyEngine> {
  const dataDir = await mkdtemp(join(tmpdir(), 'rk-bench-busy-'));
  let live: ReturnType<typeof setInterval> | undefined;
  let replayedMs: number | undefined = Date.now() - historyMs - deploymentMs;
  const store = openStore(join(dataDir, 'rackside.db'), randomBytes(32), () => replayedMs ?? Date.now());
  const nodes = fillInventory(store, servers, replayedMs);
  const isDeployed = (_: unknown, index: number) => index % 2 === 1;
  const running = runDeployments(store, nodes.filter(isDeployed), deployingAtOnce, replayedMs);
  const replay = async (durationMs: number) => {
    const endMs = (replayedMs ?? Date.now()) + durationMs;
    for (let at = replayedMs ?? endMs; at < endMs; ) {
      at = Math.min(endMs, at + replayTickMs);
      replayedMs = at;
      running.advance(at);
      // The timeline is written, and pages are told, between two turns.
      await new Promise(wake => setImmediate(wake));
    }
  };
  await replay(deploymentMs);
  const token = randomBytes(24).toString('base64url');
  const host = await startHeadless({
    handlers: {
      ...scriptedEngine(emptyWorld(), []).handlers,
      world: worldHandlers(store, () => emptyWorld().services),
      timeline: timelineHandlers(store),
    },
    uploads: noUploads,
    log: silentLogger,
    token,
    listen: { host: '127.0.0.1', port: 0 },
    pageDir: join(repositoryRoot, 'out', 'renderer'),
  });
  return {
    baseUrl: host.baseUrl,
    token,
    store,
    quiet: nodes.filter((node, index) => !isDeployed(node, index)),
    replay,
    goLive() {
      replayedMs = undefined;
      live = setInterval(() => running.advance(Date.now()), liveTickMs);
      return () => clearInterval(live);
    },
    async close() {
      clearInterval(live);
      await host.close();
      store.close();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}
