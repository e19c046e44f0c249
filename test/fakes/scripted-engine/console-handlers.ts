import {
  type AttachedConsolePatch,
  CodedError,
  type ConsoleGapReason,
  type ConsolePort,
  type ConsolePortPatch,
  type ConsoleStatesPatch,
  type RacksideHandlers,
  type ServerConsole,
  type SolSettings,
  type TextWatch,
} from '#shared/contract/index.ts';
import type { ConsoleViewId, NodeId } from '#shared/model/ids.ts';
import { consoleRecordings, hitsFor, recordedEvents, recordingOf, textOf } from './console-recordings.ts';
import { nodeIdOf, uuid } from './ids.ts';
import { find, type Play } from './play.ts';

/** What a test does to consoles, as their machines and BMCs would. */
export interface ScriptedConsoles {
  readonly say: (nodeId: NodeId, text: string) => void;
  /** Everybody who looks is told that bytes are missing here. */
  readonly gap: (nodeId: NodeId, why: ConsoleGapReason) => void;
  /** Of a window that was too slow: so many bytes are left out. */
  readonly skip: (nodeId: NodeId, bytes: number) => void;
  readonly change: (nodeId: NodeId, change: Partial<ServerConsole>) => void;
  /** How far each view has acknowledged, in the order of their opening. */
  readonly taken: () => readonly number[];
}

interface View {
  readonly id: ConsoleViewId;
  readonly nodeId: NodeId;
  readonly name: string;
  tell: (patch: AttachedConsolePatch) => void;
  taken: number;
}

interface Terminal {
  row: ServerConsole;
  offset: number;
  screen: string;
  watches: readonly TextWatch[];
}

const greeting = 'Debian GNU/Linux 13 ttyS0\r\n\r\nlogin: ';
const screenCharacters = 16_384;

const solSettings: SolSettings = {
  isEnabled: true,
  privilege: 'operator',
  requiresEncryption: true,
  bitRate: 115_200,
  bitRateAfterRestart: 115_200,
};

/** One that another program has, one that is tried again, one that is switched off; the others are connected. */
function troubleOf(nodeId: NodeId): Partial<ServerConsole> {
  const address = '10.78.0.13';
  if (nodeId === nodeIdOf(3))
    return { state: 'stopped', error: new CodedError('console.in_use', 'in use', { address }).toData() };
  if (nodeId === nodeIdOf(5))
    return {
      state: 'waiting',
      retryAt: Date.now() + 60_000,
      error: new CodedError('bmc.unreachable', 'no answer', { address: '10.78.0.15', attempts: 4 }).toData(),
    };
  if (nodeId === nodeIdOf(6))
    return { state: 'stopped', error: new CodedError('console.sol_off', 'off', { address }).toData() };
  return {};
}

/** Consoles that say lines, echo what is typed, and answer Enter with a prompt. */
export function consoleHandlers({ world, note }: Play): {
  readonly handlers: RacksideHandlers['consoles'];
  readonly consoles: ScriptedConsoles;
} {
  const terminals = new Map<NodeId, Terminal>();
  const views = new Map<ConsoleViewId, View>();
  const stateWatchers = new Set<(patch: ConsoleStatesPatch) => void>();
  const ports = new Map<NodeId, ConsolePort>();
  const portWatchers = new Set<(patch: ConsolePortPatch) => void>();
  let opened = 0;

  function terminalOf(nodeId: NodeId): Terminal {
    const node = find(world.nodes, nodeId, 'node');
    if (node.bmc === null) throw new CodedError('bmc.none', 'no BMC', { node: node.name });
    const known = terminals.get(nodeId);
    if (known !== undefined) return known;
    const row: ServerConsole = {
      nodeId,
      state: 'connected',
      since: Date.now() - 600_000,
      retryAt: null,
      error: null,
      writer: null,
      watchers: [],
      recordingId: consoleRecordings(nodeId).find(({ endedAt }) => endedAt === null)?.id ?? null,
      ...troubleOf(nodeId),
    };
    const terminal = { row, offset: greeting.length, screen: greeting, watches: [] };
    terminals.set(nodeId, terminal);
    return terminal;
  }
  const rows = () => world.nodes.filter(node => node.bmc !== null).map(node => terminalOf(node.id).row);
  const tellViews = (nodeId: NodeId, patch: AttachedConsolePatch) => {
    for (const view of views.values()) if (view.nodeId === nodeId) view.tell(patch);
  };
  const change: ScriptedConsoles['change'] = (nodeId, changed) => {
    const terminal = terminalOf(nodeId);
    terminal.row = { ...terminal.row, ...changed };
    for (const watcher of stateWatchers) watcher({ op: 'put', row: terminal.row });
    tellViews(nodeId, { op: 'console', row: terminal.row });
  };
  const say: ScriptedConsoles['say'] = (nodeId, text) => {
    const terminal = terminalOf(nodeId);
    const data = Buffer.from(text);
    tellViews(nodeId, { op: 'output', offset: terminal.offset, data: data.toString('base64') });
    terminal.offset += data.length;
    terminal.screen = (terminal.screen + text).slice(-screenCharacters);
  };
  const showWatchers = (nodeId: NodeId) => {
    const watchers = [...views.values()]
      .filter(view => view.nodeId === nodeId)
      .map(({ id, name }) => ({ viewId: id, name, since: Date.now() }));
    const { writer } = terminalOf(nodeId).row;
    change(nodeId, { watchers, writer: watchers.some(({ viewId }) => viewId === writer) ? writer : null });
  };
  const viewOf = (id: ConsoleViewId): View => {
    const view = views.get(id);
    if (view === undefined) throw new CodedError('input.not_found', 'no such view', { what: 'view', id });
    return view;
  };
  const connect = (nodeId: NodeId) =>
    change(nodeId, { state: 'connected', since: Date.now(), retryAt: null, error: null });

  const handlers: RacksideHandlers['consoles'] = {
    states: () => ({
      snapshot: rows,
      subscribe(onPatch) {
        stateWatchers.add(onPatch);
        return () => void stateWatchers.delete(onPatch);
      },
    }),
    view({ nodeId, name }) {
      const terminal = terminalOf(nodeId);
      opened += 1;
      const view: View = {
        id: uuid('6', opened) as ConsoleViewId,
        nodeId,
        name,
        tell: () => undefined,
        taken: 0,
      };
      return {
        snapshot() {
          views.set(view.id, view);
          showWatchers(nodeId);
          const tail = Buffer.from(terminal.screen);
          const offset = terminal.offset - tail.length;
          return { viewId: view.id, console: terminal.row, offset, tail: tail.toString('base64') };
        },
        subscribe(onPatch) {
          view.tell = onPatch;
          return () => {
            views.delete(view.id);
            showWatchers(nodeId);
          };
        },
      };
    },
    async taken({ viewId, offset }) {
      viewOf(viewId).taken = offset;
      return {};
    },
    async write({ viewId, data }) {
      const { nodeId } = viewOf(viewId);
      const { row } = terminalOf(nodeId);
      const text = Buffer.from(data, 'base64').toString();
      if (row.state !== 'connected')
        throw new CodedError('console.not_connected', row.state, { node: nodeId });
      const writer = views.get(row.writer ?? viewId);
      if (writer !== undefined && writer.id !== viewId)
        throw new CodedError('console.not_writer', 'another view types', { writer: writer.name });
      if (row.writer !== viewId) change(nodeId, { writer: viewId });
      // What was refused did not reach the machine.
      note('consoles.write', { nodeId, text });
      say(nodeId, text.replaceAll('\r', '\r\n# '));
      return {};
    },
    async sendBreak({ viewId }) {
      note('consoles.sendBreak', { nodeId: viewOf(viewId).nodeId });
      return {};
    },
    async becomeWriter({ viewId }) {
      const { nodeId } = viewOf(viewId);
      note('consoles.becomeWriter', { nodeId });
      change(nodeId, { writer: viewId });
      return {};
    },
    async takeOver(input) {
      note('consoles.takeOver', input);
      connect(input.nodeId);
      return {};
    },
    async reconnect(input) {
      note('consoles.reconnect', input);
      connect(input.nodeId);
      return {};
    },
    async disconnect(input) {
      note('consoles.disconnect', input);
      change(input.nodeId, { state: 'off', since: Date.now(), retryAt: null, error: null });
      return {};
    },
    ports: () => ({
      snapshot: () => [...ports.values()],
      subscribe(onPatch) {
        portWatchers.add(onPatch);
        return () => void portWatchers.delete(onPatch);
      },
    }),
    async openPort(input) {
      note('consoles.openPort', input);
      terminalOf(input.nodeId);
      const port = { ...input, port: 7801 + ports.size, openedAt: Date.now(), clients: 0, error: null };
      ports.set(input.nodeId, port);
      for (const watcher of portWatchers) watcher({ op: 'put', row: port });
      return { port, token: 'q3Zk8f0n1xWc7VbT5mLr2yHs9dPj6uGa4eKi0oNwXtE' };
    },
    async closePort(input) {
      note('consoles.closePort', input);
      ports.delete(input.nodeId);
      for (const watcher of portWatchers) watcher({ op: 'remove', nodeIds: [input.nodeId] });
      return {};
    },
    solSettings: async ({ nodeId }) => ({
      ...solSettings,
      isEnabled: terminalOf(nodeId).row.error?.code !== 'console.sol_off',
    }),
    async repairSol(input) {
      note('consoles.repairSol', input);
      connect(input.nodeId);
      return { ...solSettings, ...(input.bitRate !== undefined && { bitRate: input.bitRate }) };
    },
    recordings: async ({ nodeId, deploymentId, limit }) => {
      const deployment = world.deployments.find(({ id }) => id === deploymentId);
      if (deployment !== undefined) return [recordingOf(deployment)];
      return world.nodes
        .filter(node => node.bmc !== null && (nodeId === undefined || node.id === nodeId))
        .flatMap(node => consoleRecordings(node.id))
        .slice(0, limit);
    },
    async textAt({ nodeId, at }) {
      const deployment = world.deployments.find(row => row.nodeId === nodeId);
      return deployment === undefined ? null : textOf(recordingOf(deployment), at);
    },
    async readRecording({ recordingId, afterPart }) {
      const all = world.nodes.flatMap(node => consoleRecordings(node.id));
      const recording = find(all, recordingId, 'recording');
      return { recording, events: [...recordedEvents(afterPart)], nextPart: afterPart === 0 ? 1 : null };
    },
    async removeRecording(input) {
      note('consoles.removeRecording', input);
      return {};
    },
    search: async ({ text, nodeId, limit }) =>
      world.nodes
        .filter(node => node.bmc !== null && (nodeId === undefined || node.id === nodeId))
        .flatMap(node => hitsFor(node.id, text))
        .slice(0, limit),
    async waitFor({ nodeId, text }) {
      note('consoles.waitFor', { nodeId, text });
      const terminal = terminalOf(nodeId);
      terminal.watches = [...terminal.watches.filter(watch => watch.text !== text), { text }];
      return [...terminal.watches];
    },
    async stopWaiting({ nodeId, text }) {
      note('consoles.stopWaiting', { nodeId, text });
      const terminal = terminalOf(nodeId);
      terminal.watches = terminal.watches.filter(watch => watch.text !== text);
      return [...terminal.watches];
    },
    waitingFor: async ({ nodeId }) => [...terminalOf(nodeId).watches],
  };
  return {
    handlers,
    consoles: {
      say,
      change,
      gap: (nodeId, why) => tellViews(nodeId, { op: 'gap', at: Date.now(), why }),
      skip(nodeId, bytes) {
        const terminal = terminalOf(nodeId);
        const from = terminal.offset;
        terminal.offset += bytes;
        tellViews(nodeId, { op: 'skipped', from, to: terminal.offset });
      },
      taken: () => [...views.values()].map(view => view.taken),
    },
  };
}
