import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { architectureCodeOf } from '#engine/net/dhcp/client.ts';
import { messageTypeOption, optionCode, textOption, uint16Option } from '#engine/net/dhcp/options.ts';
import { encodePacket, unspecifiedAddress } from '#engine/net/dhcp/packet.ts';
import { CodedError, type Network, type ServiceName } from '#shared/contract/index.ts';
import type { NetworkId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aNode, aPort, mac, networkId, nodeId } from '#test/fakes/rows.ts';
import {
  aRelayedNetwork,
  aWire,
  cable,
  openWiredServices,
  relayedId,
  rival,
  type WiredServices,
} from './wired-services.ts';

let open: WiredServices | undefined;
afterEach(async () => {
  vi.useRealTimers();
  await open?.close();
  open = undefined;
});

/** Boot services over these networks, not started yet. */
function wired(...networks: readonly Network[]): WiredServices {
  open = openWiredServices(...networks);
  return open;
}
const row = ({ board }: WiredServices, name: ServiceName) => board.row(name);
const messages = ({ store }: WiredServices) => store.timeline.list({}, 0, 100).map(event => event.message);
const otherMac = '52:54:00:aa:00:02' as Mac;

describe('a network behind a relay', () => {
  const lease = { networkId: relayedId, address: '10.88.0.100' as Ipv4, mac, hostName: '' };

  it('is served by the wire that its relay reaches, and its machines are told that address', async () => {
    const rig = wired(aWire(), aRelayedNetwork());
    await rig.start();
    rig.store.nodes.save(aNode());
    rig.store.ports.save(aPort());
    rig.store.leases.save({ ...lease, expiresAtMs: rig.clock.now() + 60_000 });
    expect(rig.services.bootServer.baseUrl(nodeId)).toBe(rig.url());
    expect(row(rig, 'dhcp')).toMatchObject({
      state: 'on',
      detail: expect.stringContaining('by relay (10.88.0.0/24)'),
    });
  });

  it('is not served any more once it is removed, without touching the wire', async () => {
    const rig = wired(aWire(), aRelayedNetwork());
    await rig.start();
    const wire = rig.services.wire(networkId);
    expect(wire?.plan.relayed).toMatchObject([{ id: relayedId }]);
    await rig.services.remove(relayedId);
    expect(rig.services.wire(networkId)).toBe(wire);
    expect(wire?.plan.relayed).toEqual([]);
    expect(rig.store.networks.find(relayedId)).toBeUndefined();
    expect(row(rig, 'dhcp').detail).not.toContain('relay');
  });

  it.each(['off', 'watching'] as const)('says so while the network that carries it is %s', async dhcpMode => {
    const rig = wired(aWire({ dhcpMode, name: 'near' }), aRelayedNetwork());
    await rig.start();
    expect(row(rig, 'dhcp')).toMatchObject({
      state: 'failed',
      error: { code: 'dhcp.not_full', details: { network: 'near' } },
    });
  });
});

describe('where a machine with several NICs is told to look', () => {
  /** The rack's own wire comes first, by its name. */
  const second = aWire({ id: relayedId, name: 'a second wire', cidr: '127.88.0.0/16', interfaceName: 'lo' });
  const leaseOn = (id: NetworkId, address: string, of: Mac, expiresAtMs: number) =>
    ({ networkId: id, address: address as Ipv4, mac: of, hostName: '', expiresAtMs }) as const;

  async function twoWires() {
    const rig = wired(aWire({ leaseSeconds: 60 }), second);
    await rig.start();
    rig.store.nodes.save(aNode());
    rig.store.ports.save(aPort());
    rig.store.ports.save(aPort({ id: crypto.randomUUID() as PortId, address: otherMac }));
    return { rig, now: rig.clock.now(), told: () => rig.services.bootServer.baseUrl(nodeId) };
  }

  it('is the wire from which its ramdisk speaks, whatever else was leased', async () => {
    const { rig, now, told } = await twoWires();
    rig.store.leases.save(leaseOn(relayedId, '127.88.1.1', otherMac, now + 900_000));
    expect(told()).toMatch(/^http:\/\/127\.88\.0\.1:\d+$/);
    rig.store.agentSessions.save({
      nodeId,
      bootTokenHash: 'a',
      bootTokenSpent: true,
      sessionTokenHash: 'b',
      sessionUsed: true,
      clientAddress: '127.0.1.1',
      purpose: 'inspect',
      retired: false,
      createdAt: 1,
    });
    expect(told()).toBe(rig.url());
  });

  it('is, before that, where the last lease was given that still holds', async () => {
    const { rig, now, told } = await twoWires();
    // Given 550 s ago for 600 s, and 20 s ago for 60 s.
    rig.store.leases.save(leaseOn(relayedId, '127.88.1.1', otherMac, now + 50_000));
    rig.store.leases.save(leaseOn(networkId, '127.0.1.1', mac, now + 40_000));
    expect(told()).toBe(rig.url());
    await rig.clock.advance(60_000);
    expect(told()).toBeUndefined();
  });
});

describe('before a network in full mode answers', () => {
  it('we look for another server and only watch meanwhile, while HTTP and TFTP serve already', async () => {
    const rig = wired(aWire());
    await rig.services.apply();
    expect(row(rig, 'dhcp').state).toBe('starting');
    expect(row(rig, 'http').state).toBe('on');
    expect(await answersDhcp(rig)).toBe(false);
    expect(rig.services.bootServer.canBoot({ isVirtual: false })).toBe(true);
    rig.searches.shift()?.found([]);
    await vi.waitFor(() => expect(row(rig, 'dhcp').state).toBe('on'));
    expect(await answersDhcp(rig)).toBe(true);
    expect(rig.searches).toEqual([]);
  });

  it('and stay with watching beside another one, until somebody overrides it', async () => {
    const rig = wired(aWire());
    await rig.services.apply();
    rig.searches.shift()?.found([rival]);
    await vi.waitFor(() => expect(row(rig, 'dhcp').state).toBe('failed'));
    expect(row(rig, 'dhcp')).toMatchObject({
      detail: expect.stringMatching(/^watching on eth0/),
      error: { code: 'dhcp.other_server', details: { servers: [{ server: '10.77.0.9' }] } },
    });
    expect(rig.store.networks.find(networkId)?.otherServers).toEqual([
      { server: '10.77.0.9', offered: '10.77.0.50' },
    ]);
    expect(rig.services.bootServer.canBoot({ isVirtual: false })).toBe(false);
    expect(await answersDhcp(rig)).toBe(false);

    rig.store.networks.save(aWire({ serveBesideOthers: true }));
    await rig.services.apply();
    expect(row(rig, 'dhcp').state).toBe('on');
    expect(await answersDhcp(rig)).toBe(true);
  });

  it('our own answer is not another server', async () => {
    const rig = wired(aWire());
    await rig.services.apply();
    rig.searches.shift()?.found([{ ...rival, serverIdentifier: '127.0.0.1' as Ipv4 }]);
    await vi.waitFor(() => expect(row(rig, 'dhcp').state).toBe('on'));
  });

  it('a search that fails is shown with its reason, and "try again" searches again', async () => {
    const rig = wired(aWire());
    await rig.services.apply();
    const refused = new CodedError('net.permission_denied', 'no', { what: 'bind', port: 68 });
    rig.searches.shift()?.failed(refused);
    await vi.waitFor(() => expect(row(rig, 'dhcp').error?.code).toBe('net.permission_denied'));
    await rig.services.retry();
    rig.searches.shift()?.found([]);
    await vi.waitFor(() => expect(row(rig, 'dhcp').state).toBe('on'));
  });

  it('what a person was told a moment ago is not asked again', async () => {
    const rig = wired(aWire({ dhcpMode: 'off' }));
    const asked = rig.services.otherServers(aWire());
    rig.searches.shift()?.found([]);
    expect(await asked).toEqual([]);
    rig.store.networks.save(aWire());
    await rig.services.apply();
    expect(row(rig, 'dhcp').state).toBe('on');
  });
});

describe('an interface', () => {
  const look = async (rig: WiredServices) => {
    vi.advanceTimersByTime(2500);
    await rig.services.apply();
  };
  const withFakeIntervals = () => vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });

  it('that gets its address later is served then, without anybody pressing anything', async () => {
    withFakeIntervals();
    const rig = wired(aWire({ serveBesideOthers: true }));
    rig.state.interfaces = [{ ...cable, addresses: [] }];
    await rig.services.apply();
    expect(row(rig, 'dhcp')).toMatchObject({ state: 'failed', error: { code: 'net.no_address' } });
    await look(rig);
    expect(messages(rig).filter(message => message === 'service.failed')).toHaveLength(1);
    rig.state.interfaces = [cable];
    vi.advanceTimersByTime(2500);
    await vi.waitFor(() => expect(row(rig, 'dhcp').state).toBe('on'));
  });

  it('that is plugged in again is another device: its sockets are opened anew and others are looked for', async () => {
    withFakeIntervals();
    const rig = wired(aWire());
    await rig.start();
    const before = rig.services.wire(networkId);
    rig.state.interfaces = [];
    await look(rig);
    expect(row(rig, 'dhcp').error?.code).toBe('net.no_such_interface');
    expect(rig.services.wire(networkId)).toBe(before);
    rig.state.interfaces = [{ ...cable, index: 4 }];
    await look(rig);
    expect(rig.services.wire(networkId)).not.toBe(before);
    rig.searches.shift()?.found([]);
    await vi.waitFor(() => expect(row(rig, 'dhcp').state).toBe('on'));
  });

  it('that loses its address for a moment keeps its sockets and downloads', async () => {
    withFakeIntervals();
    const rig = wired(aWire());
    await rig.start();
    const { ports } = rig.services.wire(networkId) ?? {};
    rig.state.interfaces = [{ ...cable, addresses: [] }];
    await look(rig);
    expect(row(rig, 'dhcp').error?.code).toBe('net.no_address');
    rig.state.interfaces = [cable];
    await look(rig);
    expect(row(rig, 'dhcp')).toMatchObject({ state: 'on', error: null });
    expect(rig.services.wire(networkId)?.ports).toEqual(ports);
  });
});

describe('a service that cannot start', () => {
  it('is shown with who holds its port; DHCP gives addresses without a boot file until it runs', async () => {
    const rig = wired(aWire({ serveBesideOthers: true }));
    const holder = createServer();
    holder.listen(0, '127.0.0.1');
    await once(holder, 'listening');
    const { port } = holder.address() as { port: number };
    rig.store.settings.update({ httpPort: port });
    await rig.services.apply();
    expect(row(rig, 'http')).toMatchObject({
      state: 'failed',
      error: { code: 'net.port_in_use', details: { proto: 'tcp', port, owner: { pid: process.pid } } },
    });
    const { dhcp, tftp } = rig.services.wire(networkId)?.ports ?? {};
    expect(await answersDhcp(rig)).toBe(true);
    expect(messages(rig)).toContain('dhcp.no_boot_file');
    expect(rig.services.bootServer.canBoot({ isVirtual: false })).toBe(false);

    holder.close();
    await once(holder, 'close');
    await rig.services.retry();
    expect(row(rig, 'http')).toMatchObject({ state: 'on', error: null });
    expect(rig.services.wire(networkId)?.ports).toMatchObject({ dhcp, tftp, http: port });
  });

  it('is not tried again for another wire, and no wire that runs is touched', async () => {
    const rig = wired(aWire({ serveBesideOthers: true }));
    await rig.services.apply();
    const { ports } = rig.services.wire(networkId) ?? {};
    await rig.services.retry();
    expect(rig.services.wire(networkId)?.ports).toEqual(ports);
  });

  it('moves to its new port when the settings change, and nothing else changes its state', async () => {
    const rig = wired(aWire({ serveBesideOthers: true }));
    await rig.services.apply();
    const before = rig.services.wire(networkId);
    rig.store.settings.update({ kernelConsole: 'console=ttyS1' });
    await rig.services.apply();
    expect(rig.services.wire(networkId)).toBe(before);
    rig.store.settings.update({ tftpPort: 1069 });
    await rig.services.apply();
    expect(rig.services.wire(networkId)).not.toBe(before);
  });

  it('tells what it has to do without, in its row and once on the timeline', async () => {
    const rig = wired(aWire({ serveBesideOthers: true }));
    rig.state.rawSocketError = new CodedError('net.permission_denied', 'the system does not allow socket', {
      what: 'socket',
    });
    await rig.services.apply();
    await rig.services.apply();
    expect(row(rig, 'dhcp')).toMatchObject({
      state: 'on',
      detail: expect.stringMatching(
        /; no address probe \(.*socket\); no router advertisements \(.*socket\)$/,
      ),
    });
    expect(messages(rig).filter(message => message === 'service.degraded')).toHaveLength(1);
  });
});

it('a machine can boot where a network of its purpose is served, also behind a relay', async () => {
  const canBoot = (rig: WiredServices) =>
    (['provisioning', 'cleaning'] as const).filter(purpose =>
      rig.services.bootServer.canBoot({ isVirtual: false }, purpose),
    );
  const rig = wired(aWire({ purposes: ['tenant', 'provisioning'] }));
  await rig.start();
  expect(canBoot(rig)).toEqual(['provisioning']);
  rig.store.networks.save(aRelayedNetwork({ purposes: ['cleaning'] }));
  await rig.services.apply();
  expect(canBoot(rig)).toEqual(['provisioning', 'cleaning']);
});

it('what is changed of a network is served at once, and its sockets stay', async () => {
  const rig = wired(aWire());
  await rig.start();
  const { ports } = rig.services.wire(networkId) ?? {};
  rig.store.networks.save(aWire({ purposes: ['tenant'], leaseSeconds: 60 }));
  await rig.services.apply();
  expect(rig.services.wire(networkId)?.ports).toEqual(ports);
  expect(rig.services.wire(networkId)?.plan.network.purposes).toEqual(['tenant']);
});

it('a network that is removed takes its wire with it', async () => {
  const rig = wired(aWire());
  await rig.start();
  await rig.services.remove(networkId);
  expect(rig.services.wire(networkId)).toBeUndefined();
  expect(rig.board.list().map(service => service.state)).not.toContain('on');
  expect(rig.store.networks.list()).toEqual([]);
});

/** Whether an enrolled machine's DISCOVER is answered, by what the timeline tells. */
async function answersDhcp(rig: WiredServices, id: NetworkId = networkId): Promise<boolean> {
  rig.store.nodes.save(aNode());
  if (rig.store.ports.findByAddress(mac) === undefined) rig.store.ports.save(aPort());
  const after = rig.store.timeline.newest({}, 1)[0]?.seq ?? 0;
  const client = createSocket('udp4');
  client.send(discover(), rig.services.wire(id)?.ports.dhcp ?? 0, '127.0.0.1');
  const told = await vi.waitFor(
    () => {
      const event = rig.store.timeline
        .list({ nodeId }, after, 100)
        .find(({ message }) => ['dhcp.ignored', 'dhcp.offered', 'dhcp.no_boot_file'].includes(message));
      if (event === undefined) throw new Error('nothing heard yet');
      return event;
    },
    { timeout: 10_000, interval: 5 },
  );
  client.close();
  return told.message !== 'dhcp.ignored';
}

function discover(): Uint8Array {
  return encodePacket({
    op: 'request',
    hops: 0,
    transactionId: 7,
    secs: 0,
    broadcast: true,
    clientAddress: unspecifiedAddress,
    yourAddress: unspecifiedAddress,
    serverAddress: unspecifiedAddress,
    relayAddress: unspecifiedAddress,
    mac,
    serverName: '',
    bootFile: '',
    options: new Map([
      [optionCode.messageType, messageTypeOption('discover')],
      [optionCode.vendorClass, textOption('PXEClient:Arch:00000:UNDI:002001')],
      [optionCode.clientArchitecture, uint16Option(architectureCodeOf('bios'))],
    ]),
  });
}
