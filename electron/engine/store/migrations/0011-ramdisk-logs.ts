/** What ramdisks collected of their own logs: one archive a row, as it came, its hash beside it. */
export const migration = {
  version: 11,
  topic: 'ramdisk-logs',
  sql: `
CREATE TABLE ramdisk_logs (
  id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  step_id TEXT NOT NULL UNIQUE,
  taken_at INTEGER NOT NULL,
  size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  content BLOB NOT NULL
) STRICT;
CREATE INDEX ramdisk_logs_by_node ON ramdisk_logs (node_id, taken_at);
`,
} as const;
