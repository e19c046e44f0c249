import type { Node, TimelineEvent, WorldSnapshot } from '#shared/contract/index.ts';
import type { NetworkId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNetwork, aPort } from '#test/fakes/rows.ts';
import { deploymentAt, eventsOf, writeError } from './deployments.ts';
import { deploymentOf, macOf, uuid } from './ids.ts';
import { diskImages, otherImages } from './images.ts';
import { profiles } from './profiles.ts';
import { server } from './servers.ts';

/** A rack on a busy day: every state that a screen must be able to show, with plausible hardware. */
export interface ScriptedWorld {
  readonly snapshot: WorldSnapshot;
  readonly events: readonly TimelineEvent[];
}

const bmcError = {
  code: 'bmc.unreachable',
  level: 'peer',
  retryable: true,
  message: 'no answer',
  details: { address: '10.78.0.16', attempts: 5 },
} as const;

/** In two racks: the second and the third in the same unit, the fifth in none, those behind it in no rack. */
const places: readonly Node['extra'][] = [
  { rack: 'R4', unit: '1', owner: 'web' },
  { rack: 'R4', unit: '3', height: '2' },
  { rack: 'R4', unit: '4' },
  { rack: 'R5', unit: '10' },
  { rack: 'R5' },
];

function builtIn(nodes: readonly Node[]): Node[] {
  return nodes.map((node, index) => ({ ...node, extra: places[index] ?? {} }));
}

export function scriptedWorld(now: number): ScriptedWorld {
  const nodes = builtIn([
    server(1, now, {
      provisionState: 'active',
      powerState: 'power on',
      bootTarget: 'disk',
      deploymentId: deploymentOf(1),
    }),
    server(2, now, {
      provisionState: 'deploying',
      powerState: 'power on',
      bootTarget: 'ramdisk',
      deploymentId: deploymentOf(2),
    }),
    server(3, now, {
      provisionState: 'deploy failed',
      powerState: 'power on',
      deploymentId: deploymentOf(3),
      lastError: writeError,
    }),
    server(4, now, { provisionState: 'available' }),
    server(5, now, {
      provisionState: 'inspect wait',
      powerState: 'power on',
      inventory: null,
      bootTarget: 'ramdisk',
    }),
    server(6, now, { provisionState: 'enroll', powerState: 'unknown', inventory: null, lastError: bmcError }),
    server(7, now, { provisionState: 'available', bmc: null, inventory: null, powerState: 'unknown' }),
    server(8, now, { provisionState: 'available', isVirtual: true, name: 'virtual-01' }),
  ]);
  const ports = nodes.map((node, index) =>
    aPort({
      id: uuid('d', index + 1) as PortId,
      nodeId: node.id,
      address: macOf(index + 1, 0),
      name: 'eno1',
    }),
  );
  return {
    snapshot: {
      ...emptyWorld(),
      nodes,
      ports,
      images: [...diskImages(now), ...otherImages(now)],
      deployments: [
        deploymentAt(1, now, 9, 'succeeded'),
        deploymentAt(2, now, 4, 'running'),
        deploymentAt(3, now, 4, 'failed'),
      ],
      profiles: profiles(now),
      ...wires(now),
    },
    events: eventsOf(now),
  };
}

/** The first start: nothing but services and settings. */
export function emptyWorld(): WorldSnapshot {
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
    services: [
      { name: 'dhcp', state: 'off', detail: '', lastPacketAt: null, error: null },
      { name: 'tftp', state: 'off', detail: '', lastPacketAt: null, error: null },
      { name: 'http', state: 'off', detail: '', lastPacketAt: null, error: null },
      { name: 'ipmi', state: 'off', detail: '', lastPacketAt: null, error: null },
      { name: 'ramdisk', state: 'on', detail: 'broad, 43 MB', lastPacketAt: null, error: null },
      { name: 'boot-programs', state: 'on', detail: 'iPXE 1.21.1', lastPacketAt: null, error: null },
      { name: 'virtual-rack', state: 'off', detail: '', lastPacketAt: null, error: null },
    ],
    settings: {
      httpPort: 0,
      tftpPort: 69,
      powerPollSeconds: 60,
      healthPollSeconds: 60,
      metricsEnabled: false,
      callBackTimeoutSeconds: 900,
      timelineDays: 90,
      kernelConsole: 'console=tty0 console=ttyS0,115200',
      cleanOnRelease: false,
      cleanMethod: 'metadata',
      syslogPort: 5514,
      defaultSshKeys: [
        'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ0bq3i8xQ2Jf0yXk2m8Zb1Qh5oQ8cYc3vW9p1uKx7Ty technician@laptop',
      ],
      allowFailingDisks: false,
      keepConsoles: true,
      consoleRecordingMebibytes: 2048,
      rackViews: [],
    },
  };
}

function wires(now: number) {
  const discovered = [
    {
      mac: '3c:ec:ef:41:0a:7e' as Mac,
      interfaceName: 'enp3s0',
      architecture: 'UEFI x64',
      vendorClass: 'PXEClient:Arch:00007:UNDI:003016',
      uuid: '00000000-0000-0000-0000-3cecef410a7e',
      firstSeenAt: now - 40_000,
      lastSeenAt: now - 4000,
      timesSeen: 3,
    },
  ];
  const networks = [
    aNetwork({
      id: uuid('e', 1) as NetworkId,
      name: 'provisioning',
      interfaceName: 'enp3s0',
      dhcpMode: 'full',
      checkedAt: now - 60_000,
    }),
    aNetwork({
      id: uuid('e', 2) as NetworkId,
      name: 'customer wire',
      interfaceName: 'enp4s0',
      cidr: '192.168.50.0/24',
      poolStart: '192.168.50.100' as Ipv4,
      poolEnd: '192.168.50.199' as Ipv4,
      dhcpMode: 'watching',
      checkedAt: now - 20_000,
      otherServers: [{ server: '192.168.50.1', offered: '192.168.50.143' }],
    }),
  ];
  const services: WorldSnapshot['services'] = [
    {
      name: 'dhcp',
      state: 'on',
      detail: 'full on enp3s0 (10.77.0.1), watching on enp4s0',
      lastPacketAt: now - 4000,
      error: null,
    },
    {
      name: 'tftp',
      state: 'failed',
      detail: '',
      lastPacketAt: null,
      error: {
        code: 'net.port_in_use',
        level: 'environment',
        retryable: true,
        message: 'UDP port 69 is taken',
        details: { proto: 'udp', port: 69, owner: { pid: 812, name: 'in.tftpd' } },
      },
    },
    {
      name: 'http',
      state: 'on',
      detail: 'enp3s0 (10.77.0.1), port 8088',
      lastPacketAt: now - 100,
      error: null,
    },
    { name: 'ipmi', state: 'on', detail: '6/7 BMC', lastPacketAt: now - 12_000, error: null },
    { name: 'ramdisk', state: 'on', detail: 'broad, 43 MB', lastPacketAt: null, error: null },
    { name: 'boot-programs', state: 'on', detail: 'iPXE 1.21.1', lastPacketAt: null, error: null },
    { name: 'virtual-rack', state: 'off', detail: '', lastPacketAt: null, error: null },
  ];
  return { discovered, networks, services };
}
