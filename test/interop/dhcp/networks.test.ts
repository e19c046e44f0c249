/** Several networks at once, a relay in between, another server on the wire. Peers: udhcpc and dnsmasq 2.90. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressIn, ipOf, macOf, network24, ownProgram, startOurServer, startUdhcpc } from './peers.ts';
import type { ServedInterface } from './server-process.ts';
import { openStage, type Stage } from './stage.ts';

const first = macOf('52:54:00:aa:00:01');
const second = macOf('52:54:00:aa:00:02');
const isBound = (line: string) => line.startsWith('script bound');

let stage: Stage;
beforeEach(async () => {
  stage = await openStage();
});
afterEach(() => stage.remove());

test('two servers on two interfaces serve each its own wire, and a reservation holds on its own network', async () => {
  const laptop = await stage.namespace('laptop');
  const served: ServedInterface[] = [];
  const reserved = ipOf('10.70.0.50');
  for (const [index, mac] of [first, second].entries()) {
    const prefix = `10.7${index}.0`;
    const node = await stage.namespace(`node${index}`);
    await stage.wire(
      { namespace: laptop, name: `eth${index}`, address: `${prefix}.1/24` },
      { namespace: node, name: 'eth0', mac },
    );
    served.push({
      interfaceName: `eth${index}`,
      serverAddress: ipOf(`${prefix}.1`),
      direct: network24(`wire${index}`, prefix, [100, 110]),
      machines: { [first]: { reservedAddress: reserved }, [second]: { reservedAddress: reserved } },
    });
  }
  const ours = await startOurServer(stage, laptop, served);
  const clients = await Promise.all(
    ['node0', 'node1'].map(label => startUdhcpc(stage, `${laptop.replace('laptop', label)}`)),
  );
  const addresses = await Promise.all(
    clients.map(client => client.until('it is bound', isBound).then(addressIn)),
  );
  expect(addresses[0]).toBe(reserved);
  expect(addresses[1]).toMatch(/^10\.71\.0\.1\d\d$/);
  const seen = ours.events().filter(event => event.client !== undefined);
  expect(new Set(seen.map(event => `${event.on} ${event.client?.mac}`))).toEqual(
    new Set([`eth0 ${first}`, `eth1 ${second}`]),
  );
});

test('a machine behind a dnsmasq relay is served from its own network and renews past the relay', async () => {
  const [laptop, relay, node] = await Promise.all(['laptop', 'relay', 'node'].map(stage.namespace));
  if (laptop === undefined || relay === undefined || node === undefined) throw new Error('no namespaces');
  await stage.wire(
    { namespace: laptop, name: 'eth0', address: '10.77.0.1/24' },
    { namespace: relay, name: 'up0', address: '10.77.0.2/24' },
  );
  await stage.wire(
    { namespace: relay, name: 'down0', address: '10.88.0.1/24' },
    { namespace: node, name: 'eth0', mac: first },
  );
  await stage.run(relay, 'sysctl', '-qw', 'net.ipv4.ip_forward=1');
  await stage.run(laptop, 'ip', 'route', 'add', '10.88.0.0/24', 'via', '10.77.0.2');
  const ours = await startOurServer(stage, laptop, [
    {
      interfaceName: 'eth0',
      serverAddress: ipOf('10.77.0.1'),
      direct: network24('rack', '10.77.0', [100, 110]),
      relayed: [network24('remote', '10.88.0', [100, 110])],
      machines: { [first]: {} },
    },
  ]);
  stage.start(relay, ...dnsmasq('--dhcp-relay=10.88.0.1,10.77.0.1'));

  const client = await startUdhcpc(stage, node);
  const address = addressIn(await client.until('it is bound', isBound));
  expect(address).toMatch(/^10\.88\.0\.1\d\d$/);
  const offer = await ours.until('OFFER', event => event.message === 'offer');
  expect(offer).toMatchObject({ networkId: 'remote', client: { relay: { address: '10.88.0.1' } } });

  client.signal('SIGUSR1');
  await client.until('it has renewed', line => line.startsWith('script renew'));
  const renewal = await ours.until(
    'the ACK of the renewal',
    event => event.message === 'ack' && event.client?.relay === undefined,
  );
  expect(renewal).toMatchObject({ networkId: 'remote', address });
});

test('the search finds a dnsmasq that pings before it offers, and not a server that ignores strangers', async () => {
  const [laptop, site] = await Promise.all(['laptop', 'site'].map(stage.namespace));
  if (laptop === undefined || site === undefined) throw new Error('no namespaces');
  const silent = await stage.namespace('silent');
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
  for (const [namespace, port, address] of [
    [site, 'port0', '10.77.0.9/24'],
    [silent, 'port1', '10.77.0.1/24'],
  ] as const) {
    await stage.wire({ namespace: laptop, name: port }, { namespace, name: 'eth0', address });
    await stage.run(laptop, 'ip', 'link', 'set', port, 'master', 'br0');
  }
  const ours = await startOurServer(stage, silent, [
    {
      interfaceName: 'eth0',
      serverAddress: ipOf('10.77.0.1'),
      direct: network24('rack', '10.77.0', [100, 110]),
      machines: {},
    },
  ]);
  const leases = await stage.file('dnsmasq.leases', '');
  stage.start(site, ...dnsmasq('--dhcp-range=10.77.0.50,10.77.0.60,2m', `--dhcp-leasefile=${leases}`));

  const { stdout, stderr } = await stage.run(laptop, ...ownProgram('search-process.ts', 'br0', '4500'));
  expect(stderr).toBe('');
  expect(JSON.parse(stdout)).toEqual([
    {
      serverIdentifier: '10.77.0.9',
      offeredAddress: expect.stringMatching(/^10\.77\.0\.[56]\d$/),
      source: '10.77.0.9',
    },
  ]);
  expect(ours.events().some(event => event.kind === 'ignored' && event.reason === 'policy')).toBe(true);
});

test('a port that a running dnsmasq holds is refused with its name', async () => {
  const laptop = await stage.namespace('laptop');
  const node = await stage.namespace('node');
  await stage.wire(
    { namespace: laptop, name: 'eth0', address: '10.77.0.1/24' },
    { namespace: node, name: 'eth0' },
  );
  const leases = await stage.file('dnsmasq.leases', '');
  const theirs = stage.start(
    laptop,
    ...dnsmasq('--dhcp-range=10.77.0.50,10.77.0.60,2m', `--dhcp-leasefile=${leases}`, '--log-dhcp'),
  );
  await theirs.until('it is ready', line => line.includes('DHCP, IP range'));
  const served: ServedInterface = {
    interfaceName: 'eth0',
    serverAddress: ipOf('10.77.0.1'),
    direct: network24('rack', '10.77.0', [100, 110]),
    machines: {},
  };
  await expect(startOurServer(stage, laptop, [served])).rejects.toThrow(
    /"kind":"port_in_use".*"port":67.*"name":"dnsmasq"/,
  );
});

function dnsmasq(...options: string[]): string[] {
  const quiet = ['--keep-in-foreground', '--conf-file=/dev/null', '--pid-file=', '--port=0', '--user=root'];
  return ['dnsmasq', ...quiet, '--log-facility=-', ...options];
}
