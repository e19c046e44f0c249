/** A download page names the checksum of its file, not that of the disk inside. Unknown of what was imported before. */
export const migration = {
  version: 7,
  topic: 'image-checksum',
  sql: `
ALTER TABLE images ADD COLUMN source_sha256 TEXT NOT NULL DEFAULT '';
UPDATE images SET source_sha256 = sha256 WHERE kind = 'installer' OR source_format = 'raw';
`,
} as const;
