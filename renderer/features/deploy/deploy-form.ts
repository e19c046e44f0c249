import type { z } from 'zod';
import {
  type Disk,
  type DiskIdentity,
  type deployRequest,
  hostName,
  type Image,
  type Node,
  type Profile,
  type RaidLevel,
  type StorageLayout,
} from '#shared/contract/index.ts';
import { parseAuthorizedKeys } from '#shared/contract/ssh-key.ts';
import { findAgain, identityOf } from '#shared/model/disk-identity.ts';
import type { ImageId, ProfileId } from '#shared/model/ids.ts';
import { type HintTexts, readHints, textsOfHints } from '../server-form/hint-texts.ts';
import { type NetworkRow, networkInputs, newNetworkRows } from './network-rows.ts';

/** What the fields of the deploy dialog hold. */
export interface DeployForm {
  readonly imageId: string;
  readonly diskBy: 'person' | 'hints';
  /** By what it is found again, after another inspection too; null until a person points at one. */
  readonly disk: DiskIdentity | null;
  readonly hints: HintTexts;
  /** Empty: none. */
  readonly profileId: string;
  /** The other members of a software RAID. */
  readonly raidDisks: readonly DiskIdentity[];
  readonly hostName: string;
  readonly rootPassword: string;
  readonly sshKeys: string;
  readonly networks: readonly NetworkRow[];
  readonly userData: string;
  readonly growLastPartition: boolean;
  readonly verify: 'readback' | 'stream';
}

export function newDeployForm(
  node: Node,
  readyImages: readonly Image[],
  defaultSshKeys: readonly string[],
): DeployForm {
  const hasHints = Object.keys(node.rootDeviceHints).length > 0;
  const [only, ...others] = readyImages;
  return {
    imageId: only !== undefined && others.length === 0 ? only.id : '',
    diskBy: hasHints ? 'hints' : 'person',
    disk: null,
    hints: textsOfHints(node.rootDeviceHints),
    profileId: '',
    raidDisks: [],
    hostName: hostName.safeParse(node.name).success ? node.name : '',
    rootPassword: '',
    sshKeys: defaultSshKeys.join('\n'),
    networks: newNetworkRows(),
    userData: '',
    growLastPartition: true,
    verify: 'readback',
  };
}

export type DeployField = 'hostName' | 'sshKeys';

/** The fields whose text cannot be used. An empty one that is needed counts as incomplete, not as wrong. */
export function wrongFields(form: DeployForm): ReadonlySet<DeployField> {
  const wrong = new Set<DeployField>();
  if (form.hostName !== '' && !hostName.safeParse(form.hostName).success) wrong.add('hostName');
  if (!areSshKeys(form.sshKeys)) wrong.add('sshKeys');
  return wrong;
}

export type DeployInput = z.input<typeof deployRequest>;

/** What the engine is asked for; null until everything that it needs is there and right. */
export function requestOf(form: DeployForm, node: Node, raidLevel: RaidLevel | null): DeployInput | null {
  const disk = diskOf(form, node);
  const networks = networkInputs(form.networks);
  if (disk === null || networks === null || form.imageId === '' || form.hostName === '') return null;
  if (wrongFields(form).size > 0) return null;
  const raidDisks = raidLevel === null ? [] : raidDisksOf(form, node);
  if (raidLevel !== null && !isRaidCount(raidLevel, raidDisks.length + 1)) return null;
  return {
    nodeId: node.id,
    imageId: form.imageId as ImageId,
    disk,
    hostName: form.hostName,
    ...(form.rootPassword !== '' && { rootPassword: form.rootPassword }),
    sshAuthorizedKeys: [...readKeys(form.sshKeys)],
    userData: form.userData,
    ...(form.profileId !== '' && { profileId: form.profileId as ProfileId }),
    raidDisks: raidDisks.map(identityOf),
    networks,
    growLastPartition: form.growLastPartition,
    verify: form.verify,
  };
}

/** The profile's layout, where the image wants one at all: null is then our own. */
export function layoutOf(
  image: Image | undefined,
  profile: Profile | undefined,
): StorageLayout | null | undefined {
  if (image === undefined || image.kind === 'whole-disk') return undefined;
  return profile?.storage ?? null;
}

/** Which disks may be the others of a RAID. */
export function raidCandidates(form: DeployForm, node: Node): readonly Disk[] {
  const disks = node.inventory?.disks ?? [];
  const first = form.diskBy === 'hints' ? undefined : chosenDisk(form, node);
  return disks.filter(disk => !disk.readOnly && disk !== first);
}

export function raidDisksOf(form: DeployForm, node: Node): readonly Disk[] {
  const disks = node.inventory?.disks ?? [];
  const chosen = new Set(form.raidDisks.map(meant => foundAgain(meant, disks)));
  return raidCandidates(form, node).filter(disk => chosen.has(disk));
}

/** As the contract says of `raidLevels`. */
export function isRaidCount(level: RaidLevel, count: number): boolean {
  return level === '10' ? count >= 4 && count % 2 === 0 : count >= 2;
}

function diskOf(form: DeployForm, node: Node): DeployInput['disk'] | null {
  if (form.diskBy === 'hints') {
    const hints = readHints(form.hints, node.rootDeviceHints);
    return Object.keys(hints).length === 0 ? null : { by: 'hints', hints };
  }
  const disk = chosenDisk(form, node);
  return disk === undefined ? null : { by: 'person', disk: identityOf(disk) };
}

/** The disk that a person pointed at, as the inventory has it now: its name may have become another's. */
export function chosenDisk({ disk }: DeployForm, { inventory }: Node): Disk | undefined {
  return disk === null ? undefined : foundAgain(disk, inventory?.disks ?? []);
}

/** Of several that nobody can tell apart the one with the name; the engine's review then says so. */
function foundAgain(meant: DiskIdentity, disks: readonly Disk[]): Disk | undefined {
  const alike = findAgain(meant, disks);
  return alike.length < 2 ? alike[0] : alike.find(({ name }) => name === meant.name);
}

export type Unfitness = 'too-small' | 'read-only';

/** Why a disk must not be chosen for this image; null if it may. */
export function unfitness(disk: Disk, image: Image | undefined): Unfitness | null {
  if (disk.readOnly) return 'read-only';
  // What an installer needs has nothing to do with the size of its disc: the engine's review knows.
  if (image !== undefined && image.kind !== 'installer' && disk.sizeBytes < image.rawSizeBytes)
    return 'too-small';
  return null;
}

/** One key a line; blank lines and comments do not count. */
export function readKeys(text: string): readonly string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}

/** As the engine takes them: what it refuses would leave a user without any key. */
export function areSshKeys(text: string): boolean {
  return parseAuthorizedKeys(text).ok;
}
