import type { Consoles } from '#engine/consoles/consoles.ts';
import type { ConsolePorts } from '#engine/consoles/ports/console-ports.ts';
import {
  readRecording,
  requireRecording,
  searchRecordings,
  textAt,
} from '#engine/consoles/read-recording.ts';
import type { Store } from '#engine/store/store.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

export function consoleHandlers(
  store: Store,
  consoles: Consoles,
  ports: ConsolePorts,
): RacksideHandlers['consoles'] {
  const watches = (texts: readonly string[]) => texts.map(text => ({ text }));
  return {
    states: () => ({ snapshot: consoles.rows, subscribe: consoles.subscribe }),
    view({ nodeId, name }) {
      const open = consoles.view(nodeId, name);
      return {
        snapshot: () => open.view.snapshot(open.server.row()),
        subscribe(onPatch) {
          open.view.start(onPatch);
          return () => consoles.closeView(open);
        },
      };
    },
    async taken({ viewId, offset }) {
      consoles.requireView(viewId).view.taken(offset);
      return {};
    },
    async write({ viewId, data }) {
      const { view, server } = consoles.requireView(viewId);
      await server.write(view, Buffer.from(data, 'base64'));
      return {};
    },
    async sendBreak({ viewId }) {
      const { view, server } = consoles.requireView(viewId);
      await server.sendBreak(view);
      return {};
    },
    async becomeWriter({ viewId }) {
      const { view, server } = consoles.requireView(viewId);
      server.becomeWriter(view);
      return {};
    },
    async takeOver({ nodeId }) {
      consoles.takeOver(nodeId);
      return {};
    },
    async reconnect({ nodeId }) {
      consoles.reconnect(nodeId);
      return {};
    },
    async disconnect({ nodeId }) {
      await consoles.disconnect(nodeId);
      return {};
    },
    ports: () => ({ snapshot: ports.rows, subscribe: ports.subscribe }),
    openPort: ({ nodeId, address, mayWrite }) => ports.open(nodeId, address, mayWrite),
    async closePort({ nodeId }) {
      await ports.close(nodeId);
      return {};
    },
    solSettings: ({ nodeId }) => consoles.settings(nodeId),
    repairSol: ({ nodeId, bitRate }) => consoles.repair(nodeId, bitRate),
    async recordings({ limit, ...filter }) {
      await consoles.flush();
      return store.consoleRecordings.list(filter, limit);
    },
    async textAt({ nodeId, at, lines }) {
      await consoles.flush();
      return textAt(store, nodeId, at, lines);
    },
    async readRecording({ recordingId, afterPart }) {
      await consoles.flush();
      return {
        recording: requireRecording(store, recordingId),
        ...readRecording(store, recordingId, afterPart),
      };
    },
    async removeRecording({ recordingId }) {
      await consoles.flush();
      requireRecording(store, recordingId);
      consoles.removeRecording(recordingId);
      return {};
    },
    async search({ text, nodeId, limit }, signal) {
      await consoles.flush();
      return searchRecordings(store, text, nodeId, limit, signal);
    },
    waitFor: async ({ nodeId, text }) => watches(consoles.waitFor(nodeId, text)),
    stopWaiting: async ({ nodeId, text }) => watches(consoles.stopWaiting(nodeId, text)),
    waitingFor: async ({ nodeId }) => watches(consoles.waitingFor(nodeId)),
  };
}
