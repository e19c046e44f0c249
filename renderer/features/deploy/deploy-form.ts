import type { z } from 'zod';
import { type Disk, type deployRequest, hostName, type Image, type Node } from '#shared/contract/index.ts';
import type { ImageId } from '#shared/model/ids.ts';
import { parseIpv4 } from '#shared/model/ip.ts';
import { type HintTexts, readHints, textsOfHints } from '../server-form/server-form.ts';

/** What the fields of the deploy dialog hold. */
export interface DeployForm {
  readonly imageId: string;
  readonly diskBy: 'person' | 'hints';
  /** Name of the chosen disk in the inventory; empty until a person points at one. */
  readonly diskName: string;
  readonly hints: HintTexts;
  readonly hostName: string;
  readonly rootPassword: string;
  readonly sshKeys: string;
  readonly method: 'dhcp' | 'static';
  readonly address: string;
  readonly prefixLength: string;
  readonly gateway: string;
  readonly dns: string;
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
    diskName: '',
    hints: textsOfHints(node.rootDeviceHints),
    hostName: hostName.safeParse(node.name).success ? node.name : '',
    rootPassword: '',
    sshKeys: defaultSshKeys.join('\n'),
    method: 'dhcp',
    address: '',
    prefixLength: '24',
    gateway: '',
    dns: '',
    userData: '',
    growLastPartition: true,
    verify: 'readback',
  };
}

export type DeployField = 'hostName' | 'sshKeys' | 'address' | 'prefixLength' | 'gateway' | 'dns';

/** The fields whose text cannot be used. An empty one that is needed counts as incomplete, not as wrong. */
export function wrongFields(form: DeployForm): ReadonlySet<DeployField> {
  const wrong = new Set<DeployField>();
  if (form.hostName !== '' && !hostName.safeParse(form.hostName).success) wrong.add('hostName');
  if (readKeys(form.sshKeys).some(key => !isSshKey(key))) wrong.add('sshKeys');
  if (form.method === 'dhcp') return wrong;
  if (form.address !== '' && parseIpv4(form.address) === undefined) wrong.add('address');
  if (form.gateway !== '' && parseIpv4(form.gateway) === undefined) wrong.add('gateway');
  if (!/^([1-9]|[12]\d|3[0-2])$/.test(form.prefixLength)) wrong.add('prefixLength');
  if (readAddresses(form.dns).some(address => parseIpv4(address) === undefined)) wrong.add('dns');
  return wrong;
}

export type DeployInput = z.input<typeof deployRequest>;

/** What the engine is asked for; null until everything that it needs is there and right. */
export function requestOf(form: DeployForm, node: Node): DeployInput | null {
  const disk = diskOf(form, node);
  if (disk === null || form.imageId === '' || form.hostName === '') return null;
  if (wrongFields(form).size > 0) return null;
  if (form.method === 'static' && form.address === '') return null;
  return {
    nodeId: node.id,
    imageId: form.imageId as ImageId,
    disk,
    hostName: form.hostName,
    ...(form.rootPassword !== '' && { rootPassword: form.rootPassword }),
    sshAuthorizedKeys: [...readKeys(form.sshKeys)],
    userData: form.userData,
    network:
      form.method === 'dhcp'
        ? { method: 'dhcp' }
        : {
            method: 'static',
            address: form.address,
            prefixLength: Number(form.prefixLength),
            gateway: form.gateway === '' ? null : form.gateway,
            dns: [...readAddresses(form.dns)],
          },
    growLastPartition: form.growLastPartition,
    verify: form.verify,
  };
}

function diskOf(form: DeployForm, node: Node): DeployInput['disk'] | null {
  if (form.diskBy === 'hints') {
    const hints = readHints(form.hints);
    return Object.keys(hints).length === 0 ? null : { by: 'hints', hints };
  }
  const disk = node.inventory?.disks.find(candidate => candidate.name === form.diskName);
  if (disk === undefined) return null;
  const { name, model, serial, wwn, byPath, sizeBytes } = disk;
  return { by: 'person', disk: { name, model, serial, wwn, byPath, sizeBytes } };
}

export type Unfitness = 'too-small' | 'read-only';

/** Why a disk must not be chosen for this image; null if it may. */
export function unfitness(disk: Disk, image: Image | undefined): Unfitness | null {
  if (disk.readOnly) return 'read-only';
  if (image !== undefined && disk.sizeBytes < image.rawSizeBytes) return 'too-small';
  return null;
}

/** One key a line; blank lines and comments do not count. */
export function readKeys(text: string): readonly string[] {
  return text
    .split('\n')
    .map(line => line.trim())
    .filter(line => line !== '' && !line.startsWith('#'));
}

/** `authorized_keys` of sshd(8): a known kind of key, then base64; options may stand before them. */
export function isSshKey(line: string): boolean {
  return /(^|\s)(ssh-(rsa|ed25519|dss)|ecdsa-sha2-nistp\d+|sk-[a-z0-9@.-]+)\s+[A-Za-z0-9+/]{20,}={0,3}(\s|$)/.test(
    line,
  );
}

function readAddresses(text: string): readonly string[] {
  return text.split(/[\s,;]+/).filter(word => word !== '');
}
