import { describe, expect, it } from 'vitest';
import type { Image, Inventory, Network, Node, Port } from '#shared/contract/index.ts';
import type { NetworkId, NodeId, PortgroupId, PortId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import { mayBond } from '#shared/placement/bond-rules.ts';
import { defaultStorage } from '#shared/placement/default-storage.ts';
import { type ImageTarget, mayTakeImage } from '#shared/placement/image-rules.ts';
import type { NetworkMachine } from '#shared/placement/network-links.ts';
import { mayTakeNetwork } from '#shared/placement/network-rules.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import { aDisk, aNetwork, aNetworkRequest, aNode, anImage, anInstaller, aPort } from '#test/fakes/rows.ts';

const GB = 1e9;

function target(change: Partial<ImageTarget> = {}, node: Partial<Node> = {}): ImageTarget {
  return {
    node: aNode({ inventory: inventoryWith(), ...node }),
    portCount: 1,
    storage: defaultStorage,
    diskRules: [],
    waitsIn: null,
    ...change,
  };
}

function inventoryWith(...disks: Parameters<typeof aDisk>[0][]): Inventory {
  const all = disks.length > 0 ? disks : [{ sizeBytes: 32 * GB }];
  return anInventory({ firmware: 'uefi', disks: all.map(disk => aDisk(disk)) });
}

const codeOf = (image: Image, to: ImageTarget) => {
  const verdict = mayTakeImage(image, to);
  return verdict.ok ? (verdict.warning?.code ?? 'ok') : verdict.code;
};

describe('an image on a server', () => {
  it('is refused with both sizes where no disk that may be used is large enough', () => {
    const verdict = mayTakeImage(anImage({ rawSizeBytes: 40 * GB }), target());
    expect(verdict).toEqual({
      ok: false,
      code: 'disk.too_small',
      values: { neededBytes: 40 * GB, largestBytes: 32 * GB },
    });
  });

  it('does not count a disk that is left alone, however large', () => {
    const inventory = inventoryWith(
      { sizeBytes: 32 * GB },
      { sizeBytes: 900 * GB, transport: 'fc', serial: 'LUN', wwn: '' },
    );
    expect(codeOf(anImage({ rawSizeBytes: 40 * GB }), target({}, { inventory }))).toBe('disk.too_small');
    const included = target(
      { diskRules: [{ action: 'include', match: { transport: 'fc' } }] },
      { inventory },
    );
    expect(codeOf(anImage({ rawSizeBytes: 40 * GB }), included)).toBe('ok');
  });

  it('needs as many disks as the RAID of its profile', () => {
    const storage = { ...defaultStorage, raidLevel: '1' as const };
    const image = anImage({ kind: 'file-system', rawSizeBytes: 2 * GB });
    expect(codeOf(image, target({ storage }))).toBe('disk.too_few');
    const inventory = inventoryWith({ sizeBytes: 32 * GB }, { sizeBytes: 32 * GB, serial: 'SER-2', wwn: '' });
    expect(codeOf(image, target({ storage }, { inventory }))).toBe('ok');
  });

  it('of another firmware is allowed, and told', () => {
    expect(codeOf(anImage({ boots: { bios: true, uefi: false } }), target())).toBe('image.other_firmware');
  });

  it.each<[string, string, Image, ImageTarget]>([
    ['that is being imported', 'image.not_ready', anImage({ state: 'importing' }), target()],
    [
      'on a server that is at work',
      'state.not_allowed',
      anImage(),
      target({}, { provisionState: 'deploying' }),
    ],
    ['on a server without a NIC', 'node.no_port', anImage(), target({ portCount: 0 })],
    ['on a server that waits in a batch', 'node.in_batch', anImage(), target({ waitsIn: 'web' })],
    [
      'on a server whose disks nobody knows',
      'deploy.not_inspected',
      anImage(),
      target({}, { inventory: null }),
    ],
    [
      'of an unknown installer',
      'image.installer_unknown',
      anImage({ kind: 'installer', installer: null }),
      target(),
    ],
    [
      'of an installer that looks for its disc',
      'image.wants_disc',
      anImage({
        kind: 'installer',
        installer: anInstaller(),
        evidence: [{ code: 'installer.initrd_wants_disc', values: { path: anInstaller().initrd } }],
      }),
      target(),
    ],
    [
      'of boot files for another one',
      'image.boot_files_only',
      anImage({
        kind: 'installer',
        installer: anInstaller(),
        evidence: [{ code: 'installer.boot_files', values: {} }],
      }),
      target(),
    ],
    [
      'on a server whose only disk cannot be written',
      'disk.none',
      anImage(),
      target({}, { inventory: inventoryWith({ readOnly: true }) }),
    ],
    [
      'of an installer for the other firmware',
      'deploy.firmware_changed',
      anImage({ kind: 'installer', installer: anInstaller() }),
      target({}, { bootMode: 'bios' }),
    ],
  ])('%s is refused: %s', (_name, code, image, to) => {
    expect(codeOf(image, to)).toBe(code);
  });

  it('may go where nobody has looked if hints say which disk', () => {
    const node = { inventory: null, rootDeviceHints: { serial: 'SER-1' } };
    expect(codeOf(anImage(), target({}, node))).toBe('ok');
    expect(codeOf(anImage({ kind: 'installer', installer: anInstaller() }), target({}, node))).toBe(
      'deploy.not_inspected',
    );
  });
});

const portId = (number: number) => `55555555-5555-4555-8555-55555555555${number}` as PortId;
const port = (number: number, change: Partial<Port> = {}): Port =>
  aPort({ id: portId(number), address: `52:54:00:aa:00:0${number}` as Mac, ...change });
const machine = (ports: readonly Port[], nics: NetworkMachine['nics'] = []): NetworkMachine => ({
  ports,
  portgroups: [],
  nics,
  provisioningMac: null,
});
const idOf = (number: number) => `44444444-4444-4444-8444-44444444444${number}` as NetworkId;
const vlan120: Network = aNetwork({ id: idOf(1), name: 'customer', segmentationId: 120 });
const plain: Network = aNetwork({ id: idOf(2), name: 'storage', physicalNetwork: 'wire-b' });
const networks = [vlan120, plain];
const on = (network: Network, number?: number) =>
  aNetworkRequest({
    networkId: network.id,
    place: number === undefined ? { by: 'match' } : { by: 'port', portId: portId(number) },
  });

describe('a network on a NIC', () => {
  it('of another VLAN is refused with both tags, and allowed where its frames shall be tagged', () => {
    const wired = machine([port(1, { segmentationId: 100 })]);
    expect(mayTakeNetwork(on(vlan120, 1), [], wired, networks)).toEqual({
      ok: false,
      code: 'network.other_vlan',
      values: { segmentationId: 120, own: 100 },
    });
    const tagged = { ...on(vlan120, 1), tagging: 'tagged' as const };
    expect(mayTakeNetwork(tagged, [], wired, networks).ok).toBe(true);
  });

  it('of another physical network is refused', () => {
    const wired = machine([port(1, { physicalNetwork: 'wire-a' })]);
    expect(mayTakeNetwork(on(plain, 1), [], wired, networks)).toMatchObject({ code: 'network.other_wire' });
  });

  it('is refused beside another one that is not tagged either', () => {
    const verdict = mayTakeNetwork(on(plain, 1), [on(plain, 1)], machine([port(1), port(2)]), networks);
    expect(verdict).toMatchObject({ ok: false, code: 'network.taken', values: { network: 'storage' } });
  });

  it('is refused where it would leave none for one that is staged already', () => {
    const wired = machine([port(1, { segmentationId: 120 })]);
    const other = { ...vlan120, id: idOf(3), name: 'second' };
    expect(mayTakeNetwork(on(other, 1), [on(vlan120)], wired, [...networks, other])).toEqual({
      ok: false,
      code: 'network.displaces',
      values: { network: 'customer' },
    });
  });

  it('is refused where none of the NICs is free', () => {
    const verdict = mayTakeNetwork(on(plain), [on(vlan120, 1)], machine([port(1)]), networks);
    expect(verdict).toMatchObject({ code: 'network.no_nic', values: { network: 'storage' } });
  });

  it('is refused a second time where no other NIC is wired for it', () => {
    const wired = machine([port(1, { segmentationId: 120 })]);
    expect(mayTakeNetwork(on(vlan120), [on(vlan120, 1)], wired, networks)).toMatchObject({
      code: 'network.twice',
    });
  });

  it('without a link is told, not refused', () => {
    const nic = { ...firstNic(), mac: port(1).address, carrier: false };
    expect(mayTakeNetwork(on(plain, 1), [], machine([port(1)], [nic]), networks)).toEqual({
      ok: true,
      warning: { code: 'nic.no_link', values: {} },
    });
  });
});

describe('a network on a server', () => {
  it('goes by its VLAN, and is refused where several NICs are alike', () => {
    const wired = machine([port(1, { segmentationId: 120 }), port(2, { segmentationId: 100 })]);
    expect(mayTakeNetwork(on(vlan120), [], wired, networks).ok).toBe(true);
    const alike = machine([port(1), port(2)]);
    expect(mayTakeNetwork(on(vlan120), [], alike, networks)).toMatchObject({ code: 'network.ambiguous' });
  });

  it('is left to the ramdisk where nobody has looked yet', () => {
    const alike = machine([port(1), port(2)], null);
    expect(mayTakeNetwork(on(vlan120), [], alike, networks).ok).toBe(true);
  });
});

describe('two NICs', () => {
  const verdict = (ports: readonly Port[], asked: Parameters<typeof mayBond>[2] = []) =>
    mayBond(ports, machine(ports), asked, networks);
  const code = (...given: Parameters<typeof verdict>) => {
    const found = verdict(...given);
    return found.ok ? 'ok' : found.code;
  };
  const bond = '77777777-7777-4777-8777-777777777777' as PortgroupId;

  it.each<[string, readonly Port[]]>([
    ['ok', [port(1), port(2)]],
    ['bond.one_nic', [port(1), port(1)]],
    ['bond.other_server', [port(1), port(2, { nodeId: '11111111-1111-4111-8111-111111111119' as NodeId })]],
    ['bond.member', [port(1), port(2, { portgroupId: bond })]],
    ['bond.other_vlan', [port(1, { segmentationId: 100 }), port(2, { segmentationId: 120 })]],
    ['bond.other_wire', [port(1, { physicalNetwork: 'a' }), port(2, { physicalNetwork: 'b' })]],
  ])('become a bond or not: %s', (expected, ports) => {
    expect(code(ports)).toBe(expected);
  });

  it('do not while a network is put on one of them', () => {
    expect(code([port(1), port(2)], [on(plain, 2)])).toBe('bond.has_network');
  });

  it('do not where that leaves no NIC for a network that goes by its wiring', () => {
    const storage = [port(1, { physicalNetwork: 'wire-b' }), port(2)];
    expect(code(storage, [on(plain)])).toBe('ok');
    const other = { ...plain, id: idOf(3), name: 'backup', physicalNetwork: '' };
    expect(mayBond(storage, machine(storage), [on(plain), on(other)], [...networks, other])).toEqual({
      ok: false,
      code: 'network.displaces',
      values: { network: 'backup' },
    });
  });

  it('do where nobody has looked yet which network goes where', () => {
    const unseen = machine([port(1), port(2)], null);
    expect(mayBond(unseen.ports, unseen, [on(vlan120)], networks).ok).toBe(true);
  });
});

function firstNic(): NonNullable<NetworkMachine['nics']>[number] {
  return {
    name: 'eno1',
    mac: '',
    carrier: true,
    speedMbps: null,
    driver: '',
    pciId: '',
    lldp: null,
    errors: null,
  };
}
