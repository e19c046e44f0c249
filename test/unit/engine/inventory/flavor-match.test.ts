import { describe, expect, it } from 'vitest';
import { matchFlavor } from '#engine/inventory/flavor-match.ts';
import { type Disk, type Flavor, flavor, type Inventory, type Node } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import { aDisk, aNode } from '#test/fakes/rows.ts';

const gibibyte = 2 ** 30;

/** 16 threads, 32 GiB, two disks of 480 GB. */
const stock: Inventory = {
  takenAt: 1,
  firmware: 'uefi',
  system: { manufacturer: '', product: '', serial: '', uuid: '' },
  cpu: { model: '', sockets: 1, cores: 8, threads: 16, arch: 'x86_64' },
  memoryBytes: 31.6 * gibibyte,
  dimms: [],
  disks: [ssd('sda'), ssd('sdb')],
  nics: [],
  bmcAddress: '',
  memoryErrors: null,
  pciErrors: null,
};

function ssd(name: string, change: Partial<Disk> = {}): Disk {
  const own = { name, serial: `S-${name}`, wwn: `0x5000c500aaaa${name.charCodeAt(2).toString(16)}00` };
  return aDisk({ sizeBytes: 480_103_981_056, ...own, ...change });
}

function server(name: string, hardware: Partial<Inventory> | null = {}, change: Partial<Node> = {}): Node {
  const inventory = hardware === null ? null : { ...stock, ...hardware };
  return aNode({ id: name as NodeId, name, inventory, ...change });
}

const ask = (wanted: Partial<Flavor>, ...nodes: Node[]) => matchFlavor(flavor.parse(wanted), nodes);
const fits = (wanted: Partial<Flavor>, hardware: Partial<Inventory>) =>
  ask(wanted, server('a', hardware)).matches.length === 1;

describe('a flavor', () => {
  it('is met by no server that is in use, and names it as that', () => {
    const inUse = (['active', 'deploying', 'cleaning'] as const).map(provisionState =>
      server(provisionState, {}, { provisionState }),
    );
    const { matches, nearest } = ask({ vcpus: 16 }, ...inUse);
    expect(matches).toEqual([]);
    expect(nearest.map(({ differences }) => differences)).toEqual(
      ['active', 'cleaning', 'deploying'].map(has => [{ what: 'state', wanted: 'available', has }]),
    );
    const failed = server('again', {}, { provisionState: 'deploy failed' });
    expect(ask({ vcpus: 16 }, ...inUse, failed).matches).toEqual(['again']);
  });

  it('is met by a server that equals it and by no bigger one', () => {
    const bigger = server('big', { cpu: { ...stock.cpu, threads: 32 }, memoryBytes: 125.6 * gibibyte });
    const wanted = { vcpus: 16, memoryGib: 32 };
    expect(ask(wanted, bigger, server('equal'))).toEqual({ matches: ['equal'], nearest: [] });
    expect(ask(wanted, bigger)).toEqual({
      matches: [],
      nearest: [
        {
          nodeId: 'big',
          differences: [
            { what: 'vcpus', wanted: '16', has: '32' },
            { what: 'memory', wanted: '32 GiB', has: '128 GiB' },
          ],
        },
      ],
    });
  });

  it('that asks for nothing is met by all, inspected or not', () => {
    expect(ask({}, server('a'), server('b', null)).matches).toEqual(['a', 'b']);
  });

  it('is not met by a server of which nothing is known, and says so', () => {
    const wanted = {
      vcpus: 16,
      memoryGib: 32,
      disks: [{ count: 1, sizeGb: 480 }],
      rootDevice: { serial: 'S-sda' },
    };
    const [nearest] = ask(wanted, server('a', null)).nearest;
    expect(nearest?.differences.map(({ what, has }) => [what, has])).toEqual([
      ['vcpus', null],
      ['memory', null],
      ['disks', null],
      ['rootDevice', null],
    ]);
    const silent = server('b', { cpu: { ...stock.cpu, threads: 0 }, memoryBytes: 0 });
    expect(ask({ vcpus: 16, memoryGib: 32 }, silent).nearest[0]?.differences).toMatchObject([
      { has: null },
      { has: null },
    ]);
  });

  it('asks for labels and a resource class as they were written', () => {
    const node = server('a', {}, { extra: { row: 'R1' }, resourceClass: 'bm.small' });
    expect(ask({ labels: { row: 'R1' }, resourceClass: 'bm.small' }, node).matches).toEqual(['a']);
    expect(
      ask({ labels: { row: 'r1', constructor: 'x' }, resourceClass: 'bm.large' }, node).nearest[0]
        ?.differences,
    ).toEqual([
      { what: 'resourceClass', wanted: 'bm.large', has: 'bm.small' },
      { what: 'label', wanted: 'row=r1', has: 'row=R1' },
      { what: 'label', wanted: 'constructor=x', has: '' },
    ]);
  });

  it('asks for one disk to put the system on', () => {
    expect(ask({ rootDevice: { serial: 'S-sdb' } }, server('a')).matches).toEqual(['a']);
    expect(ask({ rootDevice: { model: 'ST1000' } }, server('a')).nearest[0]?.differences).toEqual([
      { what: 'rootDevice', wanted: 'model=ST1000', has: 'sda, sdb' },
    ]);
  });

  it('that nobody meets names the five nearest: fewest differences, then the smallest, then by name', () => {
    const wanted = { vcpus: 16, memoryGib: 64, resourceClass: 'bm' };
    const withMemory = (name: string, gib: number, resourceClass = 'bm') =>
      server(name, { memoryBytes: gib * gibibyte }, { resourceClass });
    const nodes = [
      withMemory('r10', 31.6),
      withMemory('other-class', 31.6, 'vm'),
      withMemory('huge', 1007),
      withMemory('r9', 31.6),
      withMemory('near', 47),
      server('unknown', null, { resourceClass: 'bm' }),
      server('nothing', null),
    ];
    const names = ask(wanted, ...nodes).nearest.map(({ nodeId }) => nodeId);
    expect(names).toEqual(['near', 'r9', 'r10', 'huge', 'other-class']);
  });
});

describe('memory', () => {
  it.each([
    [0.96, 1],
    [3.8, 4],
    [7.7, 8],
    [15.5, 16],
    [23.5, 24],
    [30.9, 32],
    [31.6, 32],
    [47, 48],
    [62.7, 64],
    [94.2, 96],
    [125.6, 128],
    [188.5, 192],
    [251.5, 256],
    [377, 384],
    [503, 512],
    [566, 576],
    [755, 768],
    [1007, 1024],
    [1511, 1536],
    [2015, 2048],
  ])('of %f GiB seen by the kernel counts as %i', (gib, sold) => {
    expect(fits({ memoryGib: sold }, { memoryBytes: gib * gibibyte })).toBe(true);
  });

  const dimm = (gib: number) => ({ locator: '', sizeBytes: gib * gibibyte, type: 'DDR4', speed: '' });

  it('is what the modules add up to, where the kernel sees nearly that', () => {
    const odd = { memoryBytes: 16.9 * gibibyte, dimms: [dimm(16), dimm(1), dimm(0)] };
    expect(fits({ memoryGib: 17 }, odd)).toBe(true);
  });

  it('is what the kernel sees, where a module failed or a list is wrong', () => {
    expect(fits({ memoryGib: 32 }, { memoryBytes: 31.6 * gibibyte, dimms: [dimm(32), dimm(32)] })).toBe(true);
    expect(fits({ memoryGib: 64 }, { memoryBytes: 62.7 * gibibyte, dimms: [dimm(32)] })).toBe(true);
  });
});

describe('disks', () => {
  const two = { disks: [{ count: 2, sizeGb: 480 }] };
  const sized = (name: string, sizeBytes: number) => ssd(name, { sizeBytes });

  it.each<[string, number, number]>([
    ['600 GB of a RAID controller', 600, 599_550_590_976],
    ['146 GB as sold', 146, 146_815_733_760],
    ['1.92 TB', 1920, 1_920_383_410_176],
    ['8 GiB of a virtual machine', 9, 8_589_934_592],
  ])('of %s are equal', (_name, sizeGb, sizeBytes) => {
    expect(fits({ disks: [{ count: 1, sizeGb }] }, { disks: [sized('sda', sizeBytes)] })).toBe(true);
  });

  it('are all of them, and no other', () => {
    expect(fits(two, {})).toBe(true);
    expect(fits(two, { disks: [ssd('sda')] })).toBe(false);
    expect(fits(two, { disks: [ssd('sda'), ssd('sdb'), ssd('sdc')] })).toBe(false);
    expect(fits(two, { disks: [ssd('sda'), sized('sdb', 500_107_862_016)] })).toBe(false);
    expect(fits({ disks: [] }, {})).toBe(false);
    expect(fits({ disks: [] }, { disks: [] })).toBe(true);
  });

  it('are those that are built in, whatever is on them: no stick, no virtual medium, no LUN of a SAN', () => {
    const others = [
      ssd('sdc', { removable: true }),
      ssd('sdd', { sizeBytes: 0 }),
      ssd('sde', { transport: 'fc' }),
      ssd('sdf', { transport: 'iscsi' }),
    ];
    expect(fits(two, { disks: [ssd('sda', { signatures: ['gfs2'] }), ssd('sdb'), ...others] })).toBe(true);
  });

  it('that differ are shown as a person would order them', () => {
    const node = server('a', { disks: [sized('sda', 960_197_124_096), ssd('sdb'), ssd('sdc')] });
    expect(ask(two, node).nearest[0]?.differences).toEqual([
      { what: 'disks', wanted: '2 × 480 GB', has: '2 × 480 GB, 1 × 960 GB' },
    ]);
  });
});
