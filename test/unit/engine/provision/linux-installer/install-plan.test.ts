import { describe, expect, test } from 'vitest';
import { grubConfig, ipxeScript, pxelinuxConfig } from '#engine/boot-services/boot-scripts.ts';
import { namedPlaces } from '#engine/provision/deploy/linux-installer/answer-file/disk-layout.ts';
import {
  type InstallPlan,
  installPlanProblems,
} from '#engine/provision/deploy/linux-installer/answer-file/install-plan.ts';
import { installerArguments } from '#engine/provision/deploy/linux-installer/answer-file/kernel-command-line.ts';
import { networkFamily } from '#engine/provision/deploy/linux-installer/answer-file/network-family.ts';
import type { InstallerFamily, StorageLayout } from '#shared/contract/index.ts';
import { families, gibibyte, plainPlan, sataDisk } from './plans.ts';

const plain = plainPlan('anaconda');
const place = (mountPoint: string) => ({ mountPoint, fileSystem: 'ext4' as const, size: 4 * gibibyte });

function problemsOf(change: Partial<InstallPlan>): string[] {
  return installPlanProblems({ ...plain, ...change }).map(({ path, code }) => `${path.join('.')} ${code}`);
}

describe('a plan is refused', () => {
  test.each<[string, Partial<InstallPlan>, string]>([
    ['without a disk', { disks: [] }, 'disks no_disk'],
    ['with a second disk and no RAID', { disks: [sataDisk, sataDisk] }, 'disks wrong_disk_count'],
    [
      'when the disk is too small for our layout',
      { disks: [{ ...sataDisk, sizeBytes: 4 * gibibyte }] },
      'disks.0 disk_too_small',
    ],
    [
      'for a kernel argument that a shell would read',
      { kernelArguments: 'quiet $(reboot)' },
      'kernelArguments bad_character',
    ],
    ['for a console that is none', { consoles: ['ttyS0 init=/bin/sh'] }, 'consoles.0 bad_console'],
    [
      'for a hook that is no URL',
      { urls: { ...plain.urls, hooks: "http://10.77.0.1/'; reboot; '" } },
      'urls.hooks bad_url',
    ],
    [
      'for a colon in a full name, which ends the field of passwd',
      { users: [{ name: 'ops', fullName: 'a:b', passwordHash: null, keys: [], sudo: false }] },
      'users.0.fullName bad_character',
    ],
    [
      'for a script with a bell',
      { postScripts: [{ name: 'x', text: 'echo \u0007' }] },
      'postScripts.0.text bad_character',
    ],
  ])('%s', (_, change, problem) => {
    expect(problemsOf(change)).toEqual([problem]);
  });

  test.each(['debian-installer', 'subiquity'] as const)('for a suite that APT cannot read, of %s', family => {
    const plan = plainPlan(family);
    const codes = (suite: string) =>
      installPlanProblems({
        ...plan,
        repositories: [{ name: 'x', url: 'http://10.77.0.1/x', suite, checkSignatures: false }],
      }).map(({ path, code }) => `${path.join('.')} ${code}`);
    expect(['', ' ', 'trixie'].map(codes)).toEqual(Array(3).fill(['repositories.0.suite no_suite']));
    expect(['trixie main', './', 'trixie main contrib'].flatMap(codes)).toEqual([]);
  });

  test.each([
    ['0', 1],
    ['1', 1],
    ['10', 2],
    ['10', 5],
  ] as const)('for RAID %s of %i disks', (raidLevel, count) => {
    const layout: StorageLayout = {
      partitionTable: 'gpt',
      raidLevel,
      partitions: [place('/boot')],
      volumeGroup: null,
    };
    expect(problemsOf({ layout, disks: Array(count).fill(sataDisk) })).toEqual(['disks wrong_disk_count']);
  });
});

test('Anaconda is given no /boot in a volume group; the others put it there', () => {
  const volumeGroup = (...mountPoints: string[]) => ({
    name: 'vg',
    volumes: mountPoints.map((mountPoint, index) => ({ ...place(mountPoint), name: `v${index}` })),
  });
  const problems = (family: InstallerFamily, partitions: string[], ...volumes: string[]) =>
    installPlanProblems({
      ...plainPlan(family),
      layout: {
        partitionTable: 'gpt',
        raidLevel: null,
        partitions: partitions.map(place),
        volumeGroup: volumes.length === 0 ? null : volumeGroup(...volumes),
      },
    }).map(({ code }) => code);
  expect(problems('anaconda', [], '/')).toEqual(['boot_in_group']);
  expect(problems('anaconda', ['/srv'], '/', '/boot')).toEqual(['boot_in_group']);
  expect(problems('anaconda', ['/'], '/boot')).toEqual(['boot_in_group']);
  expect(problems('anaconda', ['/boot'], '/')).toEqual([]);
  expect(problems('anaconda', ['/'], '/srv')).toEqual([]);
  for (const family of ['debian-installer', 'subiquity', 'autoyast'] as const)
    expect(problems(family, [], '/'), family).toEqual([]);
});

test('a dot in a mount point ends an array of debian-installer, and is refused', () => {
  const problems = (family: InstallerFamily, raidLevel: '1' | null) =>
    installPlanProblems({
      ...plainPlan(family),
      disks: raidLevel === null ? [sataDisk] : [sataDisk, { ...sataDisk, serial: 'S2' }],
      layout: {
        partitionTable: 'gpt',
        raidLevel,
        partitions: ['/boot', '/', '/srv/db.1'].map(place),
        volumeGroup: null,
      },
    }).map(({ path, code }) => `${path.join('.')} ${code}`);
  expect(problems('debian-installer', '1')).toEqual(['layout.partitions.2.mountPoint dot_on_raid']);
  expect(problems('debian-installer', null)).toEqual([]);
  expect(problems('anaconda', '1')).toEqual([]);
});

test('a kernel argument may be what administrators write', () => {
  expect(
    problemsOf({ kernelArguments: 'crashkernel=1G-4G:192M,4G-64G:256M isolcpus=1-3,5 mitigations=off' }),
  ).toEqual([]);
});

describe('the installer is started with', () => {
  const tokensOf = (plan: InstallPlan): readonly string[] => {
    const found = installerArguments(plan);
    if (!found.ok) throw new Error(found.reason);
    return found.tokens;
  };

  test('its answer file, its packages and the one NIC', () => {
    expect(tokensOf(plain)).toEqual([
      `inst.ks=${plain.urls.answerFile}`,
      `inst.repo=${plain.urls.repository}`,
      `inst.stage2=${plain.urls.media}`,
      'ip=dhcp',
      'BOOTIF=01-52-54-00-aa-00-01',
      'ksdevice=bootif',
      'inst.text',
      'inst.nosave=input_ks',
      'inst.syslog=10.77.0.1:5514',
    ]);
    expect(tokensOf(plainPlan('debian-installer'))).toEqual(
      expect.arrayContaining([
        'auto=true',
        'priority=critical',
        'interface=52:54:00:aa:00:01',
        'hostname=web-001',
        'log_port=5514',
        // Without these two netcfg stops at a dialog on a network that has no router.
        'netcfg/no_default_route=true',
        'netcfg/get_nameservers=',
      ]),
    );
    expect(tokensOf(plainPlan('autoyast'))).toContain('ifcfg=52:54:00:aa:00:01*=dhcp');
  });

  test('no syslog of YaST’s: it would send its profile with the hashes of passwords', () => {
    const syslog = plain.syslog && { ...plain.syslog, port: 514 };
    expect(tokensOf({ ...plainPlan('autoyast'), syslog }).join(' ')).not.toContain('loghost');
  });

  test('itself from the root of its ISO, also where the packages lie below it', () => {
    const below = (family: 'anaconda' | 'autoyast', folder: string) => {
      const plan = plainPlan(family);
      return tokensOf({ ...plan, urls: { ...plan.urls, repository: `${plan.urls.media}/${folder}` } });
    };
    expect(below('anaconda', 'BaseOS')).toEqual(
      expect.arrayContaining([`inst.repo=${plain.urls.media}/BaseOS`, `inst.stage2=${plain.urls.media}`]),
    );
    expect(below('autoyast', 'Product-SLES')).toEqual(
      expect.arrayContaining([
        `install=${plain.urls.media}/Product-SLES`,
        `instsys=${plain.urls.media}/boot/x86_64/root`,
      ]),
    );
    expect(tokensOf(plainPlan('autoyast')).join(' ')).not.toContain('instsys=');
  });

  test("Ubuntu's seed, quoted for GRUB alone, and no second download of the ISO", () => {
    const tokens = tokensOf(plainPlan('subiquity'));
    const seed = `ds=nocloud;s=${plainPlan('subiquity').urls.answerFile}`;
    expect(tokens).toEqual(expect.arrayContaining([seed, 'cloud-config-url=/dev/null', 'autoinstall']));
    const plan = {
      kind: 'kernel' as const,
      what: 'the installer',
      nodeName: 'r1u01',
      kernelUrl: 'http://10.77.0.1/vmlinuz',
      initrdUrl: 'http://10.77.0.1/initrd',
      commandLine: tokens.join(' '),
    };
    expect(ipxeScript(plan)).toContain(` ${seed} `);
    expect(pxelinuxConfig(plan)).toContain(` ${seed} `);
    expect(grubConfig(plan)).toContain(` '${seed}' `);
  });

  test('the consoles of the system, last', () => {
    for (const family of families)
      expect(tokensOf({ ...plainPlan(family), consoles: ['tty0', 'ttyS1,115200n8'] }).slice(-2)).toEqual([
        'console=tty0',
        'console=ttyS1,115200n8',
      ]);
  });

  test('nothing that a boot program or the kernel would read otherwise', () => {
    for (const family of families)
      for (const answerFile of ['http://x/a b', 'http://x/$', 'http://x/"', 'http://x/\\'])
        expect(
          installerArguments({ ...plain, ...plainPlan(family), urls: { ...plain.urls, answerFile } }).ok,
        ).toBe(false);
  });
});

test('each distribution gets its networks in the files that it reads', () => {
  const of = (distribution: string, version: string) =>
    networkFamily({ ...plain.medium, distribution, version });
  expect(['7.9', '8.10'].map(version => of('centos', version))).toEqual(['ifcfg', 'ifcfg']);
  expect(['9.4', '10.0'].map(version => of('rocky', version))).toEqual(['nm', 'nm']);
  expect([of('fedora', '40'), of('kylin', 'V10'), of('openeuler', '22.03')]).toEqual([
    'nm',
    'ifcfg',
    'ifcfg',
  ]);
  expect([of('', ''), of('rhel', ''), of('fedora', 'rawhide')]).toEqual(['nm', 'nm', 'nm']);
  expect(families.map(family => networkFamily(plainPlan(family).medium))).toEqual([
    'nm',
    'eni',
    'netplan',
    'wicked',
  ]);
});

test('two places that would have one name get two', () => {
  const swap = { mountPoint: '', fileSystem: 'swap', size: gibibyte } as const;
  const layout: StorageLayout = {
    partitionTable: 'gpt',
    raidLevel: null,
    partitions: [
      swap,
      swap,
      { mountPoint: '/root', fileSystem: 'ext4', size: gibibyte },
      { mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
    ],
    volumeGroup: null,
  };
  expect(namedPlaces({ ...layout, firmwarePartition: null }).map(({ name }) => name)).toEqual([
    'swap',
    'swap-2',
    'root',
    'root-4',
  ]);
});
