import { describe, expect, it } from 'vitest';
import { parseIdentity } from '#engine/identity/identity.ts';
import {
  areSshKeys,
  type DeployForm,
  isRaidCount,
  layoutOf,
  newDeployForm,
  readKeys,
  requestOf,
  unfitness,
  wrongFields,
} from '#renderer/features/deploy/deploy-form.ts';
import { writtenSince } from '#renderer/features/deploy/disk-writes.ts';
import { newNetworkRow } from '#renderer/features/deploy/network-rows.ts';
import { hasProfileLogin, unusedParts } from '#renderer/features/deploy/profile-parts.ts';
import { type Deployment, type Disk, deployRequest } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aDeployment, aDisk, aNode, anImage, aProfile, aStep, imageId } from '#test/fakes/rows.ts';
import { rsaKey } from '#test/unit/engine/identity/keys.ts';
import { anInventory, swapped } from '../rows.ts';

const otherNodeId = '44444444-4444-4444-8444-444444444444' as NodeId;
const key = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0bq3i8xQ2Jf0yXk2m8Zb1Qh5oQ8cYc3vW9p1uKx7Ty me@laptop';
const sda = aDisk();
const sdb = aDisk({ name: 'sdb', serial: 'SER-2', wwn: '0x5000c500aaaa0002' });
const node = aNode({ inventory: anInventory([sda, sdb]) });
const fresh = newDeployForm(node, [anImage()], [key]);
const complete: DeployForm = { ...fresh, disk: sdb };

describe('a new deployment', () => {
  it('takes the only image, the name and the default keys, and never a disk', () => {
    expect(fresh).toMatchObject({ imageId, hostName: 'r1u01', sshKeys: key, diskBy: 'person', disk: null });
    expect(requestOf(fresh, node, null)).toBeNull();
    expect(newDeployForm(node, [anImage(), anImage()], []).imageId).toBe('');
  });

  it('starts with the hints that the server has; else a person chooses, who is first shown the way to the disks', () => {
    const hinted = aNode({ ...node, rootDeviceHints: { serial: 'SER-2' } });
    expect(newDeployForm(hinted, [], [])).toMatchObject({ diskBy: 'hints', hints: { serial: 'SER-2' } });
    expect(newDeployForm(aNode(), [], []).diskBy).toBe('person');
  });

  it('does not take a name that cannot be a host name', () => {
    expect(newDeployForm(aNode({ name: 'rack 1 / 7' }), [], []).hostName).toBe('');
  });
});

describe('a request', () => {
  it('names the disk by all that is known of it, and is one that the engine accepts', () => {
    const request = requestOf(complete, node, null);
    expect(request?.disk).toEqual({
      by: 'person',
      disk: {
        name: 'sdb',
        model: 'ST1000',
        serial: 'SER-2',
        wwn: sdb.wwn,
        byPath: aDisk().byPath,
        sizeBytes: sdb.sizeBytes,
      },
    });
    expect(deployRequest.safeParse(request).success).toBe(true);
    expect(request).not.toHaveProperty('rootPassword');
  });

  it('is for the disk that was chosen, also when another inspection gives its name to another', () => {
    const later = aNode({ inventory: anInventory(swapped([sda, sdb])) });
    expect(requestOf(complete, later, null)?.disk).toMatchObject({ disk: { name: 'sda', serial: 'SER-2' } });
    const withRaid = requestOf({ ...complete, raidDisks: [sda] }, later, '1');
    expect(withRaid?.raidDisks).toMatchObject([{ name: 'sdb', serial: 'SER-1' }]);
    const gone = aNode({ inventory: anInventory([{ ...sda, name: 'sdb' }]) });
    expect(requestOf(complete, gone, null), 'choose anew').toBeNull();
  });

  it('of two disks that nobody can tell apart has the name; the engine refuses it', () => {
    const nameless = ['vda', 'vdb'].map(name => aDisk({ name, serial: '', wwn: '', byPath: '' }));
    const twins = aNode({ inventory: anInventory(nameless) });
    expect(requestOf({ ...complete, disk: nameless[1] ?? null }, twins, null)?.disk).toMatchObject({
      disk: { name: 'vdb' },
    });
  });

  it('has the NIC of the installation with DHCP, unless other networks are named', () => {
    expect(requestOf(complete, node, null)?.networks).toEqual([
      { place: { by: 'provisioning' }, tagging: 'auto', address: { method: 'dhcp' } },
    ]);
    expect(requestOf({ ...complete, networks: [] }, node, null)?.networks).toEqual([]);
  });

  it('is not made while a field is wrong', () => {
    const wrong: readonly Partial<DeployForm>[] = [
      { hostName: 'no_underscore' },
      { sshKeys: 'not a key' },
      { networks: [{ ...newNetworkRow(), vlanId: '4095' }] },
      { diskBy: 'hints', hints: {} },
      { imageId: '' },
    ];
    for (const change of wrong)
      expect(requestOf({ ...complete, ...change }, node, null), JSON.stringify(change)).toBeNull();
    expect([...wrongFields({ ...complete, hostName: '-x', sshKeys: 'y' })]).toEqual(['hostName', 'sshKeys']);
  });
});

describe('a disk layout', () => {
  const layout = { partitionTable: 'gpt', raidLevel: '1', partitions: [], volumeGroup: null } as const;
  const profile = aProfile({ storage: { ...layout, partitions: [] } });

  it('is for images without a partition table of their own; without a profile it is ours', () => {
    expect(layoutOf(anImage(), profile)).toBeUndefined();
    expect(layoutOf(undefined, profile)).toBeUndefined();
    expect(layoutOf(anImage({ kind: 'file-system' }), profile)).toBe(profile.storage);
    expect(layoutOf(anImage({ kind: 'installer' }), aProfile())).toBeNull();
    expect(layoutOf(anImage({ kind: 'installer' }), undefined)).toBeNull();
  });

  it('with a RAID wants its other disks, none of which is the first', () => {
    expect(requestOf(complete, node, '1')).toBeNull();
    expect(requestOf({ ...complete, raidDisks: [sdb] }, node, '1')).toBeNull();
    const request = requestOf({ ...complete, raidDisks: [sda] }, node, '1');
    expect(request?.raidDisks).toMatchObject([{ name: 'sda', serial: 'SER-1' }]);
    expect(deployRequest.safeParse(request).success).toBe(true);
    expect(requestOf({ ...complete, raidDisks: [sda] }, node, null)?.raidDisks).toEqual([]);
  });

  it('counts the disks of a RAID as its level wants them', () => {
    const good = (level: '0' | '1' | '10') => [1, 2, 3, 4, 5, 6].filter(count => isRaidCount(level, count));
    expect(good('0')).toEqual([2, 3, 4, 5, 6]);
    expect(good('1')).toEqual([2, 3, 4, 5, 6]);
    expect(good('10')).toEqual([4, 6]);
  });
});

describe('of a profile', () => {
  const user = { name: 'ops', fullName: '', sshAuthorizedKeys: [key], sudo: true, hasPassword: false };
  const script = { name: 'harden', text: 'true' };
  const { storage } = aProfile({
    storage: { partitionTable: 'gpt', raidLevel: null, partitions: [], volumeGroup: null },
  });
  const profile = aProfile({
    storage,
    users: [user],
    packages: ['vim'],
    postScripts: [script],
    kernelArguments: 'quiet',
  });
  const always = ['timeZone', 'locale', 'keyboard'];

  it('is named what an image of this kind does not use', () => {
    expect(unusedParts(anImage({ kind: 'installer' }), profile)).toEqual([]);
    expect(unusedParts(anImage({ kind: 'file-system' }), profile)).toEqual([
      ...always,
      'users',
      'packages',
      'scripts',
    ]);
    expect(unusedParts(anImage(), profile)).toEqual([
      'layout',
      'kernelArguments',
      ...always,
      'users',
      'packages',
      'scripts',
    ]);
    expect(unusedParts(anImage(), aProfile())).toEqual(always);
    expect(unusedParts(anImage(), undefined)).toEqual([]);
  });

  it('only an installer makes users, so that an image without password and key is one without log-in', () => {
    expect(hasProfileLogin(anImage({ kind: 'installer' }), profile)).toBe(true);
    for (const kind of ['whole-disk', 'file-system'] as const)
      expect(hasProfileLogin(anImage({ kind }), profile), kind).toBe(false);
    const nobody = aProfile({ users: [{ ...user, sshAuthorizedKeys: [] }] });
    expect(hasProfileLogin(anImage({ kind: 'installer' }), nobody)).toBe(false);
  });
});

describe('a disk', () => {
  it('that is too small or read-only cannot be chosen', () => {
    expect(unfitness(aDisk({ sizeBytes: 3_999_999_999 }), anImage({ rawSizeBytes: 4e9 }))).toBe('too-small');
    expect(unfitness(aDisk({ sizeBytes: 4_000_000_000 }), anImage({ rawSizeBytes: 4e9 }))).toBeNull();
    expect(unfitness(aDisk({ readOnly: true }), undefined)).toBe('read-only');
    expect(
      unfitness(aDisk({ sizeBytes: 1e9 }), anImage({ kind: 'installer' })),
      'smaller than a disc',
    ).toBeNull();
  });

  it('that we wrote after the inventory was taken is known, also after the server was released', () => {
    const inspected = { ...node, inventory: { ...anInventory(), takenAt: 1000 } };
    const written = (startedAt: number | null, disk: Partial<Disk> = {}) =>
      aDeployment({ disk: aDisk(disk), state: 'succeeded', steps: [aStep('write-image', { startedAt })] });
    const isWritten = (...deployments: Deployment[]) =>
      writtenSince(inspected, aDisk(), deployments) !== undefined;
    expect(isWritten(written(1001))).toBe(true);
    expect(isWritten(written(1001, { name: 'sdb' })), 'the same disk under the name of that boot').toBe(true);
    expect(isWritten({ ...written(1001), disk: null }), 'any disk, as hints chose it').toBe(true);
    expect(isWritten(written(999)), 'before the inventory, which saw what was written').toBe(false);
    for (const name of ['make-layout', 'install'])
      expect(isWritten({ ...written(null), steps: [aStep(name, { startedAt: 1001 })] }), name).toBe(true);
    expect(isWritten(written(null)), 'not begun').toBe(false);
    expect(isWritten(written(1001, { serial: 'SER-2', wwn: '0x2' })), 'another disk').toBe(false);
    expect(isWritten({ ...written(1001), nodeId: otherNodeId }), 'another server').toBe(false);
  });

  it('shows the newest of the deployments that wrote it', () => {
    const inspected = { ...node, inventory: { ...anInventory(), takenAt: 1000 } };
    const at = (createdAt: number) =>
      aDeployment({ createdAt, steps: [aStep('write-image', { startedAt: createdAt + 10 })] });
    expect(writtenSince(inspected, aDisk(), [at(3000), at(2000)])?.createdAt).toBe(3000);
    expect(writtenSince(inspected, aDisk(), [])).toBeUndefined();
  });
});

it.each([
  ['as ssh-keygen wrote them', `${key}\n# of the office\n\n${rsaKey}`, true],
  ['without a comment', key.replace(' me@laptop', ''), true],
  ['none', '', true],
  ['with options in front', `from="10.0.0.0/8" ${key}`, false],
  ['cut off', key.slice(0, 50), false],
  ['a good one and a cut one', `${rsaKey}\n${key.slice(0, 50)}`, false],
  ['DSA', `ssh-dss ${'A'.repeat(400)} me`, false],
  ['a type without its key', 'ssh-ed25519', false],
  ['a private key', '-----BEGIN OPENSSH PRIVATE KEY-----', false],
])('SSH keys %s are judged by the page and the engine alike', (_name, text, isGood) => {
  expect(areSshKeys(text)).toBe(isGood);
  const lines = [...readKeys(text)];
  expect(parseIdentity({ hostName: 'web-01', sshAuthorizedKeys: lines }).ok).toBe(isGood);
});
