/**
 * A download page names the checksum of its file, not that of the disk inside. Unknown of what was imported before.
 * What a person deletes is kept for a minute, also by an engine that is killed in it.
 */
export const migration = {
  version: 7,
  topic: 'image-checksum',
  sql: `
ALTER TABLE images ADD COLUMN source_sha256 TEXT NOT NULL DEFAULT '';
ALTER TABLE images ADD COLUMN removed_at INTEGER;
UPDATE images SET source_sha256 = sha256 WHERE kind = 'installer' OR source_format = 'raw';
`,
} as const;
