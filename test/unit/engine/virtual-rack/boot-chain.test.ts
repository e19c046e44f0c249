import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createHttpService, type HttpService } from '#engine/net/http/server.ts';
import { bootFromNetwork, followScript } from '#engine/virtual-rack/boot-chain.ts';
import type { Mac } from '#shared/model/mac.ts';
import { first, openSimulatedWire, type SimulatedWire } from '#test/fakes/engine/simulated-wire.ts';

let wire: SimulatedWire;
beforeEach(async () => {
  wire = await openSimulatedWire();
});
afterEach(() => wire.close());

const boot = (mac = first.mac, isLost = () => false) =>
  bootFromNetwork({
    mac,
    firmware: 'uefi',
    wire: { address: '127.79.0.1', dhcp: wire.ports?.dhcp ?? 0, tftp: wire.ports?.tftp ?? 0 },
    signal: AbortSignal.timeout(15_000),
    isLost,
    say: () => undefined,
  });

describe('a simulated machine that boots from the network', () => {
  it('comes to the kernel with our command line when a task waits for it', async () => {
    const outcome = await boot();
    if (outcome.kind !== 'kernel') throw new Error(outcome.kind);
    expect(outcome.address).toBe(first.address);
    expect(outcome.commandLine.get('rackside.url')).toBe(`${wire.baseUrl}/agent`);
    expect(outcome.commandLine.get('rackside.token')).toMatch(/^[\w-]{43}$/);
    expect(outcome.commandLine.get('BOOTIF')).toBe('01-52-54-00-aa-00-01');
  });

  it('comes to its kernel also where every third datagram of DHCP and TFTP is lost', async () => {
    let datagrams = 0;
    const isLost = () => {
      datagrams += 1;
      return datagrams % 3 === 0;
    };
    expect(await boot(first.mac, isLost)).toMatchObject({ kind: 'kernel' });
    // DHCP twice, and a boot program in blocks.
    expect(datagrams).toBeGreaterThan(12);
  });

  it('goes on to its next device when none does', async () => {
    const node = wire.store.nodes.find(first.nodeId);
    if (node === undefined) throw new Error('no node');
    wire.store.nodes.save({ ...node, bootTarget: 'disk' });
    expect(await boot()).toEqual({ kind: 'next-device' });
  });

  it('has nothing to boot when nobody enrolled it', async () => {
    expect(await boot('52:54:00:cc:00:01' as Mac)).toEqual({ kind: 'nothing', why: 'no offer' });
    expect(wire.store.discovered.list()).toMatchObject([{ mac: '52:54:00:cc:00:01' }]);
  });
});

describe('its iPXE', () => {
  let scripts: HttpService;
  beforeEach(async () => {
    scripts = await createHttpService({
      listen: { address: '127.0.0.1', port: 0 },
      handler: async ({ path }) => ({
        kind: 'bytes',
        contentType: 'text/plain',
        bytes: path === '/empty' ? '' : 'kernel',
        ...(path === '/missing' ? { status: 404 } : {}),
      }),
    });
  });
  afterEach(() => scripts.close());

  const follow = async (...lines: string[]) => {
    const script = `${lines.join('\n')}\n`.replaceAll('BASE', `http://127.0.0.1:${scripts.port}`);
    return followScript(script, {
      firmware: 'uefi',
      localAddress: '127.0.0.1',
      signal: AbortSignal.timeout(10_000),
      say: () => undefined,
    });
  };

  it('takes a kernel with its words', async () => {
    const outcome = await follow('#!ipxe', ':retry', 'kernel BASE/kernel a=b=c quiet || goto retry', 'boot');
    expect(outcome).toEqual({
      kind: 'kernel',
      address: '127.0.0.1',
      commandLine: new Map([
        ['a', 'b=c'],
        ['quiet', ''],
      ]),
    });
  });

  it.each(['sanboot --drive 0x80', 'chain http://elsewhere/', 'shell', 'set a b', 'KERNEL BASE/kernel'])(
    'does not know %j, which is then a fault of ours',
    async line => {
      const word = line.split(' ')[0] ?? '';
      expect(await follow('#!ipxe', line, 'exit')).toEqual({
        kind: 'nothing',
        why: `iPXE does not know "${word}"`,
      });
    },
  );

  it('refuses what is no script, and a boot without a kernel', async () => {
    expect(await follow('<html>')).toEqual({ kind: 'nothing', why: 'no iPXE script' });
    expect(await follow('#!ipxe', 'boot')).toEqual({ kind: 'nothing', why: 'boot without a kernel' });
  });

  it('goes on to its next device after a failure; UEFI stays in its boot manager after a success', async () => {
    expect(await follow('#!ipxe', 'exit 1', 'shell')).toEqual({ kind: 'next-device' });
    const stuck = { kind: 'nothing', why: 'iPXE ended with success, so the firmware shows its boot manager' };
    expect(await follow('#!ipxe', 'exit')).toEqual(stuck);
    expect(await follow('#!ipxe', 'echo that is all')).toEqual(stuck);
  });

  it.each(['missing', 'empty'])('stops at a kernel that is %s', async name => {
    await expect(follow('#!ipxe', `kernel BASE/${name}`, 'boot')).rejects.toThrow(/\/(missing|empty): HTTP/);
  });
});
