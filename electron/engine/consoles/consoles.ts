import { type BmcLogin, isSameLogin, loginOf } from '#engine/inventory/bmc-login.ts';
import type { Store } from '#engine/store/store.ts';
import type { Clock } from '#engine/system/clock.ts';
import {
  CodedError,
  type ConsoleStatesPatch,
  type Node,
  type ServerConsole,
  type SolSettings,
  type WorldPatch,
} from '#shared/contract/index.ts';
import type { ConsoleViewId, NodeId, RecordingId } from '#shared/model/ids.ts';
import { createAttemptTurns } from './attempt-turns.ts';
import type { OpenLine } from './console-line.ts';
import type { ConsoleView } from './console-view.ts';
import { createRecorder } from './recorder.ts';
import { startRecordingRetention } from './recording-retention.ts';
import { type ConsoleOfServer, createServerConsole } from './server-console.ts';

/** A person waits for a few texts, not for any. */
const mostTexts = 20;

/** What a BMC does for consoles. Rejects with `console.*` and `bmc.*` CodedErrors. */
export interface ConsoleBmc {
  readonly open: OpenLine;
  readonly settings: (nodeId: NodeId) => Promise<SolSettings>;
  readonly repair: (nodeId: NodeId, bitRate: number | undefined) => Promise<SolSettings>;
}

export interface ConsoleParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly bmc: ConsoleBmc;
  readonly asCoded: (error: unknown) => CodedError;
}

export type Consoles = ReturnType<typeof createConsoles>;

interface OpenView {
  readonly view: ConsoleView;
  readonly server: ConsoleOfServer;
}

/**
 * The consoles of all servers with a BMC. One is connected while somebody looks at it, a deployment runs on its server, a text
 * is waited for on it, or all are kept (`keepConsoles`, for servers whose BMC was verified) — unless a person gave its place
 * free. Nothing begins before `start`.
 */
export function createConsoles({ store, clock, bmc, asCoded }: ConsoleParts) {
  const recorder = createRecorder({ store, clock, onFault: asCoded });
  const turns = createAttemptTurns(clock);
  const servers = new Map<NodeId, ConsoleOfServer>();
  const logins = new Map<NodeId, BmcLogin>();
  const views = new Map<ConsoleViewId, OpenView>();
  const held = new Set(store.consoleWishes.held());
  let keepConsoles = false;
  const watchers = new Set<(patch: ConsoleStatesPatch) => void>();
  let stopFollowing: () => void = () => undefined;
  let stopForgetting: () => void = () => undefined;

  const tell = (patch: ConsoleStatesPatch) => {
    for (const watcher of watchers) watcher(patch);
  };
  const parts = { store, clock, turns, recorder, open: bmc.open, asCoded, tell };

  function isWanted(server: ConsoleOfServer, node: Node): boolean {
    if (held.has(node.id)) return false;
    if (server.viewCount > 0 || server.texts.length > 0) return true;
    if (store.deployments.runningOf(node.id) !== undefined) return true;
    // Before it was verified its password is a guess, and BMCs lock accounts.
    return keepConsoles && node.provisionState !== 'enroll';
  }

  /** Brings a server's console to what is wanted of it. */
  function settle(nodeId: NodeId, isUrgent = false): void {
    const node = store.nodes.find(nodeId);
    if (node?.bmc == null) {
      forget(nodeId);
      return;
    }
    let server = servers.get(nodeId);
    if (server === undefined) {
      server = createServerConsole(parts, nodeId);
      servers.set(nodeId, server);
      tell({ op: 'put', row: server.row() });
    }
    const isOther = noteLogin(node);
    if (!isWanted(server, node)) server.leave();
    else if (isOther) void restart(server);
    else server.want(isUrgent);
  }

  /** The BMC is another one, or is logged in to otherwise. What a session taught us is no change. */
  function noteLogin(node: Node): boolean {
    const login = loginOf(store, node);
    const before = logins.get(node.id);
    if (login !== undefined) logins.set(node.id, login);
    if (login === undefined || before === undefined) return false;
    return !isSameLogin(
      before.privilege === null ? { ...before, privilege: login.privilege } : before,
      login,
    );
  }

  async function restart(server: ConsoleOfServer): Promise<void> {
    await server.stop();
    if (servers.get(server.nodeId) === server) server.startAnew();
  }

  function forget(nodeId: NodeId): void {
    const server = servers.get(nodeId);
    logins.delete(nodeId);
    letGo(nodeId);
    if (server === undefined) return;
    servers.delete(nodeId);
    for (const [id, open] of views) if (open.server === server) views.delete(id);
    tell({ op: 'remove', nodeIds: [nodeId] });
    void server.stop();
  }

  function onChange(patch: WorldPatch): void {
    if (patch.op === 'remove') {
      if (patch.table === 'nodes') for (const id of patch.ids) forget(id as NodeId);
    } else if (patch.table === 'nodes') {
      settle(patch.row.id);
    } else if (patch.table === 'deployments') {
      settle(patch.row.nodeId);
    } else if (patch.table === 'settings') {
      ({ keepConsoles } = patch.row);
      for (const id of servers.keys()) settle(id);
    }
  }

  /** Throws `input.not_found` or `bmc.none`. */
  function requireServer(nodeId: NodeId): ConsoleOfServer {
    const server = servers.get(nodeId);
    if (server !== undefined) return server;
    const node = store.nodes.find(nodeId);
    if (node === undefined)
      throw new CodedError('input.not_found', `no server ${nodeId}`, { what: 'node', id: nodeId });
    throw new CodedError('bmc.none', `${node.name} has no BMC`, { node: node.name });
  }

  function requireView(id: ConsoleViewId): OpenView {
    const open = views.get(id);
    if (open !== undefined) return open;
    throw new CodedError('input.not_found', 'this view of a console is closed', { what: 'view', id });
  }

  function letGo(nodeId: NodeId): void {
    held.delete(nodeId);
    store.consoleWishes.release(nodeId);
  }

  function changeTexts(nodeId: NodeId, change: (server: ConsoleOfServer) => void): readonly string[] {
    const server = requireServer(nodeId);
    change(server);
    server.readTexts();
    settle(nodeId);
    return server.texts;
  }

  return {
    start(): void {
      store.consoleRecordings.endOpen();
      ({ keepConsoles } = store.settings.get());
      stopFollowing = store.changes.subscribe(onChange);
      stopForgetting = startRecordingRetention(store, clock, asCoded);
      for (const node of store.nodes.list()) settle(node.id);
    },
    rows: (): ServerConsole[] => [...servers.values()].map(server => server.row()),
    subscribe(watcher: (patch: ConsoleStatesPatch) => void): () => void {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    /** A window opens a console: the person behind it wants it connected, whoever gave its place free. */
    view(nodeId: NodeId, name: string): OpenView {
      const server = requireServer(nodeId);
      letGo(nodeId);
      const view = server.open(name);
      const open = { view, server };
      views.set(view.id, open);
      settle(nodeId, true);
      return open;
    },
    closeView({ view, server }: OpenView): void {
      views.delete(view.id);
      server.close(view);
      settle(server.nodeId);
    },
    requireServer,
    requireView,
    takeOver(nodeId: NodeId): void {
      const server = requireServer(nodeId);
      letGo(nodeId);
      server.startAnew({ takeOver: true });
    },
    reconnect(nodeId: NodeId): void {
      const server = requireServer(nodeId);
      letGo(nodeId);
      server.startAnew();
    },
    async disconnect(nodeId: NodeId): Promise<void> {
      const server = requireServer(nodeId);
      store.consoleWishes.hold(nodeId);
      held.add(nodeId);
      await server.stop();
    },
    settings(nodeId: NodeId): Promise<SolSettings> {
      requireServer(nodeId);
      return bmc.settings(nodeId);
    },
    async repair(nodeId: NodeId, bitRate: number | undefined): Promise<SolSettings> {
      const server = requireServer(nodeId);
      const settings = await bmc.repair(nodeId, bitRate);
      if (server.row().state === 'stopped') server.startAnew();
      return settings;
    },
    waitFor: (nodeId: NodeId, text: string) =>
      changeTexts(nodeId, ({ texts }) => {
        if (texts.length >= mostTexts) throw tooManyTexts();
        store.consoleWishes.waitFor(nodeId, text);
      }),
    stopWaiting: (nodeId: NodeId, text: string) =>
      changeTexts(nodeId, () => store.consoleWishes.stopWaiting(nodeId, text)),
    waitingFor: (nodeId: NodeId): readonly string[] => requireServer(nodeId).texts,
    /** Throws nothing when it is gone already. One that is being made goes on as a new one. */
    removeRecording(id: RecordingId): void {
      for (const server of servers.values()) if (server.row().recordingId === id) server.recordAnew();
      store.consoleRecordings.remove(id);
    },
    /** What came until now can be read. */
    flush: recorder.flush,
    /** Gives every BMC's place free, then ends the recordings. */
    async close(): Promise<void> {
      stopFollowing();
      stopForgetting();
      await Promise.all([...servers.values()].map(server => server.stop()));
      await recorder.close();
    },
  };
}

function tooManyTexts(): CodedError<'input.invalid'> {
  const message = `no more than ${mostTexts} texts are waited for on one server`;
  return new CodedError('input.invalid', message, { issues: [{ path: 'text', message }] });
}
