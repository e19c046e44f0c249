/**
 * Recordings of serial consoles, in parts of a second or so. `events` and `lines` are compressed; `console_words` is what
 * they are searched by and keeps no text (FTS5, contentless), so a row of it goes with its part by the same number, which is
 * never given again. A recording names its server without a reference: thousands of parts go a few at a time after it.
 */
export const migration = {
  version: 8,
  topic: 'consoles',
  sql: `
CREATE TABLE console_recordings (
  id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER,
  columns INTEGER NOT NULL,
  rows INTEGER NOT NULL,
  output_bytes INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  is_removed INTEGER NOT NULL
) STRICT;
CREATE INDEX console_recordings_by_node ON console_recordings (node_id, started_at);
CREATE INDEX console_recordings_by_age ON console_recordings (started_at);

CREATE TABLE console_parts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  recording_id TEXT NOT NULL REFERENCES console_recordings (id),
  from_ms INTEGER NOT NULL,
  to_ms INTEGER NOT NULL,
  stored_bytes INTEGER NOT NULL,
  events BLOB NOT NULL,
  lines BLOB NOT NULL
) STRICT;
CREATE INDEX console_parts_by_recording ON console_parts (recording_id, id);

CREATE VIRTUAL TABLE console_words USING fts5 (
  words, content='', contentless_delete=1, detail=none, tokenize='unicode61'
);

CREATE TABLE console_watches (
  node_id TEXT NOT NULL REFERENCES nodes (id) ON DELETE CASCADE,
  text TEXT NOT NULL,
  PRIMARY KEY (node_id, text)
) STRICT;

CREATE TABLE console_holds (
  node_id TEXT PRIMARY KEY REFERENCES nodes (id) ON DELETE CASCADE
) STRICT;
`,
} as const;
