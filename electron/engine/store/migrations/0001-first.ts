/** The first schema. A migration never imports living types: it must mean the same in ten years. */
export const migration = {
  version: 1,
  topic: 'first',
  sql: `
CREATE TABLE nodes (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  bmc TEXT,                      -- JSON without the password, NULL: no BMC
  provision_state TEXT NOT NULL,
  target_provision_state TEXT,
  power_state TEXT NOT NULL,
  boot_mode TEXT,
  boot_target TEXT NOT NULL,
  last_error TEXT,               -- JSON
  inventory TEXT,                -- JSON
  root_device_hints TEXT NOT NULL,
  resource_class TEXT NOT NULL,
  extra TEXT NOT NULL,
  is_virtual INTEGER NOT NULL,
  deployment_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

CREATE TABLE portgroups (
  id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  address TEXT,
  mode TEXT NOT NULL,
  properties TEXT NOT NULL
) STRICT;

CREATE TABLE ports (
  id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
  address TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  pxe_enabled INTEGER NOT NULL,
  physical_network TEXT NOT NULL,
  segmentation_id INTEGER,
  portgroup_id TEXT REFERENCES portgroups(id) ON DELETE SET NULL
) STRICT;
CREATE INDEX ports_by_node ON ports(node_id);

CREATE TABLE discovered (
  mac TEXT PRIMARY KEY,
  interface_name TEXT NOT NULL,
  architecture TEXT NOT NULL,
  vendor_class TEXT NOT NULL,
  uuid TEXT NOT NULL,
  first_seen_at INTEGER NOT NULL,
  last_seen_at INTEGER NOT NULL,
  times_seen INTEGER NOT NULL
) STRICT;

CREATE TABLE images (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  source_path TEXT NOT NULL,
  source_format TEXT NOT NULL,
  raw_size_bytes INTEGER NOT NULL,
  stored_size_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  partition_table TEXT NOT NULL,
  boots TEXT NOT NULL,
  evidence TEXT NOT NULL,
  error TEXT,
  created_at INTEGER NOT NULL
) STRICT;

CREATE TABLE networks (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  cidr TEXT NOT NULL,
  interface_name TEXT NOT NULL,
  dhcp_mode TEXT NOT NULL,
  pool_start TEXT NOT NULL,
  pool_end TEXT NOT NULL,
  gateway TEXT,
  dns TEXT NOT NULL,
  domain TEXT NOT NULL,
  lease_seconds INTEGER NOT NULL,
  segmentation_id INTEGER,
  other_servers TEXT NOT NULL,
  checked_at INTEGER,
  serve_beside_others INTEGER NOT NULL
) STRICT;

CREATE TABLE leases (
  network_id TEXT NOT NULL REFERENCES networks(id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  mac TEXT NOT NULL,
  expires_at_ms INTEGER NOT NULL,
  host_name TEXT NOT NULL,
  PRIMARY KEY (network_id, address)
) STRICT, WITHOUT ROWID;
CREATE INDEX leases_by_mac ON leases(mac);
CREATE INDEX leases_by_address ON leases(address);

CREATE TABLE deployments (
  id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
  node_name TEXT NOT NULL,
  image_id TEXT NOT NULL,
  image_name TEXT NOT NULL,
  host_name TEXT NOT NULL,
  state TEXT NOT NULL,
  request TEXT NOT NULL,         -- JSON without the root password
  disk TEXT,
  error TEXT,
  created_at INTEGER NOT NULL,
  finished_at INTEGER
) STRICT;
CREATE UNIQUE INDEX one_running_deployment_a_node ON deployments(node_id) WHERE state = 'running';

CREATE TABLE deployment_steps (
  deployment_id TEXT NOT NULL REFERENCES deployments(id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  name TEXT NOT NULL,
  state TEXT NOT NULL,
  attempt INTEGER NOT NULL,
  started_at INTEGER,
  finished_at INTEGER,
  progress TEXT,
  evidence TEXT NOT NULL,
  error TEXT,
  PRIMARY KEY (deployment_id, position)
) STRICT, WITHOUT ROWID;

CREATE TABLE agent_sessions (
  node_id TEXT PRIMARY KEY REFERENCES nodes(id) ON DELETE CASCADE,
  boot_token_hash TEXT NOT NULL,
  boot_token_spent INTEGER NOT NULL,
  session_token_hash TEXT,
  session_used INTEGER NOT NULL,
  client_address TEXT,
  purpose TEXT NOT NULL,         -- the deployment's id, or 'inspect'
  created_at INTEGER NOT NULL
) STRICT;

-- Results are kept before the agent hears that they were taken: it may reboot right after.
CREATE TABLE agent_results (
  step_id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
  result TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  kind TEXT NOT NULL,
  node_id TEXT,
  deployment_id TEXT,
  message TEXT NOT NULL,
  details TEXT NOT NULL
) STRICT;
CREATE INDEX events_by_node ON events(node_id, seq);
CREATE INDEX events_by_deployment ON events(deployment_id, seq);

CREATE TABLE sealed_secrets (
  owner TEXT NOT NULL,           -- 'node:<id>', 'deployment:<id>'
  name TEXT NOT NULL,
  sealed BLOB NOT NULL,
  PRIMARY KEY (owner, name)
) STRICT, WITHOUT ROWID;

CREATE TABLE settings (
  key TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`,
} as const;
