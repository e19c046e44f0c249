import type {
  Deployment,
  DeploymentStep,
  Discovered,
  Disk,
  Image,
  Node,
  Port,
  Profile,
  TimelineEvent,
  WorldSnapshot,
} from '#shared/contract/index.ts';
import type { DeploymentId, ImageId, NodeId, PortId, ProfileId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';

/** Plausible rows for the page's tests; `test/fakes/rows.ts` needs the engine's types, which the page must not see. */
export const nodeId = '11111111-1111-4111-8111-111111111111' as NodeId;
export const imageId = '22222222-2222-4222-8222-222222222222' as ImageId;

export function aNode(change: Partial<Node> = {}): Node {
  return {
    id: nodeId,
    name: 'r1u01',
    bmc: null,
    provisionState: 'available',
    targetProvisionState: null,
    powerState: 'power off',
    bootMode: null,
    bootTarget: 'nothing',
    cleanOnRelease: null,
    lastError: null,
    inventory: null,
    rootDeviceHints: {},
    resourceClass: '',
    extra: {},
    isVirtual: false,
    deploymentId: null,
    createdAt: 1,
    updatedAt: 1,
    ...change,
  };
}

export const aBmc: NonNullable<Node['bmc']> = {
  address: '10.78.0.11',
  port: 623,
  username: 'root',
  hasPassword: true,
  hasBmcKey: false,
  protocol: 'auto',
  privilege: null,
  cipherSuite: 17,
  interfaceVersion: '2.0',
  manufacturer: 'Dell Inc.',
  firmware: '2.86',
};

export function aDisk(change: Partial<Disk> = {}): Disk {
  return {
    name: 'sda',
    vendor: '',
    model: 'ST1000',
    serial: 'SER-1',
    wwn: '0x5000c500aaaa0001',
    sizeBytes: 8_000_000_000,
    rotational: true,
    transport: 'sata',
    hctl: '0:0:0:0',
    byPath: 'pci-0000:00:1f.2-ata-1',
    controller: null,
    removable: false,
    readOnly: false,
    logicalSectorBytes: 512,
    signatures: [],
    contents: [],
    ...change,
  };
}

/** The same disks after a boot in which the kernel gave each the next one's name. */
export function swapped(disks: readonly Disk[]): Disk[] {
  return disks.map((disk, index) => ({ ...disk, name: disks[(index + 1) % disks.length]?.name ?? '' }));
}

export function anInventory(disks: Disk[] = [aDisk()]): NonNullable<Node['inventory']> {
  return {
    takenAt: 1,
    firmware: 'bios',
    system: { manufacturer: 'Dell Inc.', product: 'PowerEdge R740', serial: 'CN7V1001', uuid: '' },
    cpu: { model: 'Xeon', sockets: 2, cores: 40, threads: 80, arch: 'x86_64' },
    memoryBytes: 384 * 1024 ** 3,
    dimms: [],
    disks,
    nics: [
      {
        name: 'eno1',
        mac: 'b8:59:9f:00:01:00',
        carrier: true,
        speedMbps: 10_000,
        driver: 'bnxt_en',
        pciId: '14e4:16d8',
        lldp: null,
      },
    ],
    bmcAddress: '',
  };
}

export function aPort(change: Partial<Port> = {}): Port {
  return {
    id: '55555555-5555-4555-8555-555555555555' as PortId,
    nodeId,
    address: 'b8:59:9f:00:01:00' as Mac,
    name: '',
    pxeEnabled: true,
    physicalNetwork: '',
    segmentationId: null,
    portgroupId: null,
    reservedAddress: null,
    ...change,
  };
}

export function aDiscovered(change: Partial<Discovered> = {}): Discovered {
  return {
    mac: 'aa:bb:cc:dd:ee:ff' as Mac,
    interfaceName: 'eth0',
    architecture: 'UEFI x64',
    vendorClass: 'PXEClient',
    uuid: '',
    firstSeenAt: 10,
    lastSeenAt: 20,
    timesSeen: 2,
    ...change,
  };
}

export function anImage(change: Partial<Image> = {}): Image {
  return {
    id: imageId,
    name: 'debian 12',
    state: 'ready',
    sourceFormat: 'raw',
    rawSizeBytes: 4_000_000_000,
    storedSizeBytes: 4096,
    sha256: '',
    kind: 'whole-disk',
    installer: null,
    partitionTable: 'gpt',
    boots: { bios: true, uefi: true },
    evidence: [],
    progress: null,
    error: null,
    createdAt: 1,
    ...change,
  };
}

export function aProfile(change: Partial<Profile> = {}): Profile {
  return {
    id: '66666666-6666-4666-8666-666666666666' as ProfileId,
    name: 'web servers',
    description: '',
    storage: null,
    diskRules: [],
    timeZone: 'UTC',
    locale: 'en_US.UTF-8',
    keyboard: 'us',
    users: [],
    packages: [],
    repositories: [],
    postScripts: [],
    kernelArguments: '',
    rebuildInitramfs: true,
    identityDrive: 'config-drive',
    ownTemplates: [],
    createdAt: 1,
    updatedAt: 1,
    ...change,
  };
}

export function aStep(name: string, change: Partial<DeploymentStep> = {}): DeploymentStep {
  return {
    name,
    state: 'pending',
    startedAt: null,
    finishedAt: null,
    progress: null,
    phase: null,
    evidence: {},
    error: null,
    ...change,
  };
}

export function aDeployment(change: Partial<Deployment> = {}): Deployment {
  return {
    id: '33333333-3333-4333-8333-333333333333' as DeploymentId,
    nodeId,
    nodeName: 'r1u01',
    kind: 'disk-image',
    imageId,
    imageName: 'debian 12',
    hostName: 'web-01',
    state: 'running',
    disk: null,
    steps: [aStep('power-on'), aStep('write-image')],
    error: null,
    createdAt: 1,
    finishedAt: null,
    ...change,
  };
}

export function anEvent(change: Partial<TimelineEvent> = {}): TimelineEvent {
  return {
    seq: 1,
    at: 1,
    kind: 'step',
    nodeId,
    deploymentId: null,
    message: 'agent.inspected',
    details: {},
    ...change,
  };
}

export function aSnapshot(change: Partial<WorldSnapshot> = {}): WorldSnapshot {
  return {
    nodes: [],
    ports: [],
    portgroups: [],
    discovered: [],
    images: [],
    networks: [],
    deployments: [],
    profiles: [],
    services: [],
    settings: {
      httpPort: 0,
      tftpPort: 69,
      powerPollSeconds: 60,
      callBackTimeoutSeconds: 900,
      timelineDays: 90,
      kernelConsole: '',
      cleanOnRelease: false,
      cleanMethod: 'metadata',
      syslogPort: 5514,
      defaultSshKeys: [],
    },
    ...change,
  };
}
