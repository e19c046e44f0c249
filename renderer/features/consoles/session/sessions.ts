import type { RacksideClient } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { broadcastTo } from '../deck/broadcast.ts';
import { type ConsoleSession, openSession } from './console-session.ts';
import { windowName } from './writers.ts';

const sessions = new Map<NodeId, ConsoleSession>();
const tag = crypto.randomUUID().slice(0, 2).toUpperCase();

/** The console of a server in this window: opened when it is first shown, and the same until it is closed. */
export function sessionOf(client: RacksideClient, nodeId: NodeId): ConsoleSession {
  const known = sessions.get(nodeId);
  if (known !== undefined) return known;
  const session = openSession({
    client,
    nodeId,
    name: windowName(navigator.userAgent, tag),
    onTyped: text => {
      for (const id of broadcastTo(nodeId)) sessions.get(id)?.type(text);
    },
  });
  sessions.set(nodeId, session);
  return session;
}

export function closeSession(nodeId: NodeId): void {
  sessions.get(nodeId)?.close();
  sessions.delete(nodeId);
}
