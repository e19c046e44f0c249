import type { NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';
import { defineTable, flag, plain } from './table.ts';

/** What a deploy ramdisk may do, by the hashes of its tokens: whoever reads this database learns none. */
export interface AgentSession {
  readonly nodeId: NodeId;
  readonly bootTokenHash: string;
  readonly bootTokenSpent: boolean;
  readonly sessionTokenHash: string | null;
  /** The session answers only from where it said hello. */
  readonly clientAddress: string | null;
  /** A deployment's id, or `inspect`. */
  readonly purpose: string;
  readonly createdAt: number;
}

export interface AgentSessionRepository {
  find(nodeId: NodeId): AgentSession | undefined;
  findByBootToken(hash: string): AgentSession | undefined;
  findBySessionToken(hash: string): AgentSession | undefined;
  save(session: AgentSession): void;
  remove(nodeId: NodeId): void;
}

export function agentSessionRepository(db: Database): AgentSessionRepository {
  const table = defineTable<AgentSession>(
    db,
    'agent_sessions',
    ['nodeId'],
    {
      nodeId: plain(),
      bootTokenHash: plain(),
      bootTokenSpent: flag,
      sessionTokenHash: plain(),
      clientAddress: plain(),
      purpose: plain(),
      createdAt: plain(),
    },
    'created_at',
  );
  return {
    find: nodeId => table.first('node_id = ?', nodeId),
    findByBootToken: hash => table.first('boot_token_hash = ?', hash),
    findBySessionToken: hash => table.first('session_token_hash = ?', hash),
    save: session => table.put(session),
    remove: nodeId => void table.delete('node_id = ?', nodeId),
  };
}
