/** A provisioning and a tenant network at once, each with its DHCP, TFTP and HTTP. Peers: udhcpc, dhclient, curl. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { addressIn, dhclientCommand, macOf, ownProgram, startUdhcpc } from './peers.ts';
import { openStage, type RunningProgram, type Stage } from './stage.ts';

const first = macOf('52:54:00:aa:00:01');
const second = macOf('52:54:00:aa:00:02');
const reserved = '10.70.0.50';
/** udhcpc ends with the address, or after two questions without an answer. */
const once = ['-q', '-n', '-t', '2'];

let stage: Stage;
let laptop: string;
let rack: string;
let tenant: string;
let ours: RunningProgram;
beforeEach(async () => {
  stage = await openStage();
  laptop = await stage.namespace('laptop');
  rack = await stage.namespace('rack');
  tenant = await stage.namespace('tenant');
  for (const [count, namespace, mac] of [
    [0, rack, first],
    [1, tenant, second],
  ] as const) {
    const near = { namespace: laptop, name: `eth${count}`, address: `10.7${count}.0.1/24` };
    await stage.wire(near, { namespace, name: 'eth0', mac });
  }
  ours = stage.start(laptop, ...ownProgram('two-wires-process.ts', first, reserved, second));
  await ours.until('it is ready', line => line.includes('"ready"'));
});
afterEach(() => stage.remove());

async function leaseIn(namespace: string): Promise<string | undefined> {
  const client = await startUdhcpc(stage, namespace, ...once);
  await client.ended;
  const bound = client.lines.find(line => line.startsWith('script bound'));
  return bound === undefined ? undefined : addressIn(bound);
}
/** A set: how often it is told depends on how long the client's questions take. */
const silencesTo = (mac: string) =>
  new Set(
    ours.lines
      .filter(line => line.includes('"dhcp.ignored"') && line.includes(mac))
      .map(line => (JSON.parse(line) as { details: { reason: string } }).details.reason),
  );

test('a machine leaves the provisioning network for its own, with no switch touched', async () => {
  expect(await Promise.all([leaseIn(rack), leaseIn(tenant)])).toEqual([reserved, undefined]);
  expect(silencesTo(second)).toEqual(new Set(['network-not-for-provisioning']));

  ours.signal('SIGUSR2');
  const moved = await ours.until('it has moved', line => line.includes('"moved"'));
  expect(JSON.parse(moved)).toMatchObject({ leasedOn: [] });
  const dhclient = await dhclientCommand(stage);
  const [onRack, onTenant] = await Promise.all([leaseIn(rack), stage.run(tenant, ...dhclient, '-1', 'eth0')]);
  expect(onRack).toBeUndefined();
  expect(onTenant.stderr).toMatch(/bound to 10\.71\.0\.1\d\d/);
  await ours.until('the reason', line => line.includes('moved-to-tenant-networks'));
});

test('nothing of one network is reached through the other, nor an address of it given there', async () => {
  ours.signal('SIGUSR2');
  await ours.until('it has moved', line => line.includes('"moved"'));
  // The tenant's NIC on the provisioning wire: known, and not there; the reserved address does not follow its NIC either.
  await stage.run(tenant, 'ip', 'link', 'set', 'eth0', 'down');
  await stage.run(tenant, 'ip', 'link', 'set', 'eth0', 'address', first, 'up');
  expect(await leaseIn(tenant)).toBeUndefined();

  await stage.run(tenant, 'ip', 'addr', 'add', '10.71.0.9/24', 'dev', 'eth0');
  await stage.run(tenant, 'ip', 'route', 'add', '10.70.0.0/24', 'via', '10.71.0.1');
  const status = async (url: string) => {
    const format = '%{http_code}';
    const { stdout } = await stage.run(tenant, 'curl', '-s', '-m', '2', '-o', '/dev/null', '-w', format, url);
    return stdout;
  };
  expect(await status('http://10.71.0.1:8088/boot/nothing')).toBe('404');
  expect(await status('http://10.70.0.1:8088/boot/nothing')).toBe('000');
});
