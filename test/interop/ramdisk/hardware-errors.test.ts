import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { type MadeUpMachine, makeMachine } from './made-up-machine.ts';
import { resultOf, runAgent, type ShellName, shells } from './run-agent.ts';

let machine: MadeUpMachine;
afterEach(() => machine.remove());

/** `smartctl` answers with the file `smart/NAME` of the machine; a file `smart/NAME.waits` makes it hang. */
function machineWithDisks(...names: string[]): void {
  machine = makeMachine({
    disks: names.map(name => ({ name, sizeBytes: 2 ** 20, serial: `SER-${name}` })),
  });
  machine.program(
    'smartctl',
    `for disk; do :; done
name=\${disk##*/}
echo "$*" >>"${machine.root}/asked"
[ ! -e "${machine.root}/smart/$name.waits" ] || exec sleep 30
cat "${machine.root}/smart/$name"`,
  );
}

function answer(name: string, content: string | Uint8Array): void {
  machine.write(`smart/${name}`, content);
}

async function inventory(shell: ShellName = 'busybox') {
  const run = await runAgent({
    machine,
    shell,
    steps: [{ step: 'inspect' }],
    environment: { RACKSIDE_SMART_PATIENCE_SECONDS: '2' },
  });
  return resultOf(run).evidence['inventory'];
}

async function smartOf(): Promise<unknown[]> {
  const { disks } = await inventory();
  return disks.map(({ smart }: { smart: unknown }) => smart);
}

const healthy = {
  json_format_version: [1, 0],
  smartctl: { argv: ['smartctl', '--json=c'], exit_status: 64 },
  model_name: 'A "quoted" \\ disk, {[1,2]} é <b>',
  ata_smart_attributes: { table: [{ id: 5, value: 100, raw: { value: 0, string: '0' } }] },
  temperature: { current: -3, limit: 1.5e2 },
  empty: [{}, [], '', null, true, false],
};

/** As smartctl writes it: all but ASCII is escaped. */
const asciiOf = (value: unknown): string => JSON.stringify(value).replace('é', '\\u00e9');

describe.each(Object.keys(shells) as ShellName[])('in %s', shell => {
  test('what smartctl says of a disk is passed on whole, also when it has found something', async () => {
    machineWithDisks('sda');
    answer('sda', `${asciiOf(healthy)}\n`);
    const { disks } = await inventory(shell);
    expect(disks[0].smart).toEqual(healthy);
  });

  test('counters of memory, network cards and PCI Express are shown', async () => {
    machineWithDisks();
    writeCounters();
    const { memory, nics, pciErrors } = await inventory(shell);
    expect(memory.errors).toEqual([
      { controller: 'mc0', dimm: 'CPU0_"DIMM"_A1', correctable: 3, uncorrectable: 0 },
      { controller: 'mc0', dimm: null, correctable: 7, uncorrectable: 1 },
      { controller: 'mc1', dimm: null, correctable: 2, uncorrectable: null },
    ]);
    expect(nics[0].errors).toEqual({ receive: 5, crc: 4, frame: 0, transmit: null, carrierLosses: 1 });
    expect(pciErrors).toEqual([
      {
        pciAddress: '0000:3b:00.0',
        class: '0x010802',
        vendorId: '144d',
        deviceId: 'a808',
        driver: null,
        correctable: 12,
        nonFatal: 0,
        fatal: null,
        linkSpeed: '8.0 GT/s',
        maxLinkSpeed: '16.0 GT/s',
        linkWidth: 4,
        maxLinkWidth: 4,
      },
      expect.objectContaining({
        pciAddress: '0000:5e:00.0',
        linkWidth: 2,
        maxLinkWidth: 8,
        correctable: null,
      }),
    ]);
  });
});

/** What is wrong with it → what smartctl printed. */
const useless: readonly (readonly [string, string | Uint8Array])[] = [
  ['no answer', ''],
  ['no object', '[{"exit_status":0}]'],
  ['cut off', asciiOf(healthy).slice(0, -1)],
  ['a bracket too many', `${asciiOf(healthy)}}`],
  ['two objects', `${asciiOf(healthy)}${asciiOf(healthy)}`],
  ['no quotes', '{"smartctl":{"exit_status":0},"a":b}'],
  ['a comma too many', '{"smartctl":{"exit_status":0},}'],
  ['a key without a value', '{"smartctl":{"exit_status":0},"a"}'],
  ['a number with a zero in front', '{"smartctl":{"exit_status":0},"a":01}'],
  ['two numbers', '{"smartctl":{"exit_status":0},"a":1 2}'],
  ['an unknown escape', '{"smartctl":{"exit_status":0},"a":"\\x"}'],
  ['the marks of our own strings', '{"smartctl":{"exit_status":0},"a":"\u0001\u0002"}'],
  ['bytes above 127', Buffer.from('{"smartctl":{"exit_status":0},"a":"\xff"}', 'latin1')],
  ['a letter that stands for something', '{"smartctl":{"exit_status":0},"a":V,S:"b"}'],
  ['more than 48 KiB', `{"smartctl":{"exit_status":0},"a":"${'x'.repeat(49_152)}"}`],
  ['asked wrongly', '{"smartctl":{"exit_status":1}}'],
  ['a disk that did not open', '{"smartctl":{"exit_status":66}}'],
  ['without a status', '{"smartctl":{}}'],
];

test('an answer of smartctl that is of no use is none, and spoils nothing', async () => {
  const nameOf = (index: number): string => `sd${String.fromCharCode(97 + index)}`;
  machineWithDisks(...useless.map((_, index) => nameOf(index)), 'sdz');
  for (const [index, [, content]] of useless.entries()) answer(nameOf(index), content);
  answer('sdz', '{"smartctl":{"exit_status":0}}');
  const smart = await smartOf();
  const taken = useless.map(([what], index) => [what, smart[index]]);
  expect(taken).toEqual(useless.map(([what]) => [what, null]));
  expect(smart.at(-1)).toEqual({ smartctl: { exit_status: 0 } });
});

test('disks are asked side by side, and one that never answers is not waited for longer than the patience', async () => {
  machineWithDisks('sda', 'sdb', 'sdc', 'sdd');
  for (const name of ['sda', 'sdb', 'sdc']) machine.write(`smart/${name}.waits`, '');
  answer('sdd', '{"smartctl":{"exit_status":0}}');
  const started = performance.now();
  expect(await smartOf()).toEqual([null, null, null, { smartctl: { exit_status: 0 } }]);
  // Hello and inspect, three disks each: one after the other would be twelve seconds.
  expect(performance.now() - started).toBeLessThan(11_000);
});

test('without EDAC, and with counters that are no numbers, nothing is claimed', async () => {
  machineWithDisks();
  addPciDevice('0000:00:02.0', { class: '0x010601', aer_dev_correctable: 'TOTAL_ERR_COR 9x\n' });
  addPciDevice('0000:00:03.0', {
    class: '0x020000',
    current_link_speed: 'Unknown',
    current_link_width: '255',
  });
  addPciDevice('0000:00:04.0', { class: '0x030000', aer_dev_fatal: 'TOTAL_ERR_FATAL 9\n' });
  const { memory, pciErrors } = await inventory();
  expect(memory.errors).toBeNull();
  expect(pciErrors).toEqual([]);
});

function addPciDevice(address: string, attributes: Record<string, string>, below = ''): void {
  const path = `sys/devices/pci0000:00${below}/${address}`;
  for (const [name, value] of Object.entries(attributes)) machine.write(`${path}/${name}`, `${value}\n`);
  mkdirSync(join(machine.root, 'sys/bus/pci/devices'), { recursive: true });
  symlinkSync(join(machine.root, path), join(machine.root, 'sys/bus/pci/devices', address));
}

const link = (speed: string, width: string, maxSpeed: string, maxWidth: string) => ({
  current_link_speed: `${speed} GT/s PCIe`,
  current_link_width: width,
  max_link_speed: `${maxSpeed} GT/s PCIe`,
  max_link_width: maxWidth,
});

function writeCounters(): void {
  const edac = 'sys/devices/system/edac/mc';
  for (const [path, value] of Object.entries({
    'mc0/ce_count': '10',
    'mc0/ue_count': '1',
    'mc0/ce_noinfo_count': '7',
    'mc0/ue_noinfo_count': '1',
    'mc0/dimm0/dimm_label': 'CPU0_"DIMM"_A1',
    'mc0/dimm0/dimm_ce_count': '3',
    'mc0/dimm0/dimm_ue_count': '0',
    'mc1/ce_count': '2',
    'mc1/ue_count': 'broken',
  })) {
    machine.write(`${edac}/${path}`, `${value}\n`);
  }
  const nic = 'sys/class/net/eth0';
  mkdirSync(join(machine.root, nic, 'device'), { recursive: true });
  machine.write(`${nic}/statistics/rx_errors`, '5\n');
  machine.write(`${nic}/statistics/rx_crc_errors`, '4\n');
  machine.write(`${nic}/statistics/rx_frame_errors`, '0\n');
  machine.write(`${nic}/carrier_down_count`, '1\n');
  // A slow card below a fast port, errors on a card, a fast card in an old slot, a link with lanes lost, an idle bridge.
  addPciDevice('0000:00:01.0', { class: '0x060400', ...link('2.5', '1', '16.0', '16') });
  addPciDevice(
    '0000:3b:00.0',
    {
      class: '0x010802',
      vendor: '0x144d',
      device: '0xa808',
      aer_dev_correctable: 'RxErr 12\nBadTLP 0\nTOTAL_ERR_COR 12',
      aer_dev_nonfatal: 'TOTAL_ERR_NONFATAL 0',
      ...link('8.0', '4', '16.0', '4'),
    },
    '/0000:00:01.0',
  );
  addPciDevice('0000:00:02.0', { class: '0x060400', ...link('8.0', '8', '8.0', '8') });
  addPciDevice('0000:5d:00.0', { class: '0x020000', ...link('8.0', '8', '16.0', '16') }, '/0000:00:02.0');
  addPciDevice('0000:5e:00.0', { class: '0x020000', ...link('8.0', '2', '8.0', '8') }, '/0000:00:02.0');
}
