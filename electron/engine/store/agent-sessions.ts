import { z } from 'zod';
import type { NodeId } from '#shared/model/ids.ts';
import type { Database } from './database.ts';
import { defineTable, flag, json, plain } from './table.ts';

/** What a deploy ramdisk may do, by the hashes of its tokens: whoever reads this database learns none. */
export interface AgentSession {
  readonly nodeId: NodeId;
  readonly bootTokenHash: string;
  readonly bootTokenSpent: boolean;
  readonly sessionTokenHash: string | null;
  /** The agent has the session: a repeated hello is now a replay. */
  readonly sessionUsed: boolean;
  /** The session answers only from where it said hello. */
  readonly clientAddress: string | null;
  /** A deployment's id, or `inspect`. */
  readonly purpose: string;
  readonly createdAt: number;
  /**
   * Its task is over. The session stays, so that its ramdisk can be told to stop instead of going on unheard, until the
   * machine's next boot; a retry may take it up again.
   */
  readonly retired: boolean;
}

export interface AgentSessionRepository {
  find(nodeId: NodeId): AgentSession | undefined;
  findByBootToken(hash: string): AgentSession | undefined;
  findBySessionToken(hash: string): AgentSession | undefined;
  save(session: AgentSession): void;
  result(stepId: string): AgentResult | undefined;
  saveResult(nodeId: NodeId, stepId: string, result: AgentResult): void;
  /** Of tasks that are over. */
  forgetResults(nodeId: NodeId): void;
}

/** What the agent says of a finished step (`assets/ramdisk/protocol.md`, "result"). */
export const agentResult = z.discriminatedUnion('ok', [
  z.object({ ok: z.literal(true), evidence: z.record(z.string(), z.unknown()).default({}) }),
  z.object({
    ok: z.literal(false),
    code: z.string().max(80),
    message: z.string().max(4000),
    evidence: z.record(z.string(), z.unknown()).default({}),
  }),
]);
export type AgentResult = z.output<typeof agentResult>;

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
      sessionUsed: flag,
      clientAddress: plain(),
      purpose: plain(),
      createdAt: plain(),
      retired: flag,
    },
    'created_at',
  );
  const results = defineTable<{ stepId: string; nodeId: NodeId; result: AgentResult }>(
    db,
    'agent_results',
    ['stepId'],
    { stepId: plain(), nodeId: plain(), result: json(agentResult) },
    'step_id',
  );
  return {
    find: nodeId => table.first('node_id = ?', nodeId),
    findByBootToken: hash => table.first('boot_token_hash = ?', hash),
    findBySessionToken: hash => table.first('session_token_hash = ?', hash),
    save: session => table.put(session),
    result: stepId => results.first('step_id = ?', stepId)?.result,
    saveResult: (nodeId, stepId, result) => results.put({ stepId, nodeId, result }),
    forgetResults: nodeId => void results.delete('node_id = ?', nodeId),
  };
}
