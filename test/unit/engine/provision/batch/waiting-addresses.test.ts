import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addressesOfOthers } from '#engine/provision/addresses-of-others.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import {
  openBatches,
  requestFor,
  type SimulatedBatches,
  serverId,
} from '#test/fakes/engine/simulated-batches.ts';
import { aNetworkRequest, aNode } from '#test/fakes/rows.ts';

let rig: SimulatedBatches;
beforeEach(() => {
  rig = openBatches(3);
});
afterEach(() => rig.close());

const address = '10.77.0.5' as Ipv4;
const withAddress = (number: number, segmentationId: number | null = null) =>
  requestFor(number, {
    networks: [
      aNetworkRequest({
        segmentationId,
        address: { method: 'static', address, prefixLength: 24, gateway: null, dns: [] },
      }),
    ],
  });
const isKept = () => rig.store.fixedAddresses.has(address);
const holders = (segmentationId: number | null = null) =>
  addressesOfOthers(rig.store, aNode({ id: serverId(3), name: 'r1u03' }), withAddress(3, segmentationId)).map(
    ({ details }) => details.server,
  );

describe('the fixed address of a server that waits in a batch', () => {
  it('is in no pool and nobody else’s, before its deployment is made and after', async () => {
    await rig.create(1, requestFor(1), withAddress(2));
    await rig.reach('running', 'waiting');
    expect(isKept()).toBe(true);
    expect(rig.store.fixedAddresses.has(address, serverId(2))).toBe(false);
    expect(rig.store.fixedAddresses.setByHand()).toEqual([{ nodeId: serverId(2), address }]);
    expect(holders()).toEqual(['r1u02']);
    rig.succeed(1);
    await rig.reach('succeeded', 'running');
    expect(rig.store.fixedAddresses.waitedForBy(address)).toEqual([]);
    expect(isKept()).toBe(true);
    expect(holders()).toEqual(['r1u02']);
  });

  it('may be another’s in another VLAN, but in no pool', async () => {
    await rig.create(1, requestFor(1), withAddress(2, 20));
    expect(holders(30)).toEqual([]);
    expect(holders(20)).toEqual(['r1u02']);
    expect(isKept()).toBe(true);
  });

  it('is free when it is taken out, and kept again when it is to be tried again', async () => {
    const { id } = await rig.create(1, requestFor(1), withAddress(2));
    await rig.reach('running', 'waiting');
    rig.batches.cancel(id, serverId(2));
    expect(isKept()).toBe(false);
    expect(holders()).toEqual([]);
    rig.batches.retry(id, serverId(2));
    expect(isKept()).toBe(true);
    expect(holders()).toEqual(['r1u02']);
  });

  it('is its own while its failed deployment waits to be tried again', async () => {
    const { id } = await rig.create(1, withAddress(2), requestFor(1));
    await rig.reach('running', 'waiting');
    rig.batches.cancel(id, serverId(2));
    await rig.reach('cancelled', 'running');
    expect(holders()).toEqual([]);
    rig.batches.retry(id, serverId(2));
    expect(rig.states()).toEqual(['waiting', 'running']);
    expect(holders()).toEqual(['r1u02']);
  });

  it('keeps a second batch from it until then, whose server is refused', async () => {
    await rig.create(1, requestFor(1), withAddress(2));
    await rig.reach('running', 'waiting');
    const second = await rig.create(1, withAddress(3));
    await rig.until(() => rig.batch(second.id).state === 'ended');
    expect(rig.batch(second.id).servers[0]).toMatchObject({
      state: 'refused',
      error: { code: 'deploy.address_in_use', details: { address, server: 'r1u02' } },
    });
  });
});
