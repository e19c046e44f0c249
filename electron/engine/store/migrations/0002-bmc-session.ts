/** How a BMC is to be spoken with, and what is remembered of its sessions besides the cipher suite. */
export const migration = {
  version: 2,
  topic: 'bmc-session',
  sql: `
UPDATE nodes SET bmc = json_set(bmc,
  '$.hasBmcKey', json('false'),
  '$.protocol', 'auto',
  '$.privilege', NULL,
  '$.interfaceVersion', NULL)
WHERE bmc IS NOT NULL;
`,
} as const;
