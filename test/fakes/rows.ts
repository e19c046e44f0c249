import type {
  Batch,
  Deployment,
  DeploymentStep,
  Disk,
  Image,
  InstallerMedium,
  Network,
  NetworkRequest,
  Node,
  Port,
  Portgroup,
  Profile,
  RacksideClient,
} from '#shared/contract/index.ts';
import type {
  BatchId,
  DeploymentId,
  ImageId,
  NetworkId,
  NodeId,
  PortgroupId,
  PortId,
  ProfileId,
} from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';

/** Whole, plausible records; a test names only what it is about. */
export const nodeId = '11111111-1111-4111-8111-111111111111' as NodeId;
export const imageId = '22222222-2222-4222-8222-222222222222' as ImageId;
export const deploymentId = '33333333-3333-4333-8333-333333333333' as DeploymentId;
export const networkId = '44444444-4444-4444-8444-444444444444' as NetworkId;
export const mac = '52:54:00:aa:00:01' as Mac;

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
    lastError: null,
    inventory: null,
    rootDeviceHints: {},
    resourceClass: '',
    cleanOnRelease: null,
    extra: {},
    isVirtual: false,
    deploymentId: null,
    createdAt: 1,
    updatedAt: 1,
    ...change,
  };
}

export function aPort(change: Partial<Port> = {}): Port {
  return {
    id: '55555555-5555-4555-8555-555555555555' as PortId,
    nodeId,
    address: mac,
    name: '',
    pxeEnabled: true,
    physicalNetwork: '',
    segmentationId: null,
    portgroupId: null,
    reservedAddress: null,
    ...change,
  };
}

export function aPortgroup(change: Partial<Portgroup> = {}): Portgroup {
  return {
    id: '77777777-7777-4777-8777-777777777777' as PortgroupId,
    nodeId,
    name: 'bond0',
    address: null,
    mode: 'active-backup',
    properties: {},
    ...change,
  };
}

export function aDisk(change: Partial<Disk> = {}): Disk {
  return {
    name: 'sda',
    vendor: '',
    model: 'ST1000',
    serial: 'SER-1',
    wwn: '0x5000c500aaaa0001',
    sizeBytes: 8_589_934_592,
    rotational: true,
    transport: 'sata',
    hctl: '0:0:0:0',
    byPath: 'pci-0000:00:1f.2-ata-1',
    controller: { pciAddress: '0000:00:1f.2', pciId: '8086:2922', driver: 'ahci' },
    removable: false,
    readOnly: false,
    logicalSectorBytes: 512,
    signatures: [],
    groups: [],
    contents: [],
    smart: null,
    ...change,
  };
}

export function anImage(change: Partial<Image> = {}): Image {
  return {
    id: imageId,
    name: 'debian 12',
    state: 'ready',
    sourceFormat: 'raw',
    rawSizeBytes: 1_048_576,
    storedSizeBytes: 4096,
    sha256: 'ab'.repeat(32),
    sourceSha256: 'ab'.repeat(32),
    kind: 'whole-disk',
    installer: null,
    partitionTable: 'gpt',
    boots: { bios: true, uefi: true },
    evidence: [],
    progress: null,
    error: null,
    canRetry: false,
    createdAt: 1,
    ...change,
  };
}

/** Debian's installer, as its disc is recognised. */
export function anInstaller(change: Partial<InstallerMedium> = {}): InstallerMedium {
  return {
    family: 'debian-installer',
    distribution: 'debian',
    version: '13',
    architecture: 'x86_64',
    kernel: 'install.amd/vmlinuz',
    initrd: 'install.amd/initrd.gz',
    repository: '',
    certainty: 'certain',
    ...change,
  };
}

export function aNetwork(change: Partial<Network> = {}): Network {
  return {
    id: networkId,
    name: 'provisioning',
    cidr: '10.77.0.0/24',
    interfaceName: 'eth0',
    dhcpMode: 'off',
    poolStart: '10.77.0.100' as Ipv4,
    poolEnd: '10.77.0.200' as Ipv4,
    gateway: null,
    dns: [],
    domain: '',
    leaseSeconds: 600,
    segmentationId: null,
    physicalNetwork: '',
    mtu: null,
    purposes: ['provisioning', 'tenant'],
    otherServers: [],
    checkedAt: null,
    serveBesideOthers: false,
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
    id: deploymentId,
    nodeId,
    nodeName: 'r1u01',
    imageId,
    kind: 'disk-image',
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

export function aBatch(change: Partial<Batch> = {}): Batch {
  return {
    id: '88888888-8888-4888-8888-888888888888' as BatchId,
    name: 'web servers',
    concurrency: 2,
    state: 'running',
    servers: [
      {
        nodeId,
        nodeName: 'r1u01',
        hostName: 'web-01',
        imageName: 'debian 12',
        state: 'waiting',
        deploymentId: null,
        error: null,
      },
    ],
    createdAt: 1,
    finishedAt: null,
    ...change,
  };
}

type Review = Awaited<ReturnType<RacksideClient['deployments']['review']>>;

/** Nothing speaks against it, and the host name must be typed. */
export function aReview(change: Partial<Review> = {}): Review {
  return { disk: null, mustConfirm: true, filtered: [], networks: [], warnings: [], blockers: [], ...change };
}

export function aNetworkRequest(more: Partial<NetworkRequest> = {}): NetworkRequest {
  return {
    name: '',
    networkId: null,
    segmentationId: null,
    physicalNetwork: '',
    place: { by: 'provisioning' },
    tagging: 'auto',
    address: { method: 'dhcp' },
    routes: [],
    mtu: null,
    ...more,
  };
}
