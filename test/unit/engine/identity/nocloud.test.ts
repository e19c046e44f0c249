import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { parseIdentity } from '#engine/identity/identity.ts';
import { buildNoCloudDrive, noCloudFiles } from '#engine/identity/nocloud.ts';
import { readIso } from '../media/iso9660/read-iso.ts';
import { ed25519Key } from './keys.ts';
import { models } from './network/models.ts';

const instance = { instanceId: '6f1d5c0e-0000-4000-8000-000000000001', createdAtMs: Date.UTC(2026, 0, 2) };

function filesOf(more: Partial<Parameters<typeof parseIdentity>[0]>): ReadonlyMap<string, string> {
  const parsed = parseIdentity({ hostName: 'web-001', sshAuthorizedKeys: [ed25519Key], ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const files = noCloudFiles(parsed.identity, instance);
  expect(readIso(buildNoCloudDrive(parsed.identity, instance), 16)).toEqual(
    new Map(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()])),
  );
  return new Map(files.map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]));
}

describe("NoCloud's files", () => {
  test('name the machine, its instance and its keys', () => {
    expect(JSON.parse(filesOf({}).get('meta-data') ?? '')).toEqual({
      'instance-id': instance.instanceId,
      'local-hostname': 'web-001',
      'public-keys': [ed25519Key],
    });
  });

  test('describe the networks in version 2, with MACs that YAML 1.1 takes for text', () => {
    const text = filesOf({ network: models['DHCP on one NIC'] }).get('network-config') ?? '';
    expect(parse(text, { version: '1.1' })).toEqual({
      version: 2,
      ethernets: { nic0: { match: { macaddress: '52:54:00:12:34:01' }, dhcp4: true, 'set-name': 'nic0' } },
    });
  });

  test('have user-data even when nobody gave any, and no network-config without networks', () => {
    expect([...filesOf({}).keys()]).toEqual(['meta-data', 'user-data', 'vendor-data']);
    expect(filesOf({}).get('user-data')).toBe('#cloud-config\n{}\n');
    expect(filesOf({ userData: '#!/bin/sh\n' }).get('user-data')).toBe('#!/bin/sh\n');
  });
});
