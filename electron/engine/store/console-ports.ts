import type { ConsolePort } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';
import { defineTable, flag, plain } from './table.ts';

export interface StoredConsolePort
  extends Pick<ConsolePort, 'nodeId' | 'address' | 'port' | 'mayWrite' | 'openedAt'> {
  /** SHA-256, in hexadecimal. */
  readonly tokenHash: string;
}

/** Ports that give consoles to other programs; they go with their server. */
export interface ConsolePortRepository {
  list(): StoredConsolePort[];
  find(nodeId: NodeId): StoredConsolePort | undefined;
  save(port: StoredConsolePort): void;
  remove(nodeId: NodeId): void;
  removeAll(): void;
}

export function consolePortRepository(db: Database): ConsolePortRepository {
  const table = defineTable<StoredConsolePort>(
    db,
    'console_ports',
    ['nodeId'],
    {
      nodeId: plain(),
      address: plain(),
      port: plain(),
      tokenHash: plain(),
      mayWrite: flag,
      openedAt: plain(),
    },
    'port',
  );
  return {
    list: () => table.select(),
    find: nodeId => table.first('node_id = ?', nodeId),
    save: port => table.put(port),
    remove: nodeId => void table.delete('node_id = ?', nodeId),
    removeAll: () => void table.delete('1'),
  };
}
