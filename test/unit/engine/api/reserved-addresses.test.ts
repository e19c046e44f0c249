import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { portHandlers } from '#engine/api/ports.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import type { AddressChoice } from '#shared/contract/index.ts';
import type { PortId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { aRequest } from '#test/fakes/engine/stored-request.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import {
  aDeployment,
  aNetwork,
  aNetworkRequest,
  aNode,
  aPort,
  deploymentId,
  mac,
  networkId,
  type nodeId,
} from '#test/fakes/rows.ts';

const noAbort = new AbortController().signal;
let store: Store;
const port = aPort();
const other = aPort({
  id: '77777777-5555-4555-8555-555555555555' as PortId,
  address: '52:54:00:aa:00:02' as Mac,
  reservedAddress: '10.77.0.50' as Ipv4,
});
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.networks.save(aNetwork({ gateway: '10.77.0.254' as Ipv4 }));
  store.nodes.save(aNode());
  store.ports.save(port);
  store.ports.save(other);
});
afterEach(() => store.close());

const clock = manualClock();
const handlers = () => portHandlers(store, clock);
const reserve = (address: string | null, id = port.id) =>
  handlers().update({ id, reservedAddress: address as Ipv4 | null }, noAbort);

describe('reserving an address for a NIC', () => {
  it('keeps it, and gives it back', async () => {
    expect(await reserve('10.77.0.60')).toMatchObject({ reservedAddress: '10.77.0.60' });
    expect(await handlers().update({ id: port.id, pxeEnabled: false }, noAbort)).toMatchObject({
      reservedAddress: '10.77.0.60',
    });
    expect(await reserve(null)).toMatchObject({ reservedAddress: null });
  });

  it('may be said twice for the same NIC', async () => {
    expect(await reserve('10.77.0.50', other.id)).toMatchObject({ reservedAddress: '10.77.0.50' });
  });

  it.each(['192.168.1.5', '10.77.0.0', '10.77.0.255', '10.77.0.254'])(
    'is refused for %s, which no machine of ours can have',
    async address => {
      await expect(reserve(address)).rejects.toMatchObject({ code: 'input.invalid' });
    },
  );

  it('is refused while another machine has the address, and not while this NIC has it itself', async () => {
    const address = '10.77.0.61' as Ipv4;
    const lease = { networkId, address, mac: other.address, hostName: '', expiresAtMs: clock.now() + 1 };
    store.leases.save(lease);
    await expect(reserve(address)).rejects.toMatchObject({ code: 'input.conflict' });
    store.leases.save({ ...lease, expiresAtMs: clock.now() });
    expect(await reserve(address)).toMatchObject({ reservedAddress: address });
    store.leases.save({ ...lease, mac });
    expect(await reserve(address)).toMatchObject({ reservedAddress: address });
  });

  it("is refused for another NIC's address and for one that is deployed on another server", async () => {
    await expect(reserve('10.77.0.50')).rejects.toMatchObject({ code: 'input.conflict' });
    const address = '10.77.0.52' as Ipv4;
    const network: AddressChoice = { method: 'static', address, prefixLength: 24, gateway: null, dns: [] };
    store.nodes.save(aNode({ deploymentId }));
    store.deployments.create(
      aDeployment({ state: 'succeeded' }),
      aRequest({ networks: [aNetworkRequest({ address: network })] }),
    );
    expect(await reserve(address)).toMatchObject({ reservedAddress: address });
    const stranger = aNode({ id: '88888888-1111-4111-8111-111111111111' as typeof nodeId, name: 'r1u02' });
    const third = aPort({ id: crypto.randomUUID() as PortId, nodeId: stranger.id, address: 'x' as Mac });
    store.nodes.save(stranger);
    store.ports.save(third);
    await reserve(null);
    await expect(reserve(address, third.id)).rejects.toMatchObject({ code: 'input.conflict' });
  });
});
