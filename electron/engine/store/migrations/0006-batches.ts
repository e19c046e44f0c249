/** Servers that are deployed in waves. */
export const migration = {
  version: 6,
  topic: 'batches',
  sql: `
CREATE TABLE batches (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  concurrency INTEGER NOT NULL,
  state TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;

-- Neither server nor deployment is referenced: what became of them is told when they are gone too.
CREATE TABLE batch_servers (
  batch_id TEXT NOT NULL REFERENCES batches(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  node_id TEXT NOT NULL,
  node_name TEXT NOT NULL,
  host_name TEXT NOT NULL,
  image_name TEXT NOT NULL,
  state TEXT NOT NULL,
  deployment_id TEXT,
  error TEXT,
  PRIMARY KEY (batch_id, position)
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_servers_by_node ON batch_servers(node_id);
CREATE INDEX batch_servers_by_deployment ON batch_servers(deployment_id);

-- What was asked for each, until its deployment is made. Beside the row, which is read at each change of the batch.
CREATE TABLE batch_plans (
  batch_id TEXT NOT NULL REFERENCES batches(id) ON DELETE CASCADE,
  node_id TEXT NOT NULL,
  request TEXT NOT NULL,         -- JSON without the root password
  seen TEXT NOT NULL,
  PRIMARY KEY (batch_id, node_id)
) STRICT;

-- Fixed addresses among it: asked for each free address of a pool.
CREATE TABLE batch_addresses (
  batch_id TEXT NOT NULL,
  node_id TEXT NOT NULL,
  address TEXT NOT NULL,
  PRIMARY KEY (address, batch_id, node_id),
  FOREIGN KEY (batch_id, node_id) REFERENCES batch_plans(batch_id, node_id) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX batch_addresses_by_plan ON batch_addresses(batch_id, node_id);
`,
} as const;
