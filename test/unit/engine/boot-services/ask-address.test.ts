import { afterEach, expect, it } from 'vitest';
import type { NetworkId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { Mac } from '#shared/model/mac.ts';
import { mac, networkId } from '#test/fakes/rows.ts';
import { aWire, openWiredServices, type WiredServices } from './wired-services.ts';

let rig: WiredServices;
afterEach(() => rig.close());

const wanted = '10.77.0.50' as Ipv4;
const stranger = '52:54:00:aa:00:99' as Mac;
const ask = (address = wanted, id: NetworkId | null = networkId) =>
  rig.services.bootServer.askAddress(id, address, [mac]);

it('an address is asked for on the wire of its network, and the server itself is no holder', async () => {
  rig = openWiredServices(aWire());
  await rig.start();
  expect(await ask()).toEqual({ result: 'free' });
  const asked: unknown[] = [];
  rig.state.holderOf = async (...question) => {
    asked.push(question);
    return stranger;
  };
  expect(await ask()).toEqual({ result: 'taken', holder: stranger });
  expect(asked).toEqual([[wanted, [mac]]]);
});

it('our own address is taken without a question', async () => {
  rig = openWiredServices(aWire());
  await rig.start();
  const ours = rig.services.wire(networkId)?.plan.address;
  expect(await ask(ours)).toEqual({ result: 'taken', holder: null });
});

it('where we serve nothing, or only watch, nobody knows', async () => {
  rig = openWiredServices(aWire({ dhcpMode: 'watching' }));
  await rig.start();
  expect(await ask()).toEqual({ result: 'no-probe' });
  expect(await ask(wanted, null)).toEqual({ result: 'not-served' });
});

it('a wire that cannot be asked any more is no free address', async () => {
  rig = openWiredServices(aWire());
  await rig.start();
  rig.state.holderOf = () => Promise.reject(new Error('ENETDOWN'));
  expect(await ask()).toEqual({ result: 'no-probe' });
});
