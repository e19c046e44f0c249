/** A cancel outlives the engine that was asked for it, and a ramdisk that is not wanted any more can be told so. */
export const migration = {
  version: 4,
  topic: 'cancelled-and-retired',
  sql: `
ALTER TABLE deployments ADD COLUMN cancel_requested_at INTEGER;
ALTER TABLE agent_sessions ADD COLUMN retired INTEGER NOT NULL DEFAULT 0;
CREATE INDEX deployments_by_node ON deployments(node_id, created_at);
`,
} as const;
