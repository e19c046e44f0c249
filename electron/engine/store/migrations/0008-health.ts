/**
 * Hardware health: what each BMC said last, what it is made of, how its values went, its event log and the alarms. The
 * documents have the forms of `shared/contract/entities/health.ts`; points and records are bytes of `engine/health`.
 */
export const migration = {
  version: 8,
  topic: 'health',
  sql: `
CREATE TABLE health_servers (
  node_id TEXT PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
  read_at INTEGER,
  error TEXT,
  failing_since INTEGER,
  power_watts REAL,
  event_log TEXT,
  log_place TEXT
) STRICT;
CREATE TABLE sensor_readings (
  node_id TEXT PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
  readings TEXT NOT NULL
) STRICT;
CREATE TABLE sensor_repositories (
  node_id TEXT PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE,
  place TEXT NOT NULL,
  source TEXT NOT NULL,
  stamp TEXT NOT NULL,
  records BLOB NOT NULL,
  names TEXT NOT NULL
) STRICT;
CREATE TABLE sensor_history (
  node_id TEXT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  resolution TEXT NOT NULL,
  from_at INTEGER NOT NULL,
  points BLOB NOT NULL,
  PRIMARY KEY (node_id, resolution, from_at)
) STRICT;
CREATE INDEX sensor_history_by_age ON sensor_history (resolution, from_at);
CREATE TABLE health_events (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  node_id TEXT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  entry_id INTEGER NOT NULL,
  at INTEGER,
  read_at INTEGER NOT NULL,
  severity TEXT NOT NULL,
  sensor_name TEXT NOT NULL,
  sensor_type TEXT NOT NULL,
  event TEXT NOT NULL,
  direction TEXT NOT NULL,
  generator TEXT NOT NULL,
  reading REAL,
  threshold REAL,
  unit TEXT NOT NULL,
  data TEXT NOT NULL
) STRICT;
CREATE INDEX health_events_by_entry ON health_events (node_id, entry_id);
CREATE TABLE alarms (
  id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  kind TEXT NOT NULL,
  subject TEXT NOT NULL,
  severity TEXT NOT NULL,
  message TEXT NOT NULL,
  details TEXT NOT NULL,
  raised_at INTEGER NOT NULL,
  cleared_at INTEGER,
  acknowledged_at INTEGER,
  note TEXT NOT NULL
) STRICT;
CREATE UNIQUE INDEX one_alarm_holds ON alarms (node_id, kind, subject) WHERE cleared_at IS NULL;
`,
} as const;
