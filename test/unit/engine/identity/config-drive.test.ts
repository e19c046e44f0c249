import { describe, expect, test } from 'vitest';
import { buildConfigDrive, configDriveFiles } from '#engine/identity/config-drive.ts';
import { type Identity, type IdentityInput, parseIdentity } from '#engine/identity/identity.ts';
import { networkData } from '#engine/identity/network/network-data.ts';
import { wickedBoothook } from '#engine/identity/network/wicked-boothook.ts';
import { readIso } from '../media/iso9660/read-iso.ts';
import { ed25519Key, rsaKey } from './keys.ts';
import { models } from './network/models.ts';

const instance = { instanceId: '6f1d5c0e-0000-4000-8000-000000000001', createdAtMs: Date.UTC(2026, 0, 2) };
const hash = `$6$abcdefgh$${'a'.repeat(86)}`;

function identityOf(input: Partial<IdentityInput>): Identity {
  const parsed = parseIdentity({ hostName: 'web-001', ...input });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  return parsed.identity;
}

function fileOf(identity: Identity, name: string): string | undefined {
  const found = configDriveFiles(identity, instance).find(file => file.path === `openstack/latest/${name}`);
  return found === undefined ? undefined : Buffer.from(found.bytes).toString();
}

describe('the config drive', () => {
  test('names the machine, its instance and its keys in meta_data.json', () => {
    const identity = identityOf({ sshAuthorizedKeys: [ed25519Key, rsaKey] });
    expect(JSON.parse(fileOf(identity, 'meta_data.json') ?? '')).toEqual({
      uuid: instance.instanceId,
      name: 'web-001',
      hostname: 'web-001',
      launch_index: 0,
      public_keys: { 'key-1': ed25519Key, 'key-2': rsaKey },
    });
  });

  test('describes the networks in network_data.json', () => {
    const network = models['two NICs, one with a route'];
    expect(JSON.parse(fileOf(identityOf({ network }), 'network_data.json') ?? '')).toEqual(
      networkData(network),
    );
  });

  test('without networks leaves the network to the system', () => {
    expect(fileOf(identityOf({}), 'network_data.json')).toBeUndefined();
  });

  test('carries the password as a hash, in both forms that cloud-init versions know', () => {
    const vendor = JSON.parse(fileOf(identityOf({ rootPasswordHash: hash }), 'vendor_data.json') ?? '');
    const [header, ...json] = vendor['cloud-init'].split('\n');
    expect(header).toBe('#cloud-config');
    expect(JSON.parse(json.join('\n'))).toEqual({
      disable_root: false,
      preserve_hostname: false,
      chpasswd: {
        expire: false,
        users: [{ name: 'root', password: hash, type: 'hash' }],
        list: [`root:${hash}`],
      },
    });
  });

  test("brings wicked's own files beside the settings where there are networks", () => {
    const network = models['a bond watched by ARP'];
    const vendor = JSON.parse(fileOf(identityOf({ network }), 'vendor_data.json') ?? '');
    const [header, ...json] = vendor['cloud-init'].split('\n');
    expect(header).toBe('#cloud-config-archive');
    const [config, hook, ...more] = JSON.parse(json.join('\n'));
    expect(config).toMatchObject({
      type: 'text/cloud-config',
      content: expect.stringMatching(/^#cloud-config\n/),
    });
    expect(hook).toEqual({ type: 'text/cloud-boothook', content: wickedBoothook(network) });
    expect(more).toEqual([]);
  });

  test("passes the user's data through untouched", () => {
    const userData = '#!/bin/sh\nprintf "%s\\n" "$HOME" \'根\'\n';
    expect(fileOf(identityOf({ userData }), 'user_data')).toBe(userData);
    expect(fileOf(identityOf({}), 'user_data')).toBeUndefined();
  });

  test('is an ISO with the label config-2 and these files, the same bytes each time', () => {
    const identity = identityOf({
      rootPasswordHash: hash,
      userData: '#!/bin/sh\n',
      network: models['DHCP on one NIC'],
    });
    const image = buildConfigDrive(identity, instance);
    expect(Buffer.compare(image, buildConfigDrive(identity, instance))).toBe(0);
    expect(Buffer.from(image).toString('latin1', 32808, 32816)).toBe('config-2');
    const expected = new Map(
      configDriveFiles(identity, instance).map(({ path, bytes }) => [path, Buffer.from(bytes).toString()]),
    );
    expect(readIso(image, 16)).toEqual(expected);
    expect([...expected.keys()].sort()).toEqual([
      'openstack/latest/meta_data.json',
      'openstack/latest/network_data.json',
      'openstack/latest/user_data',
      'openstack/latest/vendor_data.json',
    ]);
    expect(image.length).toBeLessThan(200_000);
  });
});
