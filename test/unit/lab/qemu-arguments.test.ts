import { expect, test } from 'vitest';
import {
  biosServer,
  bondedUefiServer,
  nvmeServer,
  twoDiskServer,
  uefiServer,
  virtualServer,
} from '#test/lab/machines.ts';
import {
  bootSequence,
  diskWwn,
  type MachineFiles,
  type MachineSpec,
  qemuArguments,
} from '#test/lab/qemu-arguments.ts';

const filesFor = (spec: MachineSpec): MachineFiles => ({
  diskFiles: spec.disks.map((_, index) => ({ path: `/d${index}`, format: 'qcow2' })),
  uefiVariables: '/vars',
  serialSocket: '/serial',
  qmpSocket: '/qmp',
  taps: ['tap1', 'tap1n1'],
  uuid: '11111111-2222-3333-4444-000000000001',
  kcsPort: undefined,
});
const argumentsOf = (spec: MachineSpec, override: 'none' | 'pxe' | 'disk' = 'none'): string =>
  qemuArguments(spec, filesFor(spec), override).join(' ');

test('a machine whose firmware prefers the network asks it first, then boots its system disk, then the others', () => {
  expect(bootSequence(biosServer, 'none')).toEqual(['nic0', 'disk1', 'disk0']);
  expect(argumentsOf(biosServer)).toMatch(/e1000,id=nic0,.*bootindex=1/);
  expect(argumentsOf(biosServer)).toMatch(/serial=SAS-SYS-0001,bootindex=2/);
});

test('a one-shot boot device overrides either order', () => {
  expect(bootSequence(biosServer, 'disk')).toEqual(['disk1', 'disk0', 'nic0']);
  expect(bootSequence(virtualServer, 'none')).toEqual(['disk0', 'nic0']);
  expect(bootSequence(virtualServer, 'pxe')).toEqual(['nic0', 'disk0']);
});

test('UEFI machines have variables of their own, and the firmware’s network stack where it can drive the NIC', () => {
  expect(argumentsOf(uefiServer)).toContain('if=pflash,format=raw,unit=1,file=/vars');
  expect(argumentsOf(uefiServer)).toMatch(/virtio-net-pci,id=nic0,[^ ]*romfile=( |$)/);
  expect(argumentsOf(nvmeServer)).not.toContain('romfile');
  expect(argumentsOf(biosServer)).not.toContain('romfile');
});

test('every further NIC has a wire of its own and no boot ROM', () => {
  const text = argumentsOf(bondedUefiServer);
  expect(text).toMatch(/id=net0,ifname=tap1,.*mac=52:54:00:1a:b0:07,bootindex=1/);
  expect(text).toMatch(
    /id=net1,ifname=tap1n1,[^ ]* -device virtio-net-pci,id=nic1,netdev=net1,mac=52:54:00:1a:b1:07,romfile=$/,
  );
});

test('each kind of controller is made once and every disk carries its serial number', () => {
  const text = argumentsOf(twoDiskServer);
  expect(text.match(/-device megasas,id=megasas0/g)).toHaveLength(1);
  expect(text).toContain('serial=CUSTOMER-0004');
  expect(text).toContain('ide-hd,bus=ahci0.0,id=disk1,drive=drive1,serial=SATA-SYS-0004');
});

test('a WWN is 16 hex digits, the same for the same serial number only', () => {
  const [first, second] = biosServer.disks;
  if (first === undefined || second === undefined) throw new Error('two disks expected');
  expect(diskWwn(first)).toMatch(/^0x5[0-9a-f]{15}$/);
  expect(diskWwn(first)).toBe(diskWwn({ ...first }));
  expect(diskWwn(first)).not.toBe(diskWwn(second));
});
