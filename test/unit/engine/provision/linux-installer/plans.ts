import path from 'node:path';
import { parseHostName } from '#engine/identity/host-name.ts';
import type { NetworkModel } from '#engine/identity/network/model.ts';
import { parsePasswordHash } from '#engine/identity/root-password.ts';
import { sha512Crypt } from '#engine/identity/sha512-crypt.ts';
import { readAnswerFileAssets } from '#engine/provision/deploy/linux-installer/answer-file/answer-file-assets.ts';
import type {
  InstalledUser,
  InstallPlan,
} from '#engine/provision/deploy/linux-installer/answer-file/install-plan.ts';
import { wordsOf } from '#engine/provision/deploy/linux-installer/progress/phrase-table.ts';
import { progressTables } from '#engine/provision/deploy/linux-installer/progress/phrases-of.ts';
import type {
  DiskIdentity,
  InstallerFamily,
  InstallerMedium,
  StorageLayout,
} from '#shared/contract/index.ts';
import { parseSshPublicKey } from '#shared/contract/ssh-key.ts';
import { parseCidr, parseIpv4 } from '#shared/model/ip.ts';
import { parseMac } from '#shared/model/mac.ts';
import { ed25519Key, rsaKey } from '../../identity/keys.ts';

export const assets = readAnswerFileAssets(path.join(import.meta.dirname, '../../../../../assets/templates'));

export function ok<T>(
  parsed: { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reason: string },
): T {
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.reason);
}

function given<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('not parsed');
  return value;
}

const mac = (text: string) => given(parseMac(text));
const ip = (text: string) => given(parseIpv4(text));
const subnet = (text: string) => given(parseCidr(text));

export const gibibyte = 2 ** 30;
const hash = ok(parsePasswordHash(sha512Crypt('correct horse', 'answerfiles')));

export const sataDisk: DiskIdentity = {
  name: 'sda',
  model: 'SAMSUNG MZ7LH480',
  serial: 'S45PNA0M520238',
  wwn: '0x5002538e40a1b2c3',
  byPath: 'pci-0000:00:17.0-ata-1',
  sizeBytes: 480_103_981_056,
};

const secondDisk = { ...sataDisk, name: 'sdb', serial: 'S45PNA0M520239', wwn: '0x5002538e40a1b2c4' };
const nvmeDisk: DiskIdentity = {
  name: 'nvme0n1',
  model: 'Dell Ent NVMe v2 AGN RI U.2 1.92TB',
  serial: 'S61ANA0R702123',
  wwn: 'eui.36314130527021230025384300000001',
  byPath: 'pci-0000:63:00.0-nvme-1',
  sizeBytes: 1_920_383_410_176,
};

type Family = Readonly<Record<InstallerFamily, readonly [distribution: string, version: string]>>;

const newest: Family = {
  anaconda: ['rocky', '9.4'],
  'debian-installer': ['debian', '12.5'],
  subiquity: ['ubuntu', '24.04'],
  autoyast: ['sles', '15.6'],
};

const sles15Modules = ['Module-Basesystem', 'Module-Legacy', 'Module-Server-Applications'];

function medium(
  family: InstallerFamily,
  names: Family,
  architecture: InstallerMedium['architecture'] = 'x86_64',
): InstallerMedium {
  const [distribution, version] = names[family];
  const places = {
    anaconda: {
      kernel: 'images/pxeboot/vmlinuz',
      initrd: 'images/pxeboot/initrd.img',
    },
    'debian-installer': { kernel: 'install.amd/vmlinuz', initrd: 'install.amd/initrd.gz' },
    subiquity: {
      kernel: 'casper/vmlinuz',
      initrd: 'casper/initrd',
    },
    autoyast: { kernel: 'boot/x86_64/loader/linux', initrd: 'boot/x86_64/loader/initrd' },
  }[family];
  const modules = distribution === 'sles' && version.startsWith('15') ? sles15Modules : undefined;
  return {
    family,
    distribution,
    version,
    architecture,
    ...places,
    repository: '',
    certainty: 'certain',
    ...(modules === undefined ? {} : { modules }),
  };
}

const answerNames: Readonly<Record<InstallerFamily, string>> = {
  anaconda: 'ks.cfg',
  'debian-installer': 'preseed.cfg',
  subiquity: 'nocloud/',
  autoyast: 'autoinst.xml',
};

/** A server of one disk that is given its name and a key, and nothing else. */
export function plainPlan(family: InstallerFamily): InstallPlan {
  const media = 'http://10.77.0.1:8088/media/0d9e6a52-0000-4000-8000-000000000002';
  const own = 'http://10.77.0.1:8088/install/6f1d5c0e-0000-4000-8000-000000000001';
  return {
    medium: medium(family, newest),
    urls: {
      media,
      repository: family === 'subiquity' ? `${media}.iso` : media,
      answerFile: `${own}/${answerNames[family]}`,
      hooks: `${own}/progress`,
    },
    syslog: { host: ip('10.77.0.1'), port: 5514 },
    logWords: wordsOf(progressTables[family]),
    firmware: 'uefi',
    disks: [sataDisk],
    layout: null,
    hostName: ok(parseHostName('web-001.rack7.example.com')),
    rootPasswordHash: null,
    rootKeys: [ok(parseSshPublicKey(ed25519Key))],
    users: [],
    timeZone: 'Etc/UTC',
    locale: 'en_US.UTF-8',
    keyboard: 'us',
    packages: [],
    repositories: [],
    provisioningMac: mac('52:54:00:aa:00:01'),
    network: null,
    postScripts: [],
    kernelArguments: '',
    consoles: [],
  };
}

const trunk: NetworkModel = {
  links: [
    {
      kind: 'nic',
      name: 'nic0',
      mac: mac('52:54:00:aa:00:01'),
      mtu: 9000,
      addressing: { method: 'none' },
      routes: [],
    },
    {
      kind: 'nic',
      name: 'nic1',
      mac: mac('52:54:00:aa:00:02'),
      mtu: 9000,
      addressing: { method: 'none' },
      routes: [],
    },
    {
      kind: 'bond',
      name: 'bond0',
      mac: mac('52:54:00:aa:00:01'),
      mtu: 9000,
      members: ['nic0', 'nic1'],
      mode: '802.3ad',
      options: { miimon: '100', lacp_rate: 'fast', xmit_hash_policy: 'layer3+4' },
      addressing: { method: 'none' },
      routes: [],
    },
    {
      kind: 'vlan',
      name: 'bond0.120',
      over: 'bond0',
      vlanId: 120,
      mac: mac('52:54:00:aa:00:01'),
      mtu: null,
      addressing: {
        method: 'static',
        address: ip('10.120.0.21'),
        subnet: subnet('10.120.0.0/24'),
        gateway: ip('10.120.0.1'),
      },
      routes: [{ destination: subnet('172.16.0.0/12'), via: ip('10.120.0.254') }],
    },
  ],
  leadsOut: 'bond0.120',
  dnsServers: [ip('10.120.0.2'), ip('9.9.9.9')],
  searchDomains: ['example.com'],
};

const staticAddress: NetworkModel = {
  links: [
    {
      kind: 'nic',
      name: 'nic0',
      mac: mac('52:54:00:aa:00:01'),
      mtu: null,
      addressing: {
        method: 'static',
        address: ip('10.77.0.20'),
        subnet: subnet('10.77.0.0/24'),
        gateway: ip('10.77.0.1'),
      },
      routes: [],
    },
  ],
  leadsOut: 'nic0',
  dnsServers: [ip('10.77.0.1')],
  searchDomains: [],
};

const operator: InstalledUser = {
  name: 'ops',
  fullName: 'Operator, "night" shift',
  passwordHash: hash,
  keys: [ok(parseSshPublicKey(rsaKey))],
  sudo: true,
};

const databaseLayout: StorageLayout = {
  partitionTable: 'gpt',
  raidLevel: null,
  partitions: [{ mountPoint: '/boot', fileSystem: 'xfs', size: 2 * gibibyte }],
  volumeGroup: {
    name: 'rootvg',
    volumes: [
      { name: 'lv_root', mountPoint: '/', fileSystem: 'xfs', size: 20 * gibibyte },
      { name: 'lv_var', mountPoint: '/var', fileSystem: 'xfs', size: 30 * gibibyte },
      { name: 'lv_log', mountPoint: '/var/log', fileSystem: 'ext4', size: 10 * gibibyte },
      { name: 'lv_data', mountPoint: '/srv/data', fileSystem: 'xfs', size: 200 * gibibyte },
      { name: 'lv_swap', mountPoint: '', fileSystem: 'swap', size: 16 * gibibyte },
    ],
  },
};

const hostileScript = `#!/bin/sh
set -e
cat >/etc/motd <<'END'
%end
]]> & <b>{{ not liquid }}</b>
END
printf 'back\\\\slash %s\\n' "$(hostname)"
`;

/** Ten servers as they are ordered; the same ones for every installer. */
export const profiles: Readonly<Record<string, (family: InstallerFamily) => InstallPlan>> = {
  plain: plainPlan,
  'bios-mbr': family => ({
    ...plainPlan(family),
    medium: medium(family, {
      anaconda: ['centos', '7.9'],
      'debian-installer': ['debian', '11.9'],
      subiquity: ['ubuntu', '20.04'],
      autoyast: ['sles', '12.5'],
    }),
    firmware: 'bios',
    rootPasswordHash: hash,
    rootKeys: [],
    layout: {
      partitionTable: 'mbr',
      raidLevel: null,
      partitions: [
        { mountPoint: '', fileSystem: 'swap', size: 2 * gibibyte },
        { mountPoint: '/', fileSystem: 'ext4', size: 'rest' },
      ],
      volumeGroup: null,
    },
  }),
  'bond-vlan': family => ({
    ...plainPlan(family),
    rootPasswordHash: hash,
    network: trunk,
    users: [operator],
  }),
  'raid-1': family => ({
    ...plainPlan(family),
    medium: medium(family, {
      ...newest,
      anaconda: ['almalinux', '8.10'],
      autoyast: ['opensuse-leap', '15.6'],
    }),
    disks: [sataDisk, secondDisk],
    layout: { ...databaseLayout, raidLevel: '1' },
  }),
  'raid-10-bios': family => ({
    ...plainPlan(family),
    medium: medium(family, { ...newest, anaconda: ['fedora', '40'], 'debian-installer': ['debian', '13.0'] }),
    firmware: 'bios',
    disks: [
      sataDisk,
      secondDisk,
      { ...sataDisk, name: 'sdc', serial: 'S3', wwn: '' },
      { ...sataDisk, name: 'sdd', serial: 'S4', wwn: '' },
    ],
    layout: {
      partitionTable: 'gpt',
      raidLevel: '10',
      partitions: [
        { mountPoint: '/boot', fileSystem: 'ext4', size: gibibyte },
        { mountPoint: '/', fileSystem: 'ext4', size: 40 * gibibyte },
        { mountPoint: '/srv', fileSystem: 'xfs', size: 'rest' },
      ],
      volumeGroup: null,
    },
  }),
  database: family => ({
    ...plainPlan(family),
    layout: databaseLayout,
    packages: ['chrony', 'tuned', 'vim-minimal'],
    kernelArguments: 'transparent_hugepage=never hugepagesz=2M hugepages=4096 isolcpus=1-3,5',
    repositories: [
      {
        name: 'rack-local',
        url: 'http://10.77.0.1:8088/media/3c1f0000-0000-4000-8000-000000000003/extra',
        suite: family === 'debian-installer' ? 'bookworm main' : './',
        checkSignatures: false,
      },
      {
        name: 'signed',
        url: 'https://packages.example.com/linux',
        suite: family === 'debian-installer' ? 'bookworm main' : './',
        checkSignatures: true,
      },
    ],
  }),
  'nvme-serial-console': family => ({
    ...plainPlan(family),
    disks: [nvmeDisk],
    consoles: ['tty0', 'ttyS1,115200n8'],
    network: staticAddress,
  }),
  'bank-zh': family => ({
    ...plainPlan(family),
    medium: medium(family, { ...newest, anaconda: ['kylin', 'V10'] }),
    hostName: ok(parseHostName('core-db-02')),
    locale: 'zh_CN.UTF-8',
    timeZone: 'Asia/Shanghai',
    rootPasswordHash: hash,
    users: [
      { name: 'wangkf', fullName: '王凯峰', passwordHash: hash, keys: [], sudo: true },
      {
        name: 'audit',
        fullName: '',
        passwordHash: null,
        keys: [ok(parseSshPublicKey(ed25519Key))],
        sudo: false,
      },
    ],
    postScripts: [{ name: '登记资产', text: 'echo "资产 $(hostname) 已登记" >/etc/asset\n' }],
  }),
  'post-scripts': family => ({
    ...plainPlan(family),
    medium: medium(family, { ...newest, anaconda: ['openeuler', '22.03'] }),
    postScripts: [
      { name: "the owner's motd", text: hostileScript },
      { name: 'from Windows', text: 'echo one\r\necho two\r\n' },
    ],
  }),
  'arm-no-keyboard': family => ({
    ...plainPlan(family),
    medium: medium(family, newest, 'aarch64'),
    keyboard: 'no',
    locale: 'nb_NO.UTF-8',
    timeZone: 'Europe/Oslo',
    syslog: null,
    packages: [
      {
        anaconda: '@Development Tools',
        'debian-installer': '@standard',
        subiquity: '@server',
        autoyast: '@devel_basis',
      }[family],
    ],
    users: [operator],
  }),
};

export const families = ['anaconda', 'debian-installer', 'subiquity', 'autoyast'] as const;

export const fixtures = path.join(import.meta.dirname, '../../../../fixtures/answer-files');
export const extensions: Readonly<Record<InstallerFamily, string>> = {
  anaconda: 'ks',
  'debian-installer': 'cfg',
  subiquity: 'yaml',
  autoyast: 'xml',
};
