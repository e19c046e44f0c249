import type { Discovered, Disk, Node, TimelineEvent, WorldSnapshot } from '#shared/contract/index.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aDisk, nodeId } from '#test/fakes/rows.ts';

/** Beside `test/fakes/rows.ts`: what only the page's tests need. */
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
        errors: null,
      },
    ],
    memoryErrors: null,
    pciErrors: null,
    bmcAddress: '',
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
    batches: [],
    profiles: [],
    services: [],
    settings: {
      httpPort: 0,
      tftpPort: 69,
      powerPollSeconds: 60,
      healthPollSeconds: 60,
      metricsEnabled: false,
      callBackTimeoutSeconds: 900,
      timelineDays: 90,
      kernelConsole: '',
      cleanOnRelease: false,
      cleanMethod: 'metadata',
      syslogPort: 5514,
      defaultSshKeys: [],
      allowFailingDisks: false,
      keepConsoles: true,
      consoleRecordingMebibytes: 2048,
      rackViews: [],
    },
    ...change,
  };
}
