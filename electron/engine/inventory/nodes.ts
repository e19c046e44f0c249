import { randomUUID } from 'node:crypto';
import type { Store } from '#engine/store/store.ts';
import {
  type Bmc,
  type BmcPrivilege,
  type BmcProtocol,
  type BootMode,
  CodedError,
  type Node,
  type Port,
  type RootDeviceHints,
} from '#shared/contract/index.ts';
import type { NodeId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';

/** BMC data as a person gives them; an absent password or BMC key keeps the stored one, an empty one is none. */
export interface BmcInput {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password?: string | undefined;
  readonly bmcKey?: string | undefined;
  readonly protocol?: BmcProtocol;
  readonly privilege?: BmcPrivilege | null;
}

export interface Enrolment {
  readonly name: string;
  readonly bmc: BmcInput | null;
  readonly macs: readonly Mac[];
  readonly rootDeviceHints: RootDeviceHints;
  readonly resourceClass: string;
  /** Absent or null: as one of its NICs told by DHCP, if one was seen. */
  readonly bootMode?: BootMode | null;
  readonly cleanOnRelease?: boolean | null;
  readonly extra?: Node['extra'];
  readonly isVirtual?: boolean;
}

export const bmcPasswordName = 'bmc-password';
export const bmcKeyName = 'bmc-key';

export function secretsOwner(id: NodeId): string {
  return `node:${id}`;
}

/** A new server with its ports; what was seen of those MACs is no stranger any more. */
export function enroll(store: Store, enrolment: Enrolment, now: number): Node {
  const { name, bmc, macs } = enrolment;
  if (store.nodes.findByName(name) !== undefined) throw taken('name', name);
  for (const mac of macs) if (store.ports.findByAddress(mac) !== undefined) throw taken('mac', mac);
  const node: Node = {
    id: randomUUID() as NodeId,
    name,
    bmc: bmc === null ? null : bmcOf(bmc, null),
    provisionState: 'enroll',
    targetProvisionState: null,
    powerState: 'unknown',
    bootMode: enrolment.bootMode ?? seenBootMode(store, macs),
    bootTarget: 'nothing',
    lastError: null,
    inventory: null,
    rootDeviceHints: enrolment.rootDeviceHints,
    resourceClass: enrolment.resourceClass,
    cleanOnRelease: enrolment.cleanOnRelease ?? null,
    extra: enrolment.extra ?? {},
    isVirtual: enrolment.isVirtual ?? false,
    deploymentId: null,
    createdAt: now,
    updatedAt: now,
  };
  store.transaction(() => {
    store.nodes.save(node);
    if (bmc !== null) keepBmcSecrets(store, node.id, bmc);
    for (const mac of new Set(macs))
      addPort(store, { nodeId: node.id, address: mac, name: '', pxeEnabled: true });
    store.timeline.append({ kind: 'state', nodeId: node.id, message: 'node.enrolled', details: { name } });
  });
  return node;
}

export function addPort(store: Store, port: Pick<Port, 'nodeId' | 'address' | 'name' | 'pxeEnabled'>): Port {
  if (store.ports.findByAddress(port.address) !== undefined) throw taken('mac', port.address);
  const saved: Port = {
    ...port,
    id: randomUUID() as PortId,
    physicalNetwork: '',
    segmentationId: null,
    portgroupId: null,
    reservedAddress: null,
  };
  store.transaction(() => {
    store.ports.save(saved);
    store.discovered.remove(port.address);
  });
  return saved;
}

/** NICs that the ramdisk found and nobody had entered; those without our server's knowledge do not PXE-boot yet. */
export function addFoundPorts(
  store: Store,
  node: Node,
  found: readonly { mac: string; name: string }[],
  parse: (text: string) => Mac | undefined,
): void {
  for (const nic of found) {
    const address = parse(nic.mac);
    if (address === undefined || store.ports.findByAddress(address) !== undefined) continue;
    addPort(store, { nodeId: node.id, address, name: nic.name, pxeEnabled: true });
  }
}

/** `before`: what the server had, whose secrets stay where the input has none. What was learned is learned again. */
export function bmcOf(input: BmcInput, before: Bmc | null): Bmc {
  const { address, port, username, password, bmcKey } = input;
  return {
    address,
    port,
    username,
    hasPassword: password === undefined ? (before?.hasPassword ?? false) : password !== '',
    hasBmcKey: bmcKey === undefined ? (before?.hasBmcKey ?? false) : bmcKey !== '',
    protocol: input.protocol ?? 'auto',
    privilege: input.privilege ?? null,
    cipherSuite: null,
    interfaceVersion: null,
    manufacturer: '',
    firmware: '',
  };
}

/** Seals what was given; to be called in the transaction that saves the node. */
export function keepBmcSecrets(store: Store, id: NodeId, { password, bmcKey }: BmcInput): void {
  if (password !== undefined) store.secrets.put(secretsOwner(id), bmcPasswordName, password);
  if (bmcKey !== undefined) store.secrets.put(secretsOwner(id), bmcKeyName, bmcKey);
}

/** The boot mode that option 93 names (RFC 4578 §2.1), by our words for it; null where it says neither. */
export function bootModeOf(architecture: string | undefined): BootMode | null {
  if (architecture === 'bios') return 'bios';
  return architecture?.startsWith('efi-') === true ? 'uefi' : null;
}

function seenBootMode(store: Store, macs: readonly Mac[]): BootMode | null {
  const modes = macs.map(mac => bootModeOf(store.discovered.find(mac)?.architecture));
  return modes.find(mode => mode !== null) ?? null;
}

/** Labels after a change of some of them: null takes one away. */
export function withLabels(
  extra: Node['extra'],
  change: Readonly<Record<string, string | null>>,
): Node['extra'] {
  const kept = Object.entries({ ...extra, ...change }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  return Object.fromEntries(kept);
}

export function taken(field: string, value: string): CodedError<'input.conflict'> {
  return new CodedError('input.conflict', `${field} ${value} is taken`, { what: 'node', field, value });
}
