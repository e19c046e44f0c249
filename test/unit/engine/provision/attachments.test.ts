import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { backToProvisioning, moveToTenantNetworks } from '#engine/provision/attachments.ts';
import { networkModelOf } from '#engine/provision/network-plan.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { NetworkAssignment } from '#shared/contract/index.ts';
import type { NetworkId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import {
  aNetwork,
  aNetworkRequest,
  aNode,
  aPort,
  aPortgroup,
  mac,
  networkId,
  nodeId,
} from '#test/fakes/rows.ts';

const otherMac = '52:54:00:aa:00:02' as Mac;
const otherPort = aPort({ id: '55555555-5555-4555-8555-555555555556' as PortId, address: otherMac });
const tenantId = '44444444-4444-4444-8444-444444444445' as NetworkId;
const port = aPort();
const { id: portgroupId } = aPortgroup();

let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.networks.save(aNetwork({ purposes: ['provisioning'] }));
  store.networks.save(
    aNetwork({ id: tenantId, name: 'a', cidr: '10.80.0.0/24', segmentationId: 100, purposes: ['tenant'] }),
  );
  store.nodes.save(aNode());
  store.ports.save(port);
  store.ports.save(otherPort);
});
afterEach(() => store.close());

const on = (change: Partial<NetworkAssignment>): NetworkAssignment => ({
  request: 0,
  portId: null,
  portgroupId: null,
  vlanId: null,
  reasons: [],
  ...change,
});
const lease = (on: NetworkId, address: string, of: Mac) =>
  store.leases.save({ networkId: on, address: address as Ipv4, mac: of, expiresAtMs: 1e15, hostName: '' });
const attachedTo = (of: Mac) => store.nodes.bootSubject(of)?.attachedTo;

describe('a machine that is moved to its tenant networks', () => {
  it('is known by the NIC of each network, and its other addresses are free', () => {
    lease(networkId, '10.77.0.100', mac);
    lease(tenantId, '10.80.0.100', otherMac);
    const request = aNetworkRequest({ networkId: tenantId });
    moveToTenantNetworks(store, nodeId, [request], [on({ portId: otherPort.id })]);
    expect(attachedTo(mac)).toEqual([]);
    expect(attachedTo(otherMac)).toEqual([tenantId]);
    expect(store.leases.list().map(({ address }) => address)).toEqual(['10.80.0.100']);
  });

  it('keeps its address on the provisioning network where that is one of its own', () => {
    lease(networkId, '10.77.0.100', mac);
    moveToTenantNetworks(store, nodeId, [aNetworkRequest({ networkId })], [on({ portId: port.id })]);
    expect(attachedTo(mac)).toEqual([networkId]);
    expect(store.leases.list()).toHaveLength(1);
  });

  it("is on a bond by the MAC that its system is told: the NIC's through which it was installed", () => {
    lease(networkId, '10.77.0.100', otherMac);
    store.portgroups.save(aPortgroup());
    for (const member of [port, otherPort]) store.ports.save({ ...member, portgroupId });
    const requests = [aNetworkRequest({ networkId: tenantId })];
    const assignments = [on({ portgroupId, vlanId: 100 })];
    const model = networkModelOf(store, aNode(), aRequest({ networks: requests }), assignments);
    const [attachment] = moveToTenantNetworks(store, nodeId, requests, assignments);
    expect(attachment?.mac).toBe(otherMac);
    expect(model?.ok === true && model.network.links.at(-1)?.mac).toBe(otherMac);
  });

  it('is known on a bond by the MAC of every member and by its own', () => {
    const address = '52:54:00:aa:00:0b' as Mac;
    store.portgroups.save(aPortgroup({ address }));
    for (const member of [port, otherPort]) store.ports.save({ ...member, portgroupId });
    const [attachment] = moveToTenantNetworks(
      store,
      nodeId,
      [aNetworkRequest({ networkId: tenantId })],
      [on({ portgroupId, vlanId: 100 })],
    );
    expect(attachment).toMatchObject({ mac: address, vlanId: 100 });
    for (const asking of [mac, otherMac, address]) expect(attachedTo(asking)).toEqual([tenantId]);
  });

  it('finds our network by its VLAN where none was named, and only where that is no guess', () => {
    const move = (segmentationId: number) =>
      moveToTenantNetworks(
        store,
        nodeId,
        [aNetworkRequest({ segmentationId })],
        [on({ portId: port.id, vlanId: segmentationId })],
      ).map(attachment => attachment.networkId);
    expect(move(100)).toEqual([tenantId]);
    expect(move(200)).toEqual([null]);
    const twin = '44444444-4444-4444-8444-444444444446' as NetworkId;
    store.networks.save(aNetwork({ id: twin, name: 'b', segmentationId: 100, purposes: ['tenant'] }));
    expect(move(100)).toEqual([null]);
  });

  it('is moved once however often that is said', () => {
    const move = () =>
      moveToTenantNetworks(store, nodeId, [aNetworkRequest({ networkId })], [on({ portId: port.id })]);
    move();
    move();
    expect(store.attachments.ofNode(nodeId)).toHaveLength(1);
  });

  it('stays where it was installed when no network is for tenants, or nobody would ever answer it', () => {
    const move = () =>
      moveToTenantNetworks(store, nodeId, [aNetworkRequest()], [on({ portId: port.id })]).map(
        attachment => attachment.networkId,
      );
    lease(networkId, '10.77.0.100', mac);
    store.networks.remove(tenantId);
    expect([move(), move()]).toEqual([[networkId], [networkId]]);
    expect(store.leases.list()).toHaveLength(1);
    store.networks.save(aNetwork({ id: tenantId, name: 'a', cidr: '10.80.0.0/24', purposes: ['tenant'] }));
    expect(move()).toEqual([null]);
  });

  it('is on no other network when its own is removed, and on the same one when the record of its bond is', () => {
    store.portgroups.save(aPortgroup());
    store.ports.save({ ...port, portgroupId });
    moveToTenantNetworks(store, nodeId, [aNetworkRequest({ networkId: tenantId })], [on({ portgroupId })]);
    store.portgroups.remove(portgroupId);
    expect(attachedTo(mac)).toEqual([tenantId]);
    store.networks.remove(tenantId);
    expect(attachedTo(mac)).toEqual([]);
  });

  it('has no networks of its own any more once it comes back, or is gone', () => {
    const move = () =>
      moveToTenantNetworks(store, nodeId, [aNetworkRequest({ networkId })], [on({ portId: port.id })]);
    move();
    backToProvisioning(store, nodeId);
    expect(attachedTo(mac)).toBeUndefined();
    move();
    store.nodes.remove(nodeId);
    expect(store.attachments.list()).toEqual([]);
  });
});
