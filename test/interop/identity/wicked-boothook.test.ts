import { execFileSync, spawnSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { renderNetwork } from '#engine/identity/network/render-network.ts';
import { wickedBoothook } from '#engine/identity/network/wicked-boothook.ts';
import { models } from '../../unit/engine/identity/network/models.ts';

/** The boothook run by a real shell, busybox's, in a small system of its own (chroot). */
const directory = mkdtempSync(path.join(tmpdir(), 'rk-boothook-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));
const model = models['several VLANs on a bond beside an untagged network'];
const busybox = '/bin/busybox';

interface System {
  readonly root: string;
  read(file: string): string;
  write(file: string, text: string): void;
  /** Names below a folder, hidden ones too. */
  list(folder: string): string[];
  /** Runs the hook; what `wicked`, `ip` and `netconfig` were called with. */
  boot(): string[];
}

function aSystem(networkService: string | undefined): System {
  const root = mkdtempSync(path.join(directory, 'root-'));
  const at = (file: string) => path.join(root, file);
  const write = (file: string, text: string) => {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    writeFileSync(at(file), text);
  };
  const libraries = execFileSync('ldd', [busybox], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
  for (const file of [busybox, ...libraries]) {
    mkdirSync(path.dirname(at(file)), { recursive: true });
    copyFileSync(file, at(file));
  }
  for (const applet of ['sh', 'readlink', 'cat', 'grep', 'sed', 'mkdir', 'mv', 'sync'])
    symlinkSync('busybox', at(`bin/${applet}`));
  mkdirSync(at('dev'));
  write('dev/null', '');
  for (const program of ['wicked', 'netconfig', 'ip']) {
    // `ip link set dev A name B` is the one of them that the hook itself depends on.
    const rename = '[ "$5" != name ] || mv "/sys/class/net/$4" "/sys/class/net/$6"';
    write(`usr/sbin/${program}`, `#!/bin/sh\necho "${program} $*" >> /calls\n${rename}\n`);
    chmodSync(at(`usr/sbin/${program}`), 0o755);
  }
  mkdirSync(at('etc/systemd/system'), { recursive: true });
  if (networkService !== undefined)
    symlinkSync(`/usr/lib/systemd/system/${networkService}`, at('etc/systemd/system/network.service'));
  write('etc/sysconfig/network/config', '# SUSE\nNETCONFIG_DNS_STATIC_SERVERS=""\nWAIT="30"\n');
  write('etc/sysconfig/network/ifcfg-lo', 'IPADDR=127.0.0.1/8\n');
  write('etc/sysconfig/network/ifcfg-eth0', '# Created by cloud-init\nSTARTMODE=auto\n');
  write('etc/udev/rules.d/85-persistent-net-cloud-init.rules', 'NAME="eth0"\n');
  for (const [name, mac] of [
    ['eth0', '52:54:00:12:34:02'],
    ['eth1', '52:54:00:12:34:01'],
  ] as const) {
    write(`sys/class/net/${name}/address`, `${mac}\n`);
    write(`sys/class/net/${name}/device/vendor`, '');
  }
  // A bond carries its NIC's MAC and is no NIC.
  write('sys/class/net/bond0/address', '52:54:00:12:34:01\n');
  write('hook', wickedBoothook(model));
  return {
    root,
    write,
    read: file => readFileSync(at(file), 'utf8'),
    list: folder => readdirSync(at(folder)).sort(),
    boot() {
      rmSync(at('calls'), { force: true });
      const env = { PATH: '/bin:/usr/sbin' };
      const hook = spawnSync('/usr/bin/unshare', ['-r', '/usr/sbin/chroot', root, '/bin/sh', '/hook'], {
        encoding: 'utf8',
        env,
      });
      expect(hook).toMatchObject({ status: 0, stdout: '', stderr: '' });
      return existsSync(at('calls')) ? readFileSync(at('calls'), 'utf8').trim().split('\n') : [];
    },
  };
}

describe("wicked's boothook", () => {
  test('puts our files in the place of those of cloud-init and brings the NICs up by them', () => {
    const system = aSystem('wicked.service');
    expect(system.boot()).toEqual([
      'wicked ifdown all',
      'ip link set dev eth1 down',
      'ip link set dev eth1 name nic0',
      'ip link set dev eth0 down',
      'ip link set dev eth0 name nic1',
      'wicked ifup all',
      'netconfig update -f',
    ]);
    const { files } = renderNetwork('wicked', model);
    for (const file of files) expect(system.read(file.path)).toBe(file.text);
    expect(system.list('etc/sysconfig/network')).toEqual([
      'before-rackside',
      'config',
      'ifcfg-bond0',
      'ifcfg-bond0.100',
      'ifcfg-bond0.200',
      'ifcfg-lo',
      'ifcfg-nic0',
      'ifcfg-nic1',
      'ifroute-bond0.100',
      'ifroute-bond0.200',
      'rackside',
    ]);
    expect(system.list('etc/udev/rules.d')).toEqual(['70-persistent-net.rules']);
    expect(system.list('etc/sysconfig/network/before-rackside')).toEqual([
      '85-persistent-net-cloud-init.rules',
      'ifcfg-eth0',
    ]);
    expect(system.read('etc/sysconfig/network/config')).toBe(
      '# SUSE\nNETCONFIG_DNS_STATIC_SERVERS="9.9.9.9"\nWAIT="30"\n',
    );
    expect(system.read('etc/cloud/cloud.cfg.d/99-rackside-network.cfg')).toBe(
      'network: {config: disabled}\n',
    );
  });

  test("finds the NICs of a bond that is still up, all of which have the bond's MAC", () => {
    const system = aSystem('wicked.service');
    for (const [name, mac] of [
      ['eth0', '52:54:00:12:34:02'],
      ['eth1', '52:54:00:12:34:01'],
    ] as const) {
      system.write(`sys/class/net/${name}/address`, '52:54:00:12:34:01\n');
      system.write(`sys/class/net/${name}/bonding_slave/perm_hwaddr`, `${mac}\n`);
    }
    expect(system.boot().filter(call => call.includes(' name '))).toEqual([
      'ip link set dev eth1 name nic0',
      'ip link set dev eth0 name nic1',
    ]);
  });

  test('does nothing at the next boots, so what an administrator changes stays', () => {
    const system = aSystem('wicked.service');
    system.boot();
    system.write('etc/sysconfig/network/ifcfg-bond0', 'BOOTPROTO=none\n');
    expect(system.boot()).toEqual([]);
    expect(system.read('etc/sysconfig/network/ifcfg-bond0')).toBe('BOOTPROTO=none\n');
  });

  test('goes on after a power cut in the middle', () => {
    const system = aSystem('wicked.service');
    system.boot();
    rmSync(path.join(system.root, 'etc/sysconfig/network/rackside'));
    rmSync(path.join(system.root, 'etc/sysconfig/network/ifcfg-bond0'));
    expect(system.boot()).toEqual(['wicked ifdown all', 'wicked ifup all', 'netconfig update -f']);
    expect(system.read('etc/sysconfig/network/ifcfg-bond0')).toContain("BONDING_MASTER='yes'");
    expect(system.read('etc/sysconfig/network/before-rackside/ifcfg-eth0')).toContain('cloud-init');
  });

  test.each([['NetworkManager.service'], [undefined]])(
    'touches nothing where %s runs the network',
    service => {
      const system = aSystem(service);
      expect(system.boot()).toEqual([]);
      expect(system.list('etc/sysconfig/network')).toEqual(['config', 'ifcfg-eth0', 'ifcfg-lo']);
      expect(system.list('etc')).not.toContain('cloud');
    },
  );

  test.each(Object.entries(models))('is a clean shell script: %s', (_name, each) => {
    const result = spawnSync('shellcheck', ['-s', 'sh', '-'], {
      encoding: 'utf8',
      input: wickedBoothook(each),
    });
    expect(result.stdout).toBe('');
    expect(result.status).toBe(0);
  });
});
