import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { afterEach, describe, expect, test } from 'vitest';
import { lldpFrame } from './lldp-switch.ts';
import { type MadeUpMachine, makeMachine, partition } from './made-up-machine.ts';
import { resultOf, runAgent, type ShellName, shells } from './run-agent.ts';

const mebibyte = 2 ** 20;
let machine: MadeUpMachine;
afterEach(() => machine.remove());

async function inventory(shell: ShellName = 'busybox') {
  const run = await runAgent({ machine, shell, steps: [{ step: 'inspect' }] });
  return resultOf(run).evidence['inventory'];
}

describe.each(Object.keys(shells) as ShellName[])('in %s', shell => {
  test('hostile strings of hardware stay data', async () => {
    const everyByte = Uint8Array.from({ length: 252 }, (_, index) => index + 1);
    machine = makeMachine({
      disks: [
        { name: 'sda', sizeBytes: mebibyte, serial: Buffer.from('  "a\\b\'$(id)`id`\0\0'), model: '<b>"\\' },
        { name: 'sdb', sizeBytes: mebibyte, serial: everyByte },
        { name: 'sdc', sizeBytes: mebibyte, serial: Buffer.from('\0\0  \0') },
      ],
    });
    machine.write(
      'sys/class/dmi/id/product_name',
      Buffer.from('R\xe9seau \xff\xfe \u0001\u0002\t"x"\n', 'latin1'),
    );
    machine.write('sys/class/dmi/id/sys_vendor', '浪潮 𝒳\n');
    machine.write('sys/class/dmi/id/board_serial', Buffer.from('a\xed\xa0\x80b\xc0\xafc\n', 'latin1'));
    const { disks, system } = await inventory(shell);
    expect(disks[0]).toMatchObject({ serial: '"a\\b\'$(id)`id`', model: '<b>"\\' });
    expect(disks[1].serial).toHaveLength(252);
    expect(disks[1].serial).toMatch(/^[ -~]*$/);
    expect(disks[2].serial).toBeNull();
    expect(system).toMatchObject({
      manufacturer: '浪潮 𝒳',
      product: 'R\ufffdseau \ufffd\ufffd \t"x"',
      boardSerial: 'a\ufffd\ufffd\ufffdb\ufffd\ufffdc',
      serial: null,
    });
  });
});

test('a disk with a strange serial is found again by what the inventory shows', async () => {
  machine = makeMachine({
    disks: [
      { name: 'sda', sizeBytes: 16 * mebibyte, serial: Buffer.from([0x41, 0xff, 0x01, 0x42]) },
      { name: 'sdb', sizeBytes: 16 * mebibyte, serial: 'A' },
    ],
  });
  const { disks } = await inventory();
  machine.powerCycle();
  const run = await runAgent({
    machine,
    steps: [{ step: 'grow-last-partition', parameters: { serial: disks[0].serial } }],
  });
  expect(disks[0].serial).toBe('A??B');
  expect(resultOf(run)).toMatchObject({ code: 'no-partition-table', evidence: { disk: { name: 'sda' } } });
});

test('partitions, file systems and labels of a disk are shown, with names as they are', async () => {
  machine = makeMachine({ disks: [{ name: 'nvme0n1', sizeBytes: 64 * mebibyte, serial: 'N' }] });
  const file = machine.diskFile('nvme0n1');
  partition(
    file,
    'label: gpt\nsize=16MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B\nsize=16MiB\nsize=8MiB\n',
  );
  execFileSync('sgdisk', ['--change-name', '2:ro"ot \\ é', file], { stdio: 'ignore' });
  execFileSync('mkfs.ext4', ['-q', '-L', 'la"b\\é', '-E', `offset=${17 * mebibyte}`, file, '16m']);
  execFileSync('mkfs.vfat', ['--offset', '2048', '-n', 'ESP', file, String(16 * 1024)], { stdio: 'ignore' });
  machine.write('proc/mounts', '/dev/nvme0n1p2 /mnt/a\\040b ext4 rw 0 0\n');
  const { disks } = await inventory();
  expect(disks[0].partitionTable).toBe('gpt');
  expect(disks[0].partitions).toMatchObject([
    {
      name: 'nvme0n1p1',
      number: 1,
      startBytes: mebibyte,
      fileSystem: 'vfat',
      label: 'ESP',
      partitionName: null,
    },
    {
      name: 'nvme0n1p2',
      startBytes: 17 * mebibyte,
      sizeBytes: 16 * mebibyte,
      type: '0fc63daf-8483-4772-8e79-3d69d8477de4',
      partitionName: 'ro"ot \\ é',
      fileSystem: 'ext4',
      label: 'la"b\\é',
      mountPoint: '/mnt/a b',
    },
    { name: 'nvme0n1p3', fileSystem: null, label: null, mountPoint: null, holders: [] },
  ]);
});

test('an MBR and a disk that is one file system are told apart', async () => {
  machine = makeMachine({
    disks: [
      { name: 'sda', sizeBytes: 16 * mebibyte },
      { name: 'sdb', sizeBytes: 16 * mebibyte },
    ],
  });
  partition(machine.diskFile('sda'), 'label: dos\nsize=2MiB, type=7\n');
  execFileSync('mkfs.ext4', ['-q', '-L', 'whole', machine.diskFile('sdb')], { stdio: 'ignore' });
  const { disks } = await inventory();
  expect(disks[0]).toMatchObject({ partitionTable: 'mbr', fileSystem: null, partitions: [{ type: '0x07' }] });
  expect(disks[1]).toMatchObject({
    partitionTable: null,
    fileSystem: 'ext4',
    label: 'whole',
    partitions: [],
  });
});

test('what has the marks of two file systems shows both: one of them may be what other servers use', async () => {
  machine = makeMachine({
    disks: [
      { name: 'sda', sizeBytes: 16 * mebibyte },
      { name: 'sdb', sizeBytes: 32 * mebibyte },
    ],
  });
  partition(machine.diskFile('sdb'), 'label: gpt\nsize=16MiB\n');
  // A cluster file system of another kernel's, where ocfs2 with blocks of 1 KiB has its superblock (4 KiB: 8192).
  for (const [name, offset] of [
    ['sda', 0],
    ['sdb', mebibyte],
  ] as const) {
    const file = machine.diskFile(name);
    execFileSync('mkfs.ext4', ['-q', '-E', `offset=${offset}`, file, '16m'], { stdio: 'ignore' });
    execFileSync('dd', [`of=${file}`, 'bs=1', `seek=${offset + 2048}`, 'conv=notrunc', 'status=none'], {
      input: 'OCFSV2',
    });
  }
  const { disks } = await inventory();
  expect(disks).toMatchObject([
    { fileSystem: 'ext4+ocfs2' },
    { fileSystem: null, partitions: [{ fileSystem: 'ext4+ocfs2' }] },
  ]);
});

test('controllers, paths, transports and identities come from the place in sysfs', async () => {
  machine = makeMachine({
    disks: [
      {
        name: 'sda',
        sizeBytes: mebibyte,
        serial: 'S',
        wwid: 'naa.5000c50012345678',
        rotational: true,
        controller: { pciAddress: '0000:03:00.0', driver: 'megaraid_sas' },
      },
    ],
  });
  machine.write('sys/block/loop0/size', '100\n');
  machine.write('sys/block/sr0/size', '100\n');
  machine.write('sys/block/sdz/size', '0\n');
  const { disks } = await inventory();
  expect(disks).toMatchObject([
    {
      name: 'sda',
      wwn: '0x5000c50012345678',
      rotational: true,
      hctl: '0:0:0:0',
      byPath: 'pci-0000:03:00.0-scsi-0:0:0:0',
      transport: 'sas',
      controller: { pciAddress: '0000:03:00.0', vendorId: '8086', deviceId: '2922', driver: 'megaraid_sas' },
    },
  ]);
});

test('NICs have link, speed and the switch port that LLDP told', async () => {
  machine = makeMachine({ disks: [], uefi: true });
  const pci = 'sys/devices/pci0000:00/0000:01:00.0';
  machine.write(`${pci}/vendor`, '0x8086\n');
  machine.write('sys/class/net/eth0/address', '52:54:00:aa:00:01\n');
  machine.write('sys/class/net/eth0/addr_assign_type', '0\n');
  machine.write('sys/class/net/eth0/carrier', '1\n');
  machine.write('sys/class/net/eth0/speed', '10000\n');
  machine.write('sys/class/net/eth0/dev_port', '1\n');
  machine.write('sys/class/net/lo/address', '00:00:00:00:00:00\n');
  execFileSync('ln', ['-s', `${machine.root}/${pci}`, `${machine.root}/sys/class/net/eth0/device`]);
  execFileSync('mkdir', ['-p', `${machine.root}/sys/bus/pci/devices`]);
  execFileSync('ln', ['-s', `${machine.root}/${pci}`, `${machine.root}/sys/bus/pci/devices/0000:01:00.0`]);
  machine.write('sys/bus/pci/drivers/ixgbe/bind', '');
  execFileSync('ln', ['-s', `${machine.root}/sys/bus/pci/drivers/ixgbe`, `${machine.root}/${pci}/driver`]);
  machine.write('run/rackside/boot-nic', 'eth0\n');
  machine.write('run/rackside/lldp/eth0', lldpCapture());
  machine.write(
    'sys/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c',
    Uint8Array.of(6, 0, 0, 0, 1),
  );
  const { nics, bootNic, firmware } = await inventory();
  expect(bootNic).toBe('52:54:00:aa:00:01');
  expect(firmware).toEqual({ mode: 'uefi', secureBoot: true });
  expect(nics).toMatchObject([
    {
      name: 'eth0',
      mac: '52:54:00:aa:00:01',
      carrier: true,
      speedMbps: 10000,
      driver: 'ixgbe',
      pciAddress: '0000:01:00.0',
      vendorId: '8086',
      port: 1,
      lldp: {
        chassisId: '00:11:22:33:44:55',
        portId: 'Gi1/0/"7',
        portDescription: null,
        systemName: 'tor-1',
        vlan: 100,
      },
    },
  ]);
});

test('inspect waits for the neighbours of NICs with a link, as long as it was told, and for no others', async () => {
  machine = makeMachine({ disks: [] });
  machine.write('sys/class/net/eth0/device/uevent', '');
  machine.write('sys/class/net/eth0/carrier', '1\n');
  machine.write('sys/class/net/eth1/device/uevent', '');
  machine.write('sys/class/net/eth1/carrier', '0\n');
  // The marks of init's listening, and a switch that speaks while the step waits.
  machine.write('run/rackside/lldp-eth0', '');
  machine.write('run/rackside/lldp-eth1', '');
  const run = await runAgent({
    machine,
    steps: [
      { step: 'inspect', id: 'at-once' },
      { step: 'inspect', id: 'bounded', parameters: { 'lldp-seconds': '1' } },
      { step: 'inspect', id: 'waiting', parameters: { 'lldp-seconds': '3600' } },
    ],
    timeoutMs: 90_000,
    faults: {
      '/agent/v1/step/waiting/progress': (_request, _response, count) => {
        if (count === 1) {
          machine.write('run/rackside/lldp/eth0', lldpCapture());
          rmSync(`${machine.root}/run/rackside/lldp-eth0`);
        }
        return false;
      },
    },
  });
  const ports = ['at-once', 'bounded', 'waiting'].map(id =>
    resultOf(run, id).evidence['inventory'].nics.map(
      (nic: { lldp: { portId: string } | null }) => nic.lldp?.portId,
    ),
  );
  expect(ports).toEqual([
    [undefined, undefined],
    [undefined, undefined],
    ['Gi1/0/"7', undefined],
  ]);
});

/** `ipmitool lan print 1` of a Dell iDRAC 8, shortened. */
const lanPrint = `Set in Progress         : Set Complete
Auth Type Support       : MD5
IP Address Source       : Static Address
IP Address              : 10.78.0.11
Subnet Mask             : 255.255.255.0
MAC Address             : 18:66:da:9f:00:01
SNMP Community String   : public
Cipher Suite Priv Max   : Xaaaaaaaaaaaaaa`;

test('hello waits some seconds for a BMC that is slow to tell its address', async () => {
  machine = makeMachine({ disks: [] });
  machine.write('dev/ipmi0', '');
  const run = await runAgent({
    machine,
    steps: [],
    prepare: () =>
      machine.program(
        'ipmitool',
        `[ "$*" = "lan print 8" ] || { echo 'Invalid channel: 1' >&2; exit 1; }\nsleep 2\ncat <<'END'\n${lanPrint}\nEND`,
      ),
  });
  expect(run.engine.hellos).toMatchObject([
    { inventory: { bmc: { address: '10.78.0.11', mac: '18:66:da:9f:00:01', source: 'static' } } },
  ]);
});

test('a BMC that does not answer holds up nothing for long', async () => {
  machine = makeMachine({ disks: [] });
  machine.write('dev/ipmi0', '');
  const run = await runAgent({
    machine,
    steps: [],
    environment: { RACKSIDE_BMC_PATIENCE_SECONDS: '1' },
    prepare: () => machine.program('ipmitool', 'exec sleep 3600'),
  });
  expect(run.exitCode, run.console).toBe(0);
  expect(run.engine.hellos).toMatchObject([{ inventory: { bmc: null } }]);
});

test('volume groups and arrays are told with what they lie on', async () => {
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: 64 * mebibyte, serial: 'S' }] });
  const file = machine.diskFile('sda');
  partition(file, 'label: gpt\nsize=16MiB\nsize=16MiB\n');
  // Signatures of LVM2 (label in the second sector) and of Linux RAID 1.2 (superblock at 4 KiB), as blkid looks for them.
  machine.program(
    'blkid',
    `case "$*" in
    *'-O 1048576 '*) echo ID_FS_TYPE=LVM2_member ;;
    *'-O 17825792 '*) echo ID_FS_TYPE=linux_raid_member ;;
    *) exec /usr/sbin/blkid "$@" ;;
  esac`,
  );
  const run = await runAgent({
    machine,
    steps: [{ step: 'inspect' }],
    prepare: () => {
      // Words of lvm 2.03.16 and mdadm 4.2.
      machine.program(
        'lvm',
        `case "$*" in
        vgs*) echo '  rootvg|31138512896|2147483648' ;;
        pvs*) echo '  rootvg|/dev/sda1' ;;
        lvs*rootvg) printf '  root|21474836480\\n  swap_1|1023410176\\n' ;;
      esac`,
      );
      machine.program(
        'mdadm',
        `[ "$*" = '--examine --export /dev/sda2' ] && cat <<'END'
MD_LEVEL=raid1
MD_DEVICES=2
MD_NAME=host:0
MD_ARRAY_SIZE=1023.00MiB
MD_UUID=66e2e5c2:d3bba7a5:39f5aefa:4cf2b8f3
MD_UPDATE_TIME=1690000000
MD_DEV_UUID=0a39a3ed:b7f0fbdf:4a5b7f9a:c3a9f5a1
MD_EVENTS=17
END`,
      );
    },
  });
  const { volumeGroups, arrays } = resultOf(run).evidence['inventory'];
  expect(volumeGroups).toEqual([
    {
      name: 'rootvg',
      sizeBytes: 31138512896,
      freeBytes: 2147483648,
      physicalVolumes: ['sda1'],
      logicalVolumes: [
        { name: 'root', sizeBytes: 21474836480 },
        { name: 'swap_1', sizeBytes: 1023410176 },
      ],
    },
  ]);
  expect(arrays).toEqual([
    { uuid: '66e2e5c2:d3bba7a5:39f5aefa:4cf2b8f3', level: 'raid1', name: 'host:0', members: ['sda2'] },
  ]);
});

/** A pcap file with one LLDP frame: the headers of file and packet are not looked at. */
function lldpCapture(): Buffer {
  return Buffer.concat([Buffer.alloc(24), Buffer.alloc(16), lldpFrame('Gi1/0/"7')]);
}

test('memory modules come from the DMI table, empty slots do not', async () => {
  machine = makeMachine({ disks: [] });
  machine.write(
    'dmidecode-17',
    [
      'Memory Device\n\tSize: 16 GB\n\tLocator: DIMM A1\n\tBank Locator: Not Specified\n\tType: DDR4\n\tSpeed: 2400 MT/s',
      '\tManufacturer: Samsung\n\tSerial Number: 0x"1\n\tPart Number: M393A2G40  \n',
      'Memory Device\n\tSize: No Module Installed\n\tLocator: DIMM A2\n',
      'Memory Device\n\tSize: 512 MB\n\tLocator: DIMM B1\n\tSpeed: Unknown\n\tSerial Number: Not Specified\n',
    ].join('\n'),
  );
  const { memory, cpu } = await inventory();
  expect(memory.totalBytes).toBe(2 * mebibyte);
  expect(memory.dimms).toEqual([
    {
      locator: 'DIMM A1',
      bank: null,
      sizeBytes: 16 * 2 ** 30,
      type: 'DDR4',
      speedMtps: 2400,
      manufacturer: 'Samsung',
      partNumber: 'M393A2G40',
      serial: '0x"1',
    },
    expect.objectContaining({ locator: 'DIMM B1', sizeBytes: 512 * mebibyte, speedMtps: null, serial: null }),
  ]);
  expect(cpu).toMatchObject({ model: 'Made Up CPU', sockets: 1, cores: 1, threads: 1 });
});

test('a disk that is damaged beyond reading does not end the inventory', async () => {
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: mebibyte, serial: 'S' }] });
  execFileSync('rm', [machine.diskFile('sda')]);
  const { disks } = await inventory();
  expect(disks).toMatchObject([{ name: 'sda', serial: 'S', partitionTable: null, partitions: [] }]);
});
