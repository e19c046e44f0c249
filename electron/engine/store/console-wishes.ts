import type { NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';

/** What persons want of consoles, kept over a restart: texts that are waited for, and places that were given free. */
export interface ConsoleWishRepository {
  texts(nodeId: NodeId): string[];
  /** Servers on whose consoles a text is waited for. */
  waiting(): NodeId[];
  waitFor(nodeId: NodeId, text: string): void;
  stopWaiting(nodeId: NodeId, text: string): void;
  /** Servers whose console stays off until somebody opens it. */
  held(): NodeId[];
  hold(nodeId: NodeId): void;
  release(nodeId: NodeId): void;
  forgetTexts(): void;
}

export function consoleWishRepository(db: Database): ConsoleWishRepository {
  const texts = db.prepare('SELECT text FROM console_watches WHERE node_id = ? ORDER BY rowid').pluck();
  const waiting = db.prepare('SELECT DISTINCT node_id FROM console_watches').pluck();
  const add = db.prepare('INSERT INTO console_watches VALUES (?, ?) ON CONFLICT DO NOTHING');
  const drop = db.prepare('DELETE FROM console_watches WHERE node_id = ? AND text = ?');
  const held = db.prepare('SELECT node_id FROM console_holds').pluck();
  const hold = db.prepare('INSERT INTO console_holds VALUES (?) ON CONFLICT DO NOTHING');
  const release = db.prepare('DELETE FROM console_holds WHERE node_id = ?');
  const forget = db.prepare('DELETE FROM console_watches');
  return {
    texts: nodeId => texts.all(nodeId) as string[],
    waiting: () => waiting.all() as NodeId[],
    waitFor: (nodeId, text) => void add.run(nodeId, text),
    stopWaiting: (nodeId, text) => void drop.run(nodeId, text),
    held: () => held.all() as NodeId[],
    hold: nodeId => void hold.run(nodeId),
    release: nodeId => void release.run(nodeId),
    forgetTexts: () => void forget.run(),
  };
}
