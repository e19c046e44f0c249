/** Reservations, and indexes to find quickly whether an address belongs to one machine. */
export const migration = {
  version: 3,
  topic: 'fixed-addresses',
  sql: `
ALTER TABLE ports ADD COLUMN reserved_address TEXT;
CREATE UNIQUE INDEX ports_by_reserved_address ON ports(reserved_address) WHERE reserved_address IS NOT NULL;
CREATE INDEX nodes_by_bmc_address ON nodes(json_extract(bmc, '$.address'));
CREATE INDEX nodes_by_deployment ON nodes(deployment_id);
CREATE INDEX deployments_by_static_address ON deployments(json_extract(request, '$.network.address'));
`,
} as const;
