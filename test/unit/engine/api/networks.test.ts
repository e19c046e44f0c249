import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { networkHandlers } from '#engine/api/networks.ts';
import { openStore, type Store } from '#engine/store/store.ts';
import { CodedError, type Network } from '#shared/contract/index.ts';
import { manualClock } from '#test/fakes/manual-clock.ts';
import { aNetwork, networkId } from '#test/fakes/rows.ts';

let store: Store;
let search: () => Promise<Network['otherServers']>;
beforeEach(() => {
  store = openStore(':memory:', new Uint8Array(32));
  store.networks.save(aNetwork());
  search = async () => [];
});
afterEach(() => store.close());

function setFull(serveBesideOthers: boolean): Promise<unknown> {
  const bootServices = {
    apply: async () => undefined,
    remove: async () => undefined,
    otherServers: () => search(),
  };
  const handlers = networkHandlers({ store, clock: manualClock(), bootServices, interfaces: async () => [] });
  return handlers.setDhcpMode(
    { id: networkId, mode: 'full', serveBesideOthers },
    new AbortController().signal,
  );
}

const rival = { server: '10.77.0.9', offered: '10.77.0.50' };

describe('switching a network to full', () => {
  it('is done when nobody else serves its wire', async () => {
    expect(await setFull(false)).toMatchObject({
      dhcpMode: 'full',
      serveBesideOthers: false,
      otherServers: [],
    });
  });

  it('is refused beside another server, which is remembered, and done when a person says so', async () => {
    search = async () => [rival];
    await expect(setFull(false)).rejects.toMatchObject({ code: 'dhcp.other_server' });
    expect(store.networks.find(networkId)).toMatchObject({ dhcpMode: 'off', otherServers: [rival] });
    expect(await setFull(true)).toMatchObject({ dhcpMode: 'full', serveBesideOthers: true });
  });

  it('is refused with the reason when nobody could look, and done when a person says so', async () => {
    search = () => Promise.reject(new CodedError('net.permission_denied', 'no', { what: 'bind', port: 68 }));
    await expect(setFull(false)).rejects.toMatchObject({ code: 'net.permission_denied' });
    expect(store.networks.find(networkId)?.dhcpMode).toBe('off');
    expect(await setFull(true)).toMatchObject({ dhcpMode: 'full', serveBesideOthers: true, checkedAt: null });
  });
});
