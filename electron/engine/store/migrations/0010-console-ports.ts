/** Ports that give consoles to other programs. Of a token its SHA-256 is kept, in hexadecimal. */
export const migration = {
  version: 10,
  topic: 'console-ports',
  sql: `
CREATE TABLE console_ports (
  node_id TEXT PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  port INTEGER NOT NULL UNIQUE,
  token_hash TEXT NOT NULL,
  may_write INTEGER NOT NULL,
  opened_at INTEGER NOT NULL
) STRICT;
`,
} as const;
