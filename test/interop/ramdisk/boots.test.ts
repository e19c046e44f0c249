import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { zstdCompressSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildRamdisk } from '#assets/ramdisk/build.ts';
import { switchedMac } from './lldp-switch.ts';
import { partition, readPartitions } from './made-up-machine.ts';
import { runStepsInMachine } from './steps-in-machine.ts';
import { type StepResult, type StubStep, serveBytes } from './stub-engine.ts';
import { machineMac } from './virtual-machine.ts';

const mebibyte = 2 ** 20;
const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
/** Under TCG on a busy machine everything takes ten times as long as alone. */
const patienceMs = 540_000;

let folder: string;
let ramdiskFolder: string;
let image: Buffer;
let drive: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'rk-boots-'));
  ramdiskFolder = (await buildRamdisk({ profile: 'vm', report: line => console.log(line) })).into;
  image = makeImage();
  drive = makeConfigDrive();
}, patienceMs);
afterAll(() => rmSync(folder, { recursive: true }));

/** GPT with an EFI system partition (a loader on it) and an ext4 root, 24 MiB, nothing mounted. */
function makeImage(): Buffer {
  const file = join(folder, 'image');
  const esp = join(folder, 'esp');
  writeFileSync(file, Buffer.alloc(24 * mebibyte));
  writeFileSync(esp, Buffer.alloc(8 * mebibyte));
  partition(
    file,
    'label: gpt\nsize=8MiB, type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B, name=EFI\nsize=14MiB, name=root\n',
  );
  execFileSync('mkfs.vfat', ['-n', 'ESP', esp], { stdio: 'ignore' });
  for (const path of ['::EFI', '::EFI/BOOT', '::EFI/debian']) execFileSync('mmd', ['-i', esp, path]);
  const loader = join(folder, 'loader');
  writeFileSync(loader, 'MZ');
  for (const path of ['BOOT/BOOTX64.EFI', 'debian/shimx64.efi']) {
    execFileSync('mcopy', ['-i', esp, loader, `::EFI/${path}`]);
  }
  execFileSync('mkfs.ext4', ['-q', '-L', 'root', '-E', `offset=${9 * mebibyte}`, file, '14m']);
  const bytes = readFileSync(file);
  readFileSync(esp).copy(bytes, mebibyte);
  return bytes;
}

function makeConfigDrive(): Buffer {
  const source = join(folder, 'meta_data.json');
  writeFileSync(source, '{"uuid":"1"}');
  const file = join(folder, 'config.iso');
  execFileSync('xorrisofs', ['-quiet', '-R', '-J', '-V', 'config-2', '-o', file, source], {
    stdio: 'ignore',
  });
  return readFileSync(file);
}

function makeDisk(name: string): string {
  const file = join(folder, name);
  writeFileSync(file, Buffer.alloc(mebibyte, name));
  truncateSync(file, 64 * mebibyte);
  return file;
}

const target = { serial: 'TARGET-7', 'disk-size-bytes': String(64 * mebibyte) };

function stepsOf(): StubStep[] {
  return [
    {
      step: 'write-image',
      id: 'write',
      parameters: {
        ...target,
        url: '{origin}/image',
        format: 'zstd',
        'size-bytes': String(image.length),
        sha256: sha256(image),
        verify: 'readback',
      },
    },
    {
      step: 'grow-last-partition',
      id: 'grow',
      parameters: { ...target, 'reserve-bytes': String(16 * mebibyte) },
    },
    {
      step: 'write-config-drive',
      id: 'drive',
      parameters: {
        ...target,
        url: '{origin}/drive',
        'size-bytes': String(drive.length),
        sha256: sha256(drive),
      },
    },
    { step: 'set-boot-entry', id: 'entry', parameters: { ...target, label: 'Rackside test' } },
    // The second NIC hangs on a switch that speaks; the first one's network is silent, and the wait for it has an end.
    { step: 'inspect', id: 'look', parameters: { 'lldp-seconds': '2' } },
  ];
}

async function deploy(uefi: boolean, disks: Record<string, string>, devices: readonly string[]) {
  return await runStepsInMachine({
    title: uefi ? 'UEFI' : 'BIOS',
    ramdiskFolder,
    folder,
    uefi,
    disks,
    devices,
    steps: stepsOf(),
    files: new Map([
      ['/image', serveBytes(zstdCompressSync(image))],
      ['/drive', serveBytes(drive)],
    ]),
    timeoutMs: patienceMs - 10_000,
  });
}

/** What a NIC on our switch has heard, and one on a silent network. */
function expectNeighbours(nics: readonly { lldp: unknown }[]): void {
  expect(nics.map(({ lldp }) => lldp)).toEqual([
    null,
    {
      chassisId: '00:11:22:33:44:55',
      portId: 'Gi1/0/7',
      portDescription: null,
      systemName: 'tor-1',
      vlan: 100,
    },
  ]);
}

function expectDeployed(file: string, resultOf: (id: string) => StepResult): void {
  for (const id of ['write', 'grow', 'drive', 'entry', 'look']) {
    expect(resultOf(id), JSON.stringify(resultOf(id))).toMatchObject({ ok: true });
  }
  expect(resultOf('write').evidence).toMatchObject({
    bytes: image.length,
    sha256: sha256(image),
    partitionTable: 'gpt',
  });
  expectNeighbours(resultOf('look').evidence['inventory'].nics);
  expect(resultOf('grow').evidence['fileSystem']).toEqual({ type: 'ext4', grown: true, reason: null });
  const { partitions } = readPartitions(file);
  expect(partitions.map(({ name }) => name)).toEqual(['EFI', 'root', 'config-2']);
  expect((partitions[1]?.size ?? 0) * 512).toBe((64 - 16 - 9 - 1) * mebibyte);
  const bytes = readFileSync(file);
  const start = (partitions[2]?.start ?? 0) * 512;
  expect(bytes.subarray(start, start + drive.length).equals(drive)).toBe(true);
  execFileSync('e2fsck', ['-f', '-n', `${file}?offset=${9 * mebibyte}`], { stdio: 'pipe' });
}

test.concurrent(
  'BIOS: of two disks behind two controllers the one with the serial is deployed, the other stays as it was',
  async () => {
    const [other, chosen] = [makeDisk('other-bios'), makeDisk('chosen-bios')];
    const before = sha256(readFileSync(other));
    const { inventory, resultOf } = await deploy(false, { other, chosen }, [
      'virtio-scsi-pci,id=scsi0',
      'megasas,id=scsi1',
      'scsi-hd,drive=other,bus=scsi0.0,serial=OTHER-1,wwn=0x5000c50000000001',
      'scsi-hd,drive=chosen,bus=scsi1.0,serial=TARGET-7',
    ]);
    expectDeployed(chosen, resultOf);
    expect(resultOf('entry').evidence['skipped']).toBe('bios');
    expect(sha256(readFileSync(other))).toBe(before);
    expect(inventory.firmware).toEqual({ mode: 'bios', secureBoot: null });
    expect(inventory.bootNic).toBe(machineMac);
    expect(inventory.nics).toMatchObject([
      { mac: machineMac, carrier: true, driver: 'e1000', ip: '10.0.2.15' },
      { mac: switchedMac, carrier: true, ip: null },
    ]);
    const bySerial = new Map(inventory.disks.map((disk: { serial: string }) => [disk.serial, disk]));
    expect(bySerial.get('OTHER-1')).toMatchObject({
      wwn: '0x5000c50000000001',
      transport: 'scsi',
      controller: { vendorId: '1af4', driver: 'virtio-pci' },
    });
    expect(bySerial.get('TARGET-7')).toMatchObject({
      transport: 'raid',
      controller: { vendorId: '1000', driver: 'megaraid_sas' },
    });
  },
  patienceMs,
);

test.concurrent(
  'UEFI: the same on NVMe beside SATA, and the firmware starts the new loader first',
  async () => {
    const [other, chosen] = [makeDisk('other-uefi'), makeDisk('chosen-uefi')];
    const before = sha256(readFileSync(other));
    const { inventory, resultOf } = await deploy(true, { other, chosen }, [
      'ide-hd,drive=other,bus=ide.0,serial=OTHER-1,model=SATA_DISK',
      'nvme,drive=chosen,serial=TARGET-7',
    ]);
    expectDeployed(chosen, resultOf);
    expect(sha256(readFileSync(other))).toBe(before);
    expect(inventory.firmware).toEqual({ mode: 'uefi', secureBoot: false });
    expect(inventory.disks.map(({ name, transport }: Record<string, string>) => [name, transport])).toEqual([
      ['nvme0n1', 'nvme'],
      ['sda', 'sata'],
    ]);
    const { evidence } = resultOf('entry');
    expect(evidence).toMatchObject({ loader: '\\EFI\\debian\\shimx64.efi', partition: 1, removed: [] });
    const [, number] = /^Boot(\w{4})$/.exec(String(evidence['entry'])) ?? [];
    expect(evidence['after']).toMatch(new RegExp(`^BootOrder: ${number},`, 'm'));
    const order = (text: string): string => /^BootOrder: (.*)$/m.exec(text)?.[1] ?? '';
    expect(order(evidence['after'])).toBe(`${number},${order(evidence['before'])}`);
    const disks = resultOf('look').evidence['inventory'].disks;
    expect(disks[0].partitions.map(({ label }: { label: string }) => label)).toEqual([
      'ESP',
      'root',
      'config-2',
    ]);
  },
  patienceMs,
);
