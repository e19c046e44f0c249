import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { listInterfaces } from '#engine/system/interfaces.ts';

const made: string[] = [];
afterEach(async () => {
  for (const folder of made.splice(0)) await rm(folder, { recursive: true });
});

async function sysfs(interfaces: Record<string, Record<string, string>>): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'rk-dhcp-sys-'));
  made.push(root);
  for (const [name, files] of Object.entries(interfaces)) {
    await mkdir(join(root, name));
    for (const [file, text] of Object.entries(files)) {
      if (file === 'device') await mkdir(join(root, name, file));
      else await writeFile(join(root, name, file), `${text}\n`);
    }
  }
  return root;
}

test('interfaces without an address or a cable are listed too', async () => {
  const root = await sysfs({
    enp3s0: { address: '52:54:00:AA:00:01', flags: '0x1003', carrier: '1', ifindex: '7', device: '' },
    enp4s0: { address: '52:54:00:aa:00:02', flags: '0x1002', device: '' },
    br0: { address: '52:54:00:aa:00:03', flags: '0x1003', carrier: '0' },
  });
  expect(await listInterfaces(root)).toEqual([
    {
      name: 'br0',
      mac: '52:54:00:aa:00:03',
      addresses: [],
      isUp: true,
      hasCarrier: false,
      isLoopback: false,
      isVirtual: true,
      isVlan: false,
    },
    {
      name: 'enp3s0',
      index: 7,
      mac: '52:54:00:aa:00:01',
      addresses: [],
      isUp: true,
      hasCarrier: true,
      isLoopback: false,
      isVirtual: false,
      isVlan: false,
    },
    {
      name: 'enp4s0',
      mac: '52:54:00:aa:00:02',
      addresses: [],
      isUp: false,
      hasCarrier: false,
      isLoopback: false,
      isVirtual: false,
      isVlan: false,
    },
  ]);
});

test('a VLAN sub-interface is told by what the kernel calls its kind', async () => {
  const root = await sysfs({
    'eth0.100': { flags: '0x1003', uevent: 'DEVTYPE=vlan\nINTERFACE=eth0.100\nIFINDEX=9' },
    wlan0: { flags: '0x1003', uevent: 'DEVTYPE=wlan\nINTERFACE=wlan0\nIFINDEX=3' },
  });
  expect((await listInterfaces(root)).map(({ isVlan }) => isVlan)).toEqual([true, false]);
});

test.each(['/sys/class/net', '/nowhere'])('this computer has its loopback, by %s', async root => {
  const found = (await listInterfaces(root)).find(candidate => candidate.isLoopback);
  expect(found).toMatchObject({ mac: undefined, isUp: true });
  expect(found?.addresses).toContainEqual({ address: '127.0.0.1', prefixLength: 8 });
});

test('an InfiniBand address is no MAC', async () => {
  const root = await sysfs({
    ib0: { address: '80:00:02:08:fe:80:00:00:00:00:00:00:e4:1d:2d:03:00:aa:bb:cc', flags: '0x1003' },
  });
  expect((await listInterfaces(root))[0]?.mac).toBeUndefined();
});
