import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bmcOf } from '#engine/inventory/nodes.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import {
  type AddressChoice,
  contract,
  type InstallerMedium,
  type StorageLayout,
  type WorldPatch,
} from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import {
  aDeployment,
  aNetwork,
  aNetworkRequest,
  aNode,
  anImage,
  aPort,
  aPortgroup,
  aProfile,
  deploymentId,
  mac,
  networkId,
  nodeId,
} from '#test/fakes/rows.ts';

const key = new Uint8Array(32).fill(7);
const unreachable = {
  code: 'bmc.unreachable' as const,
  level: 'peer' as const,
  retryable: true,
  message: 'm',
  details: { address: 'a', attempts: 3 },
};
let folder: string;
let store: Store;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'rk-store-'));
  store = openStore(join(folder, 'rackside.db'), key, () => 42);
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('records', () => {
  it('come back as they were saved', () => {
    const node = aNode({
      bmc: {
        address: '10.0.0.1',
        port: 623,
        username: 'admin',
        hasPassword: true,
        hasBmcKey: false,
        protocol: 'auto',
        privilege: null,
        cipherSuite: 3,
        interfaceVersion: '2.0',
        manufacturer: '',
        firmware: '',
      },
      lastError: unreachable,
      extra: { rack: 'r1' },
    });
    store.nodes.save(node);
    store.ports.save(aPort());
    store.images.save({ ...anImage(), sourcePath: '/x' });
    store.networks.save(aNetwork());
    expect(store.nodes.find(nodeId)).toEqual(node);
    expect(store.ports.findByAddress(mac)).toEqual(aPort());
    expect(store.images.list()).toEqual([anImage()]);
    expect(store.networks.find(networkId)).toEqual(aNetwork());
  });

  it('of servers are the same objects while nothing of theirs is stored anew, also after a change that was taken back', () => {
    const other = aNode({ id: '99999999-9999-4999-8999-999999999999' as NodeId, name: 'r2u07' });
    store.nodes.save(aNode({ extra: { rack: 'r1' } }));
    store.nodes.save(other);
    const [first, second] = store.nodes.list();
    expect(store.nodes.list()[0]).toBe(first);
    expect(store.nodes.find(nodeId)).toBe(first);
    store.nodes.save(aNode({ extra: { rack: 'r2' } }));
    expect(store.nodes.find(nodeId)?.extra).toEqual({ rack: 'r2' });
    expect(store.nodes.list()[1]).toBe(second);
    expect(() =>
      store.transaction(() => {
        store.nodes.save(aNode({ extra: { rack: 'r3' } }));
        store.nodes.list();
        throw new Error('taken back');
      }),
    ).toThrow('taken back');
    expect(store.nodes.find(nodeId)?.extra).toEqual({ rack: 'r2' });
    store.nodes.remove(other.id);
    expect(store.nodes.list().map(({ id }) => id)).toEqual([nodeId]);
  });

  it('an ISO of which something is stored that no medium can have is an ISO without an installer', () => {
    const installer = { kernel: '/etc/passwd' } as unknown as InstallerMedium;
    store.images.save({ ...anImage({ kind: 'installer', installer }), sourcePath: '/x' });
    expect(store.images.list()).toEqual([anImage({ kind: 'installer', installer: null })]);
  });

  it('are read though an error in them has a code that this version does not know', () => {
    store.nodes.save(aNode({ lastError: { ...unreachable, code: 'bmc.renamed' } as never }));
    store.nodes.save(aNode({ id: deploymentId as never, name: 'other', lastError: unreachable }));
    const [other, node] = store.nodes.list();
    expect(node?.lastError).toMatchObject({ code: 'internal' });
    expect(other?.lastError).toEqual(unreachable);
  });

  it('of a layout are read though a later version would refuse it', () => {
    const storage: StorageLayout = {
      partitionTable: 'gpt',
      raidLevel: null,
      partitions: [{ mountPoint: '/proc', fileSystem: 'xfs', size: 2 ** 20 }],
      volumeGroup: null,
    };
    const profile = aProfile({ storage });
    store.profiles.save(profile);
    store.nodes.save(aNode());
    store.images.save({ ...anImage(), sourcePath: '/x' });
    const frozen = { ...profile, texts: [] };
    store.deployments.create(aDeployment(), aRequest({ storage, profileId: profile.id, profile: frozen }));
    expect(contract.profiles.list.output.parse(store.profiles.list())).toEqual([profile]);
    expect(store.deployments.request(deploymentId)).toMatchObject({ storage, profile: frozen });
    expect(contract.profiles.create.input.safeParse(profile).success).toBe(false);
  });

  it('of a removed server go with it, and every page hears of each', () => {
    store.nodes.save(aNode());
    store.ports.save(aPort());
    store.portgroups.save(aPortgroup());
    store.deployments.create(aDeployment(), aRequest());
    const seen: WorldPatch[] = [];
    store.changes.subscribe(patch => seen.push(patch));
    store.nodes.remove(nodeId);
    expect(store.ports.list()).toEqual([]);
    expect(store.deployments.list()).toEqual([]);
    expect(seen).toEqual([
      { op: 'remove', table: 'ports', ids: [aPort().id] },
      { op: 'remove', table: 'portgroups', ids: [aPortgroup().id] },
      { op: 'remove', table: 'deployments', ids: [deploymentId] },
      { op: 'remove', table: 'nodes', ids: [nodeId] },
    ]);
  });

  it('of a deployment that a newer one replaces are taken from the pages, as if they had begun after it', () => {
    const newer = '33333333-3333-4333-8333-333333333334' as typeof deploymentId;
    store.nodes.save(aNode());
    store.deployments.create(aDeployment({ state: 'succeeded' }), aRequest());
    const shown = new Set<string>(store.deployments.current().map(({ id }) => id));
    store.changes.subscribe(patch => {
      if (patch.op === 'remove') for (const id of patch.ids) shown.delete(id);
      else if (patch.table === 'deployments') shown.add(patch.row.id);
    });
    store.deployments.create(aDeployment({ id: newer, createdAt: 2 }), aRequest());
    expect([...shown]).toEqual([newer]);
    expect(store.deployments.current().map(({ id }) => id)).toEqual([newer]);
    expect(store.deployments.find(deploymentId)).toBeDefined();
  });

  it('give the boot policy a machine by its MAC', () => {
    store.nodes.save(aNode({ bootTarget: 'disk', deploymentId }));
    store.ports.save(aPort({ pxeEnabled: false }));
    expect(store.nodes.bootSubject(mac)).toEqual({
      nodeId,
      name: 'r1u01',
      provisionState: 'available',
      bootTarget: 'disk',
      bootMode: null,
      deploymentId,
      pxeEnabled: false,
      reservedAddress: null,
      hostName: null,
      attachedTo: undefined,
    });
  });

  it("give the boot policy a machine by its bond's own MAC, which never boots from the network", () => {
    const address = '52:54:00:aa:00:0b' as Mac;
    store.nodes.save(aNode());
    store.portgroups.save(aPortgroup({ address }));
    expect(store.nodes.bootSubject(address)).toMatchObject({ nodeId, pxeEnabled: false });
    expect(store.nodes.bootSubject(mac)).toBeUndefined();
  });

  it('give the boot policy what was reserved and how the deployed system is named', () => {
    store.nodes.save(aNode({ deploymentId }));
    store.ports.save(aPort({ reservedAddress: '10.77.0.50' as Ipv4 }));
    store.deployments.create(aDeployment(), aRequest());
    expect(store.nodes.bootSubject(mac)).toMatchObject({ reservedAddress: '10.77.0.50', hostName: 'web-01' });
    expect(store.ports.findByReservation('10.77.0.50' as Ipv4)).toMatchObject({ address: mac });
  });

  it('know the addresses that belong to one machine: reserved, of a BMC, set by hand in what is deployed', () => {
    const network: AddressChoice = {
      method: 'static',
      address: '10.77.0.52' as Ipv4,
      prefixLength: 24,
      gateway: null,
      dns: [],
    };
    store.nodes.save(
      aNode({ deploymentId, bmc: bmcOf({ address: '10.77.0.51', port: 623, username: '' }, null) }),
    );
    store.ports.save(aPort({ reservedAddress: '10.77.0.50' as Ipv4 }));
    store.deployments.create(aDeployment(), aRequest({ networks: [aNetworkRequest({ address: network })] }));
    const fixed = (last: number) => store.fixedAddresses.has(`10.77.0.${last}` as Ipv4);
    expect([49, 50, 51, 52, 53].filter(fixed)).toEqual([50, 51, 52]);
    expect(store.fixedAddresses.has('10.77.0.52' as Ipv4, nodeId)).toBe(false);
    // Given back: what was deployed is not there any more.
    store.nodes.save(aNode({ deploymentId: null }));
    expect(fixed(52)).toBe(false);
  });

  it('allow one running deployment a server', () => {
    store.nodes.save(aNode());
    store.deployments.create(aDeployment(), aRequest());
    const second = aDeployment({ id: nodeId as never });
    expect(() => store.deployments.create(second, aRequest())).toThrow(/UNIQUE/);
  });

  it('survive a process that was killed, with steps and request', () => {
    const request = aRequest({ disk: { by: 'hints', hints: { serial: 'X' } } });
    store.nodes.save(aNode());
    store.deployments.create(aDeployment(), request);
    const [first] = store.deployments.steps(deploymentId);
    if (first === undefined) throw new Error('no step');
    store.deployments.saveStep({ ...first, state: 'done', evidence: { power: 'on' } });
    const again = openStore(join(folder, 'rackside.db'), key);
    expect(again.deployments.running()[0]?.steps.map(step => step.state)).toEqual(['done', 'pending']);
    expect(again.deployments.request(deploymentId)).toMatchObject({
      disk: { by: 'hints', hints: { serial: 'X' } },
      verify: 'readback',
    });
    again.close();
  });
});

describe('the change feed', () => {
  it('tells of a change after the commit only, and of a rolled-back one never', () => {
    const seen: WorldPatch[] = [];
    store.changes.subscribe(patch => seen.push(patch));
    store.transaction(() => {
      store.nodes.save(aNode());
      expect(seen).toEqual([]);
    });
    expect(seen).toHaveLength(1);
    expect(() =>
      store.transaction(() => {
        store.nodes.save(aNode({ name: 'other' }));
        throw new Error('no');
      }),
    ).toThrow('no');
    expect(seen).toHaveLength(1);
    expect(store.nodes.find(nodeId)?.name).toBe('r1u01');
  });
});

describe('the timeline', () => {
  it('keeps the order, filters by server, and tells subscribers after the write', () => {
    const heard: number[] = [];
    store.timeline.subscribe(event => heard.push(event.seq));
    store.timeline.append({ kind: 'step', message: 'step.started', details: { step: 'prepare' } });
    store.timeline.append({
      kind: 'image',
      message: 'image.imported',
      nodeId,
      details: { name: 'x', seconds: 1 },
    });
    expect(heard).toEqual([]);
    expect(store.timeline.list({ nodeId }, 0, 10)).toEqual([
      {
        seq: 2,
        at: 42,
        kind: 'image',
        nodeId,
        deploymentId: null,
        message: 'image.imported',
        details: { name: 'x', seconds: 1 },
      },
    ]);
    expect(heard).toEqual([1, 2]);
    expect(store.timeline.newest({}, 1).map(event => event.message)).toEqual(['image.imported']);
  });
});

describe('sealed secrets', () => {
  it('open with the key that sealed them, for their own owner, and are not in the file', () => {
    store.secrets.put('node:1', 'bmc-password', 'hunter2-secret');
    expect(store.secrets.get('node:1', 'bmc-password')).toBe('hunter2-secret');
    const db = new SqliteDatabase(join(folder, 'rackside.db'));
    db.prepare("UPDATE sealed_secrets SET owner = 'node:2'").run();
    const stored = db.prepare('SELECT hex(sealed) AS sealed FROM sealed_secrets').get() as { sealed: string };
    db.close();
    expect(Buffer.from(stored.sealed, 'hex').includes('hunter2')).toBe(false);
    expect(store.secrets.get('node:2', 'bmc-password')).toBeUndefined();
    const other = openStore(join(folder, 'rackside.db'), new Uint8Array(32).fill(8));
    expect(other.secrets.get('node:2', 'bmc-password')).toBeUndefined();
    other.close();
  });
});
