import { describe, expect, test } from 'vitest';
import {
  addVlanInterface,
  listVlanLinks,
  type ProgramEnd,
  type RunIp,
  removeVlanInterface,
  vlanInterfaceName,
} from '#engine/system/vlan-interface.ts';
import type { Ipv4 } from '#shared/model/ip.ts';

const plan = {
  name: 'eth0.100',
  parent: 'eth0',
  vlanId: 100,
  address: '10.80.0.1' as Ipv4,
  prefixLength: 24,
};
const done: ProgramEnd = { status: 0, stdout: '', stderr: '', isMissing: false };

/** An `ip` that answers as iproute2 6.1 does, and what it was asked. */
function fakeIp(answerTo: (command: string) => Partial<ProgramEnd> = () => ({})) {
  const asked: string[] = [];
  const run: RunIp = async args => {
    const command = args.join(' ');
    asked.push(command);
    return { ...done, ...answerTo(command) };
  };
  return { asked, run };
}
const failing = (stderr: string, on = 'link add') =>
  fakeIp(command => (command.startsWith(on) ? { status: 2, stderr: `${stderr}\n` } : {}));
const made = (run: RunIp) => addVlanInterface(plan, run);

describe('a VLAN interface', () => {
  test('is made, given its address and switched on with the one below it', async () => {
    const { asked, run } = fakeIp();
    await made(run);
    expect(asked).toEqual([
      'link add link eth0 name eth0.100 type vlan id 100',
      'address add 10.80.0.1/24 dev eth0.100',
      'link set dev eth0 up',
      'link set dev eth0.100 up',
    ]);
  });

  test('is taken away again when it could not be finished, and only then', async () => {
    const late = failing('RTNETLINK answers: No buffer space available', 'link set dev eth0 up');
    await expect(made(late.run)).rejects.toMatchObject({
      code: 'net.failed',
      details: { call: 'ip link set dev eth0 up', reason: 'RTNETLINK answers: No buffer space available' },
    });
    expect(late.asked.at(-1)).toBe('link delete dev eth0.100');
    const early = failing('RTNETLINK answers: File exists');
    await expect(made(early.run)).rejects.toMatchObject({ code: 'net.failed' });
    expect(early.asked).toHaveLength(1);
  });

  test('that we may not make comes with the commands that do it', async () => {
    const { run } = failing('RTNETLINK answers: Operation not permitted');
    await expect(made(run)).rejects.toMatchObject({
      code: 'net.vlan_not_permitted',
      details: {
        command:
          'sudo ip link add link eth0 name eth0.100 type vlan id 100 && sudo ip address add 10.80.0.1/24 dev eth0.100 && sudo ip link set dev eth0 up && sudo ip link set dev eth0.100 up',
      },
    });
    const removal = failing('RTNETLINK answers: Operation not permitted', 'link delete');
    await expect(removeVlanInterface('eth0.100', removal.run)).rejects.toMatchObject({
      details: { command: 'sudo ip link delete dev eth0.100' },
    });
  });

  test.each([
    ['Error: Unknown device type.', 'net.vlan_not_supported'],
    ['RTNETLINK answers: Operation not supported', 'net.vlan_not_supported'],
    ['Cannot find device "eth0"', 'net.no_such_interface'],
  ])('is refused with a reason of its own: %s', async (stderr, code) => {
    await expect(made(failing(stderr).run)).rejects.toMatchObject({ code });
  });

  test('needs iproute2, and we say how to get it', async () => {
    const { run } = fakeIp(() => ({ status: undefined, isMissing: true }));
    await expect(made(run)).rejects.toMatchObject({ code: 'setup.missing', details: { what: 'ip' } });
  });

  test('has a name that the kernel takes, by the end of a long one', () => {
    expect(vlanInterfaceName('eth0', 100)).toBe('eth0.100');
    expect(vlanInterfaceName('enx00e04c680001', 4094)).toBe('04c680001.4094'.padStart(15, 'e'));
    expect(vlanInterfaceName('enx00e04c680001', 4094)).toHaveLength(15);
  });
});

describe('the list of VLAN interfaces', () => {
  const listed = (stdout: string, status = 0) => listVlanLinks(fakeIp(() => ({ status, stdout })).run);

  test('is read from what iproute2 prints', async () => {
    const link = {
      ifindex: 9,
      link: 'eth0',
      ifname: 'eth0.100',
      linkinfo: { info_kind: 'vlan', info_data: { protocol: '802.1Q', id: 100, flags: ['REORDER_HDR'] } },
    };
    const abroad = { ...link, link: undefined, link_index: 3, link_netnsid: 0, ifname: 'eth0.200' };
    expect(await listed(JSON.stringify([{}, link, abroad]))).toEqual([
      { name: 'eth0.100', parent: 'eth0', vlanId: 100 },
    ]);
  });

  test('is empty where `ip` prints nothing and is content', async () => {
    expect(await listed('')).toEqual([]);
  });

  test.each([
    ['', 255],
    ['[]', 255],
    ['no json', 0],
    ['{"ifname": 1}', 0],
  ])('is not said to be empty where `ip` is another program or fails (%j)', async (stdout, status) => {
    await expect(listed(stdout, status)).rejects.toMatchObject({ code: 'net.failed' });
  });

  test('can be asked of this computer', async () => {
    expect(await listVlanLinks()).toEqual(expect.any(Array));
  });
});
