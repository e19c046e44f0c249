import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bmcOf } from '#engine/inventory/nodes.ts';
import { addressesOfOthers } from '#engine/provision/addresses-of-others.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { Deployment, NetworkRequest } from '#shared/contract/index.ts';
import type { DeploymentId, NodeId, PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { aDeployment, aNetwork, aNetworkRequest, aNode, aPort, networkId } from '#test/fakes/rows.ts';

const otherId = '11111111-1111-4111-8111-111111111112' as NodeId;
const otherDeployment = '33333333-3333-4333-8333-333333333334' as DeploymentId;
const wanted = '10.0.0.5' as Ipv4;
let store: Store;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.nodes.save(aNode());
  store.nodes.save(aNode({ id: otherId, name: 'r1u02' }));
});
afterEach(() => store.close());

const at = (change: Partial<NetworkRequest> = {}): NetworkRequest =>
  aNetworkRequest({
    address: { method: 'static', address: wanted, prefixLength: 24, gateway: null, dns: [] },
    ...change,
  });
const holders = (change: Partial<NetworkRequest> = {}) =>
  addressesOfOthers(store, aNode(), { networks: [at(change)] }).map(({ details }) => details.server);

function otherHas(state: Deployment['state'], change: Partial<NetworkRequest> = {}): void {
  store.deployments.create(
    aDeployment({ id: otherDeployment, nodeId: otherId, state }),
    aRequest({ nodeId: otherId, networks: [at(change)] }),
  );
  store.nodes.save(aNode({ id: otherId, name: 'r1u02', deploymentId: otherDeployment }));
}

describe("a fixed address is another server's", () => {
  it.each(['running', 'succeeded'] as const)('while its deployment is %s', state => {
    otherHas(state);
    expect(holders()).toEqual(['r1u02']);
  });

  it('when it is reserved for its NIC', () => {
    const port = { nodeId: otherId, address: '52:54:00:aa:00:09' as Mac, reservedAddress: wanted };
    store.ports.save(aPort({ id: '55555555-5555-4555-8555-555555555559' as PortId, ...port }));
    expect(holders()).toEqual(['r1u02']);
  });

  it('when a BMC has it', () => {
    const bmc = bmcOf({ address: wanted, port: 623, username: '' }, null);
    store.nodes.save(aNode({ id: otherId, name: 'r1u02', bmc }));
    expect(holders()).toEqual(['r1u02 (BMC)']);
  });

  it('where one of both names no VLAN', () => {
    otherHas('succeeded', { segmentationId: 100 });
    expect(holders()).toEqual(['r1u02']);
  });
});

describe('a fixed address is free', () => {
  it.each(['failed', 'cancelled'] as const)('when the deployment with it is %s', state => {
    otherHas(state);
    expect(holders()).toEqual([]);
  });

  it('when its server was given back', () => {
    otherHas('succeeded');
    store.nodes.save(aNode({ id: otherId, name: 'r1u02', deploymentId: null }));
    expect(holders()).toEqual([]);
  });

  it('on another VLAN, though a network of ours says which', () => {
    store.networks.save(aNetwork({ segmentationId: 200 }));
    otherHas('succeeded', { segmentationId: 100 });
    expect(holders({ networkId })).toEqual([]);
    expect(holders({ segmentationId: 100 })).toEqual(['r1u02']);
  });

  it('for the server that has it itself', () => {
    otherHas('succeeded');
    const self = aNode({ id: otherId });
    expect(addressesOfOthers(store, self, { networks: [at()] })).toEqual([]);
  });
});
