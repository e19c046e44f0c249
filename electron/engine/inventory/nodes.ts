import { randomUUID } from 'node:crypto';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Node, type Port, type RootDeviceHints } from '#shared/contract/index.ts';
import type { NodeId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';

/** BMC data as a person gives them; an absent password keeps the stored one. */
export interface BmcInput {
  readonly address: string;
  readonly port: number;
  readonly username: string;
  readonly password?: string | undefined;
}

export interface Enrolment {
  readonly name: string;
  readonly bmc: BmcInput | null;
  readonly macs: readonly Mac[];
  readonly rootDeviceHints: RootDeviceHints;
  readonly resourceClass: string;
  readonly isVirtual?: boolean;
}

export const bmcPasswordName = 'bmc-password';

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
    bmc: bmc === null ? null : bmcOf(bmc, (bmc.password ?? '') !== ''),
    provisionState: 'enroll',
    targetProvisionState: null,
    powerState: 'unknown',
    bootMode: null,
    bootTarget: 'nothing',
    lastError: null,
    inventory: null,
    rootDeviceHints: enrolment.rootDeviceHints,
    resourceClass: enrolment.resourceClass,
    extra: {},
    isVirtual: enrolment.isVirtual ?? false,
    deploymentId: null,
    createdAt: now,
    updatedAt: now,
  };
  store.transaction(() => {
    store.nodes.save(node);
    if (bmc?.password !== undefined) store.secrets.put(secretsOwner(node.id), bmcPasswordName, bmc.password);
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

export function bmcOf(input: BmcInput, hasPassword: boolean): NonNullable<Node['bmc']> {
  const { address, port, username } = input;
  return { address, port, username, hasPassword, cipherSuite: null, manufacturer: '', firmware: '' };
}

export function taken(field: string, value: string): CodedError<'input.conflict'> {
  return new CodedError('input.conflict', `${field} ${value} is taken`, { what: 'node', field, value });
}
