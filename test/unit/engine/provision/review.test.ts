import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { review, reviewClean } from '#engine/provision/review.ts';
import type { BootServer } from '#engine/provision/services.ts';
import type { StoredRequest } from '#engine/store/deployments.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { Disk, Image, Node, StorageLayout } from '#shared/contract/index.ts';
import type { ImageId, NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import { defaultStorage } from '#shared/placement/default-storage.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { anInventory } from '#test/fakes/inventory.ts';
import {
  aDeployment,
  aDisk,
  aNetworkRequest,
  aNode,
  anImage,
  anInstaller,
  aPort,
  aStep,
} from '#test/fakes/rows.ts';
import { aSmart } from '#test/fakes/smartctl.ts';

const bootServer: BootServer = {
  baseUrl: () => undefined,
  watchDownload: () => () => undefined,
  canBoot: () => true,
  askAddress: async () => ({ result: 'free' }),
  missingRamdisk: () => undefined,
};
const otherId = '11111111-1111-4111-8111-111111111112' as NodeId;
let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.images.save({ ...anImage(), sourcePath: '/x' });
});
afterEach(() => store.close());

function reviewed(node: Partial<Node>, disk: Partial<Disk> = {}) {
  const inventory = anInventory({ disks: [aDisk(disk)] });
  store.nodes.save(aNode({ inventory, ...node }));
  store.ports.save(aPort());
  return review(store, bootServer, aRequest());
}

describe('a disk that says that it fails', () => {
  const failing = { smart: aSmart({ verdict: 'failing', reallocatedSectors: 3 }) };
  const reallocated = {
    code: 'hardware.trouble',
    details: { trouble: 'disk-reallocated', name: 'ST1000 SER-1', number: 3 },
  };

  const byHand = { code: 'power.by_hand' };

  it('stands against a deployment that would overwrite it, its other troubles are warnings', () => {
    const { blockers, warnings } = reviewed({}, failing);
    expect(blockers).toMatchObject([{ code: 'disk.failing', details: { disk: { serial: 'SER-1' } } }]);
    expect(warnings).toMatchObject([byHand, reallocated]);
  });

  it('is a warning where a person has allowed it', () => {
    store.settings.update({ allowFailingDisks: true });
    const { blockers, warnings } = reviewed({}, failing);
    expect(blockers).toEqual([]);
    expect(warnings).toMatchObject([byHand, { details: { trouble: 'disk-failing' } }, reallocated]);
  });

  it('and is left alone is a warning, without its lesser troubles', () => {
    const other = aDisk({ name: 'sdb', serial: 'SER-2', wwn: '', removable: true, ...failing });
    const inventory = anInventory({ disks: [aDisk(), other] });
    store.nodes.save(aNode({ inventory }));
    store.ports.save(aPort());
    const request = aRequest({ disk: { by: 'person', disk: aDisk() } });
    const { blockers, warnings } = review(store, bootServer, request);
    expect(blockers).toEqual([]);
    expect(warnings).toMatchObject([byHand, { details: { trouble: 'disk-failing', name: 'ST1000 SER-2' } }]);
  });
});

describe('a person must confirm in writing', () => {
  it('nothing for a blank disk of a server without a system', () => {
    expect(reviewed({ provisionState: 'available' })).toMatchObject({ mustConfirm: false, blockers: [] });
  });

  it('what is on the disk', () => {
    expect(reviewed({}, { contents: ['sda1 ext4'] }).mustConfirm).toBe(true);
  });

  it.each(['active', 'deploy failed', 'error'] as const)('the system of a server in state %s', state => {
    expect(reviewed({ provisionState: state }).mustConfirm).toBe(true);
  });

  it('a disk of which nothing is known', () => {
    expect(reviewed({ inventory: null }).mustConfirm).toBe(true);
  });

  it('what we wrote ourselves, though the inventory is older', () => {
    store.nodes.save(aNode());
    const steps = [aStep('write-image', { state: 'failed', startedAt: 5 })];
    store.deployments.create(aDeployment({ state: 'failed', disk: aDisk(), steps }), aRequest());
    expect(reviewed({}).mustConfirm).toBe(true);
  });

  it('not what was written to another disk', () => {
    store.nodes.save(aNode());
    const steps = [aStep('write-image', { state: 'failed', startedAt: 5 })];
    const disk = aDisk({ serial: 'SER-2', wwn: '' });
    store.deployments.create(aDeployment({ state: 'failed', disk, steps }), aRequest());
    expect(reviewed({}).mustConfirm).toBe(false);
  });
});

it('whether an image starts is judged by the boot mode that is asked for', () => {
  const boots = { bios: true, uefi: false };
  store.images.save({ ...anImage({ kind: 'whole-disk', boots }), sourcePath: '/x' });
  const found = reviewed({ bootMode: 'uefi' });
  expect(found.blockers).toEqual([]);
  expect(found.warnings).toContainEqual({ code: 'image.other_firmware', details: { firmware: 'uefi' } });
});

describe('an ISO is refused', () => {
  const medium = anInstaller({ version: '12.5.0', certainty: 'guess' });
  const wantsDisc = {
    code: 'installer.initrd_wants_disc',
    values: { path: 'install.amd/initrd.gz' },
  } as const;
  const blockers = (change: Partial<Image>) => {
    store.images.save({ ...anImage({ kind: 'installer', ...change }), sourcePath: '/x' });
    return reviewed({}).blockers.map(({ code }) => code);
  };

  it('whose installer nobody knows', () => {
    expect(blockers({ installer: null })).toEqual(['image.installer_unknown']);
  });

  it('whose initrd looks for a disc, until a person names another one', () => {
    expect(blockers({ installer: medium, evidence: [wantsDisc] })).toEqual(['image.wants_disc']);
    const installer = { ...medium, initrd: 'install/netboot/initrd.gz', certainty: 'corrected' } as const;
    expect(blockers({ installer, evidence: [wantsDisc] })).toEqual([]);
  });

  it('whose boot files lie in an image that is not ready, and not once it is', () => {
    const id = '99999999-9999-4999-8999-999999999999' as ImageId;
    // Also where both discs have it under the same name.
    const installer = { ...medium, kernelImageId: id, initrdImageId: id, certainty: 'corrected' } as const;
    expect(blockers({ installer, evidence: [wantsDisc] })).toEqual(['image.not_ready']);
    store.images.save({ ...anImage({ id, kind: 'installer' }), sourcePath: '/y' });
    expect(blockers({ installer, evidence: [wantsDisc] })).toEqual([]);
  });

  it('while another boot mode is asked for than the server was inspected in', () => {
    store.images.save({ ...anImage({ kind: 'installer', installer: medium }), sourcePath: '/x' });
    const bootModes = (bootMode: Node['bootMode']) => reviewed({ bootMode }).blockers;
    expect(bootModes('uefi')).toMatchObject([
      { code: 'deploy.firmware_changed', details: { node: 'r1u01', asked: 'uefi', seen: 'bios' } },
    ]);
    expect([...bootModes('bios'), ...bootModes(null)]).toEqual([]);
  });

  it('once, while it is imported', () => {
    expect(blockers({ state: 'importing', installer: null })).toEqual(['image.not_ready']);
  });
});

describe('an image of one file system', () => {
  const gibibyte = 2 ** 30;
  const codes = (root: number | 'rest', sizeBytes: number) => {
    store.images.save({ ...anImage({ kind: 'file-system', rawSizeBytes: 20 * gibibyte }), sourcePath: '/x' });
    store.nodes.save(aNode({ inventory: anInventory({ disks: [aDisk({ sizeBytes })] }) }));
    store.ports.save(aPort());
    const volumes = [
      { name: 'root', mountPoint: '/', fileSystem: 'ext4', size: root },
      { name: 'data', mountPoint: '/srv', fileSystem: 'xfs', size: root === 'rest' ? 10 * gibibyte : 'rest' },
    ] as const;
    const storage: StorageLayout = {
      ...defaultStorage,
      volumeGroup: { name: 'vg', volumes: [...volumes] },
    };
    return review(store, bootServer, aRequest({ storage })).blockers.map(({ code }) => code);
  };

  it('that is larger than / of its layout is refused, however large the disk is', () => {
    expect(codes(10 * gibibyte, 480e9)).toEqual(['deploy.layout_too_small']);
    expect(codes(20 * gibibyte, 480e9)).toEqual([]);
  });

  it('needs room for all the other places too', () => {
    expect(codes('rest', 30 * gibibyte)).toEqual(['deploy.disk_too_small']);
    expect(codes('rest', 32 * gibibyte)).toEqual([]);
  });
});

describe('a volume group that goes on over a disk that is not taken', () => {
  const [system, data, other] = [
    aDisk({ groups: ['rootvg', 'datavg'] }),
    aDisk({ name: 'sdb', serial: 'SER-2', wwn: '', transport: 'fc', groups: ['datavg'] }),
    aDisk({ name: 'sdc', serial: 'SER-3', wwn: '', groups: [] }),
  ];
  const warning = {
    code: 'disk.shares_group',
    details: { disk: system, group: 'datavg', others: ['sdb'] },
  };
  beforeEach(() => {
    store.nodes.save(aNode({ inventory: anInventory({ disks: [system, data, other] }) }));
    store.ports.save(aPort());
  });

  it('is named before a disk of it is overwritten', () => {
    expect(review(store, bootServer, aRequest()).warnings).toContainEqual(warning);
  });

  it('is named before a disk of it is erased', () => {
    const clean = { nodeId: aNode().id, method: 'metadata', disks: null, diskRules: [] } as const;
    expect(reviewClean(store, bootServer, { ...clean, diskRules: [] }).warnings).toEqual([warning]);
    expect(reviewClean(store, bootServer, { ...clean, disks: [other], diskRules: [] }).warnings).toEqual([]);
  });
});

it('an address that another server has is refused, whether that server answers or not', () => {
  const networks = [
    aNetworkRequest({
      address: { method: 'static', address: '10.0.0.5' as Ipv4, prefixLength: 24, gateway: null, dns: [] },
    }),
  ];
  const other = aDeployment({ nodeId: otherId, state: 'succeeded' });
  store.nodes.save(aNode({ id: otherId, name: 'r1u02' }));
  store.deployments.create(other, aRequest({ nodeId: otherId, networks }));
  store.nodes.save(aNode({ id: otherId, name: 'r1u02', deploymentId: other.id }));
  store.nodes.save(aNode({ inventory: anInventory({ disks: [aDisk()] }) }));
  store.ports.save(aPort());
  const codes = (request: StoredRequest) =>
    review(store, bootServer, request).blockers.map(({ code, details }) => [code, details]);
  expect(codes(aRequest({ networks }))).toEqual([
    ['deploy.address_in_use', { address: '10.0.0.5', server: 'r1u02' }],
  ]);
  expect(codes(aRequest())).toEqual([]);
});

describe('a network with a VLAN that goes to a NIC of which nothing is known', () => {
  const networks = [aNetworkRequest({ name: 'front', segmentationId: 120, place: { by: 'match' } })];
  const warnings = (port: Parameters<typeof aPort>[0]) => {
    store.nodes.save(aNode({ inventory: anInventory({ disks: [aDisk()] }) }));
    store.ports.save(aPort(port));
    return review(store, bootServer, aRequest({ networks })).warnings;
  };

  it('is told to be a guess, and what it was taken by', () => {
    const { address } = aPort();
    const reasons = [{ code: 'only_one_left', values: {} }];
    expect(warnings({ name: 'eno1', pxeEnabled: false, segmentationId: null })).toContainEqual({
      code: 'network.guessed',
      details: { network: 'front', nic: `eno1 ${address}`, reasons },
    });
  });

  it('is no matter once somebody has entered the VLAN', () => {
    expect(warnings({ segmentationId: 120 }).map(({ code }) => code)).not.toContain('network.guessed');
  });
});
