import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import type { StoredConsolePort } from '#engine/store/console-ports.ts';
import type { Store } from '#engine/store/store.ts';
import type { NewEvent } from '#engine/store/timeline.ts';
import type { Clock } from '#engine/system/clock.ts';
import { failureLimit } from '#engine/system/failure-limit.ts';
import type { ToldEvent } from '#shared/contract/event-messages.ts';
import {
  CodedError,
  type ConsolePort,
  type ConsolePortPatch,
  type ErrorData,
  type WorldPatch,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Consoles } from '../consoles.ts';
import { attachClient } from './port-client.ts';
import { openPortDoor, type PortDoor } from './port-door.ts';

/** The first of them; each console keeps its own. */
const firstPort = 7801;
const mostPorts = 200;
const retryMs = 15_000;
const refusalsPerMinute = 2;

export interface ConsolePortParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly consoles: Consoles;
  readonly asCoded: (error: unknown) => CodedError;
}

export type ConsolePorts = ReturnType<typeof createConsolePorts>;

interface OpenPort {
  stored: StoredConsolePort;
  door: PortDoor | undefined;
  clients: number;
  error: ErrorData | null;
  readonly ended: AbortController;
}

/**
 * Consoles for other programs: a TCP port each, for terminals, WebSockets and console proxies. None listens before a person
 * opened it, on this computer's own address unless they said otherwise. It stays open over restarts; one that cannot listen
 * is tried again.
 */
export function createConsolePorts({ store, clock, consoles, asCoded }: ConsolePortParts) {
  const ports = new Map<NodeId, OpenPort>();
  const watchers = new Set<(patch: ConsolePortPatch) => void>();
  const failures = failureLimit({ now: () => clock.now() });
  let stopFollowing: () => void = () => undefined;
  let lastTurn: Promise<unknown> = Promise.resolve();

  const tell = (patch: ConsolePortPatch) => {
    for (const watcher of watchers) watcher(patch);
  };
  const tellRow = (port: OpenPort) => tell({ op: 'put', row: rowOf(port) });
  const append = (nodeId: NodeId, event: PortEvent) =>
    store.timeline.append({ kind: 'console', nodeId, deploymentId: null, ...event });

  /** Rejects as `openPortDoor` does. `port.stored` is looked at again for each client. */
  function listen(port: OpenPort): Promise<PortDoor> {
    const { nodeId, address, port: number } = port.stored;
    return openPortDoor({
      clock,
      address,
      port: number,
      failures,
      serverName: () => store.nodes.find(nodeId)?.name ?? '',
      isToken: token => isSameHash(hashOf(token), port.stored.tokenHash),
      attach: (name, wire) => attachClient({ consoles, nodeId, name, mayWrite: port.stored.mayWrite, wire }),
      onRefused: from =>
        append(nodeId, {
          message: 'console.port_refused',
          details: { port: port.stored.port, from },
          limit: { source: `${nodeId} ${from}`, perMinute: refusalsPerMinute },
        }),
      onCount(clients) {
        port.clients = clients;
        if (ports.get(nodeId) === port) tellRow(port);
      },
    });
  }

  async function listenUntilItDoes(port: OpenPort): Promise<void> {
    while (!port.ended.signal.aborted) {
      try {
        const door = await listen(port);
        // Closed by a person meanwhile.
        if (port.ended.signal.aborted) return await door.close();
        Object.assign(port, { door, error: null });
        tellRow(port);
        return;
      } catch (error) {
        port.error = asCoded(listenError(error, port.stored)).toData();
        tellRow(port);
      }
      await clock.sleep(retryMs, port.ended.signal).catch(() => undefined);
    }
  }

  async function shut(nodeId: NodeId): Promise<void> {
    const port = ports.get(nodeId);
    if (port === undefined) return;
    ports.delete(nodeId);
    port.ended.abort();
    tell({ op: 'remove', nodeIds: [nodeId] });
    await port.door?.close();
  }

  function onChange(patch: WorldPatch): void {
    if (patch.op === 'remove' && patch.table === 'nodes') for (const id of patch.ids) void shut(id as NodeId);
  }

  /** Listens at the number that the console had, or one that is nobody's. No token fits before one is stored. */
  async function listenAnywhere(nodeId: NodeId, address: string, mayWrite: boolean): Promise<OpenPort> {
    const own = store.consolePorts.find(nodeId)?.port;
    const taken = new Set(store.consolePorts.list().map(({ port }) => port));
    const others = Array.from({ length: 2 * mostPorts }, (_, index) => firstPort + index);
    for (const number of [
      ...(own === undefined ? [] : [own]),
      ...others.filter(other => !taken.has(other)),
    ]) {
      const stored = { nodeId, address, port: number, mayWrite, openedAt: clock.now(), tokenHash: '' };
      const port = closedPort(stored);
      try {
        port.door = await listen(port);
        return port;
      } catch (error) {
        const coded = asCoded(listenError(error, stored));
        if (coded.code !== 'net.port_in_use') throw coded;
      }
    }
    throw new CodedError('net.port_in_use', 'no port is free', { proto: 'tcp', port: firstPort });
  }

  async function open(nodeId: NodeId, address: string, mayWrite: boolean) {
    consoles.requireServer(nodeId);
    const before = ports.get(nodeId);
    if (before === undefined && ports.size >= mostPorts) throw tooManyPorts();
    const isSamePlace = before?.door !== undefined && before.stored.address === address;
    if (!isSamePlace) await shut(nodeId);
    const port = isSamePlace ? before : await listenAnywhere(nodeId, address, mayWrite);
    const token = randomBytes(32).toString('base64url');
    const stored = { ...port.stored, mayWrite, tokenHash: hashOf(token), openedAt: clock.now() };
    store.transaction(() => {
      store.consolePorts.save(stored);
      append(nodeId, {
        message: 'console.port_opened',
        details: { address, port: stored.port, access: mayWrite ? 'write' : 'read' },
      });
    });
    port.stored = stored;
    port.door?.clear();
    ports.set(nodeId, port);
    tellRow(port);
    return { port: rowOf(port), token };
  }

  async function close(nodeId: NodeId): Promise<void> {
    const stored = store.consolePorts.find(nodeId);
    if (stored === undefined) return;
    store.transaction(() => {
      store.consolePorts.remove(nodeId);
      append(nodeId, { message: 'console.port_closed', details: { port: stored.port } });
    });
    await shut(nodeId);
  }

  /** Two windows that open the same console's port make one of it. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = lastTurn.then(work);
    lastTurn = done.catch(() => undefined);
    return done;
  }

  return {
    start(): void {
      stopFollowing = store.changes.subscribe(onChange);
      for (const stored of store.consolePorts.list()) {
        const port = closedPort(stored);
        ports.set(stored.nodeId, port);
        void listenUntilItDoes(port);
      }
    },
    rows: (): ConsolePort[] => [...ports.values()].map(rowOf),
    subscribe(watcher: (patch: ConsolePortPatch) => void): () => void {
      watchers.add(watcher);
      return () => void watchers.delete(watcher);
    },
    /** Rejects with `input.not_found`, `bmc.none`, `input.invalid` (an address that is not ours), `net.*`. */
    open: (
      nodeId: NodeId,
      address: string,
      mayWrite: boolean,
    ): Promise<{ port: ConsolePort; token: string }> => inTurn(() => open(nodeId, address, mayWrite)),
    /** Nothing when there is none. */
    close: (nodeId: NodeId): Promise<void> => inTurn(() => close(nodeId)),
    async closeAll(): Promise<void> {
      stopFollowing();
      await lastTurn;
      await Promise.all([...ports.keys()].map(shut));
    },
  };
}

type PortEvent = ToldEvent<'console.port_opened' | 'console.port_closed' | 'console.port_refused'> &
  Pick<NewEvent, 'limit'>;

const closedPort = (stored: StoredConsolePort): OpenPort => ({
  stored,
  door: undefined,
  clients: 0,
  error: null,
  ended: new AbortController(),
});

function rowOf({ stored, clients, error }: OpenPort): ConsolePort {
  const { tokenHash: _, ...row } = stored;
  return { ...row, clients, error };
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

/** An empty hash is nobody's. */
function isSameHash(a: string, b: string): boolean {
  return a.length === b.length && timingSafeEqual(Buffer.from(a), Buffer.from(b));
}

function listenError(error: unknown, { address, port }: StoredConsolePort): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'EADDRINUSE')
    return new CodedError('net.port_in_use', `${address}:${port} is in use`, { proto: 'tcp', port });
  if (code === 'EADDRNOTAVAIL') {
    const message = `${address} is no address of this machine`;
    return new CodedError('input.invalid', message, { issues: [{ path: 'address', message }] });
  }
  return error;
}

function tooManyPorts(): CodedError<'input.invalid'> {
  const message = `no more than ${mostPorts} consoles have a port`;
  return new CodedError('input.invalid', message, { issues: [{ path: 'nodeId', message }] });
}
