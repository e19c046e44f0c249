/** Our server against ISC dhclient 4.4 and BusyBox udhcpc. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addressIn, dhclientCommand, ipOf, macOf, network24, startOurServer, startUdhcpc } from './peers.ts';
import type { ServedInterface } from './server-process.ts';
import { openStage, type Stage } from './stage.ts';

const machine = macOf('52:54:00:aa:00:01');
const stranger = '52:54:00:aa:00:99';

let stage: Stage;
let laptop: string;

/** A bridge as the switch, in the laptop's namespace; each machine is a namespace on it. */
async function plugIn(label: string, mac: string, address?: string): Promise<string> {
  const namespace = await stage.namespace(label);
  const end = { namespace, name: 'eth0', mac, ...(address === undefined ? {} : { address }) };
  await stage.wire({ namespace: laptop, name: `port-${label}` }, end);
  await stage.run(laptop, 'ip', 'link', 'set', `port-${label}`, 'master', 'br0');
  return namespace;
}

const rack: ServedInterface = {
  interfaceName: 'br0',
  serverAddress: ipOf('10.77.0.1'),
  direct: network24('rack', '10.77.0', [100, 103]),
  machines: { [machine]: { hostName: 'node-7' } },
};

beforeEach(async () => {
  stage = await openStage();
  laptop = await stage.namespace('laptop');
  await stage.run(
    laptop,
    'ip',
    'link',
    'add',
    'br0',
    'type',
    'bridge',
    'stp_state',
    '0',
    'forward_delay',
    '0',
  );
  await stage.run(laptop, 'ip', 'link', 'set', 'br0', 'up');
  await stage.run(laptop, 'ip', 'addr', 'add', '10.77.0.1/24', 'dev', 'br0');
});
afterEach(() => stage.remove());

describe('ISC dhclient', () => {
  test('gets an address, a host name and a domain, and gives the address back', async () => {
    const node = await plugIn('node', machine);
    const ours = await startOurServer(stage, laptop, [rack]);
    const client = await dhclientCommand(stage);
    const bound = await stage.run(node, ...client, '-1', 'eth0');
    expect(bound.stdout).toMatch(/^script BOUND eth0 10\.77\.0\.10[0-3] node-7 rack\.example$/m);
    await stage.run(node, ...client, '-r', 'eth0');
    const released = await ours.until('RELEASE', event => event.kind === 'released');
    expect(bound.stdout).toContain(released.address);
  });

  test('that comes back with an address of another network is refused and gets one of ours', async () => {
    const node = await plugIn('node', machine);
    const ours = await startOurServer(stage, laptop, [rack]);
    const future = '5 2037/01/02 00:00:00';
    const lease = `lease {
      interface "eth0"; fixed-address 192.168.99.5;
      option subnet-mask 255.255.255.0; option dhcp-lease-time 600000; option dhcp-message-type 5;
      option dhcp-server-identifier 192.168.99.1;
      renew ${future}; rebind ${future}; expire ${future};
    }\n`;
    const result = await stage.run(node, ...(await dhclientCommand(stage, lease)), '-1', 'eth0');
    const refusal = await ours.until('NAK', event => event.message === 'nak');
    expect(refusal.address).toBe('192.168.99.5');
    expect(result.stderr).toContain('DHCPNAK from 10.77.0.1');
    expect(result.stdout).toMatch(/^script BOUND eth0 10\.77\.0\./m);
  });
});

describe('BusyBox udhcpc', () => {
  test('gets an address, renews it and gives it back', async () => {
    const node = await plugIn('node', machine);
    const ours = await startOurServer(stage, laptop, [rack]);
    const client = await startUdhcpc(stage, node);
    const address = addressIn(await client.until('it is bound', line => line.startsWith('script bound')));
    client.signal('SIGUSR1');
    await client.until('it has renewed', line => line.startsWith('script renew'));
    client.signal('SIGTERM');
    const released = await ours.until('RELEASE', event => event.kind === 'released');
    expect(released.address).toBe(address);
  });

  test('of a stranger gets nothing at all', async () => {
    const node = await plugIn('node', stranger);
    const ours = await startOurServer(stage, laptop, [rack]);
    const client = await startUdhcpc(stage, node, '-n', '-t', '2');
    expect(await client.ended).not.toBe(0);
    expect(client.lines.join('\n')).not.toContain('script bound');
    const kinds = ours.events().filter(event => event.client !== undefined);
    expect(kinds.map(event => [event.kind, event.reason])).toEqual([
      ['seen', undefined],
      ['ignored', 'policy'],
      ['seen', undefined],
      ['ignored', 'policy'],
    ]);
  });

  test('declines an address that somebody else uses, and gets another one', async () => {
    const node = await plugIn('node', machine);
    const taken = await plugInSquatter();
    const ours = await startOurServer(stage, laptop, [rack]);
    const client = await startUdhcpc(stage, node, '-a', '-A', '1', '-r', taken);
    const address = addressIn(await client.until('it is bound', line => line.startsWith('script bound')));
    const conflict = await ours.until('DECLINE', event => event.kind === 'address_in_use');
    expect(conflict).toMatchObject({ foundBy: 'decline', address: taken });
    expect(address).not.toBe(taken);
  });

  test('is never offered an address that answers our ARP probe', async () => {
    const node = await plugIn('node', machine);
    const taken = await plugInSquatter();
    const ours = await startOurServer(stage, laptop, [{ ...rack, probesAddresses: true }]);
    const client = await startUdhcpc(stage, node, '-r', taken);
    const address = addressIn(await client.until('it is bound', line => line.startsWith('script bound')));
    expect(address).not.toBe(taken);
    expect(ours.events().filter(event => event.kind === 'address_in_use')).toMatchObject([
      { foundBy: 'probe', address: taken },
    ]);
    expect(ours.events().filter(event => event.message === 'offer')).toMatchObject([{ address }]);
  });

  /** Somebody with a fixed address in the middle of our pool. */
  async function plugInSquatter(): Promise<string> {
    const taken = '10.77.0.102';
    await plugIn('squatter', '52:54:00:aa:00:77', `${taken}/24`);
    return taken;
  }
});
