/** Profiles, installers, several networks a machine, and what is erased when. */
export const migration = {
  version: 5,
  topic: 'identity-and-installers',
  sql: `
CREATE TABLE profiles (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL UNIQUE COLLATE NOCASE,
  description TEXT NOT NULL,
  storage TEXT,
  disk_rules TEXT NOT NULL,
  time_zone TEXT NOT NULL,
  locale TEXT NOT NULL,
  keyboard TEXT NOT NULL,
  users TEXT NOT NULL,
  packages TEXT NOT NULL,
  repositories TEXT NOT NULL,
  post_scripts TEXT NOT NULL,
  kernel_arguments TEXT NOT NULL,
  rebuild_initramfs INTEGER NOT NULL,
  identity_drive TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;

-- What a person wrote instead of ours: 'template' and 'phrases' of an installer's family.
CREATE TABLE profile_texts (
  profile_id TEXT NOT NULL REFERENCES profiles(id) ON DELETE CASCADE,
  family TEXT NOT NULL,
  kind TEXT NOT NULL,
  text TEXT NOT NULL,
  PRIMARY KEY (profile_id, family, kind)
) STRICT, WITHOUT ROWID;

ALTER TABLE nodes ADD COLUMN clean_on_release INTEGER;

-- Mode was free text. What it may have meant, by the numbers and other names of the kernel's modes (bonding.rst).
UPDATE portgroups SET mode = CASE lower(trim(mode))
  WHEN '0' THEN 'balance-rr' WHEN 'balance-rr' THEN 'balance-rr' WHEN 'round-robin' THEN 'balance-rr'
  WHEN '2' THEN 'balance-xor' WHEN 'balance-xor' THEN 'balance-xor' WHEN 'xor' THEN 'balance-xor'
  WHEN '3' THEN 'broadcast' WHEN 'broadcast' THEN 'broadcast'
  WHEN '4' THEN '802.3ad' WHEN '802.3ad' THEN '802.3ad' WHEN 'lacp' THEN '802.3ad' WHEN '802.1ax' THEN '802.3ad'
  WHEN '5' THEN 'balance-tlb' WHEN 'balance-tlb' THEN 'balance-tlb'
  WHEN '6' THEN 'balance-alb' WHEN 'balance-alb' THEN 'balance-alb'
  ELSE 'active-backup' END;

ALTER TABLE images ADD COLUMN kind TEXT NOT NULL DEFAULT 'whole-disk';
ALTER TABLE images ADD COLUMN installer TEXT;

ALTER TABLE networks ADD COLUMN physical_network TEXT NOT NULL DEFAULT '';
ALTER TABLE networks ADD COLUMN mtu INTEGER;
ALTER TABLE networks ADD COLUMN purposes TEXT NOT NULL DEFAULT '["provisioning","cleaning","rescue","tenant"]';

-- VLAN sub-interfaces that we made on a person's word, and take away again.
CREATE TABLE vlan_interfaces (
  name TEXT PRIMARY KEY,
  parent TEXT NOT NULL,
  parent_mac TEXT,
  vlan_id INTEGER NOT NULL,
  address TEXT NOT NULL,
  prefix_length INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- 'disk-image' and its kin; image_id is '' where nothing is installed.
ALTER TABLE deployments ADD COLUMN kind TEXT NOT NULL DEFAULT 'disk-image';
DROP INDEX deployments_by_static_address;
UPDATE deployments SET request = json_set(json_remove(request, '$.network'), '$.networks',
  json_array(json_object('place', json_object('by', 'provisioning'), 'address', json_extract(request, '$.network'))))
WHERE json_type(request, '$.network') IS NOT NULL;

ALTER TABLE deployment_steps ADD COLUMN phase TEXT;

-- Each one's profile as it was, with its own texts: the profile may be edited or removed.
CREATE TABLE deployment_profiles (
  deployment_id TEXT PRIMARY KEY REFERENCES deployments(id) ON DELETE CASCADE,
  profile TEXT NOT NULL
) STRICT;

-- Set by hand in what is deployed on a server, so that no pool gives them to another one.
CREATE TABLE deployment_addresses (
  deployment_id TEXT NOT NULL REFERENCES deployments(id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  PRIMARY KEY (address, deployment_id)
) STRICT, WITHOUT ROWID;
INSERT INTO deployment_addresses (deployment_id, address)
  SELECT id, json_extract(request, '$.networks[0].address.address') FROM deployments
  WHERE json_extract(request, '$.networks[0].address.address') IS NOT NULL;

-- Where each network of a machine went (Ironic's VIFs). Its DHCP answers come from these networks only: one that goes,
-- or the last of them, leaves no other in its place.
ALTER TABLE nodes ADD COLUMN is_attached INTEGER NOT NULL DEFAULT 0;
CREATE TABLE attachments (
  id TEXT PRIMARY KEY,
  node_id TEXT NOT NULL REFERENCES nodes(id) ON DELETE CASCADE,
  network_id TEXT REFERENCES networks(id) ON DELETE CASCADE,
  port_id TEXT REFERENCES ports(id) ON DELETE CASCADE,
  portgroup_id TEXT REFERENCES portgroups(id) ON DELETE SET NULL,
  vlan_id INTEGER,
  mac TEXT NOT NULL
) STRICT;
CREATE INDEX attachments_by_node ON attachments(node_id);
CREATE INDEX attachments_by_mac ON attachments(mac);
CREATE INDEX attachments_by_portgroup ON attachments(portgroup_id);
CREATE INDEX portgroups_by_address ON portgroups(address);
`,
} as const;
