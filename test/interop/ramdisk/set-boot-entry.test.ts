import { readFileSync } from 'node:fs';
import { afterEach, expect, test } from 'vitest';
import { type MadeUpMachine, makeMachine, partition } from './made-up-machine.ts';
import { resultOf, runAgent } from './run-agent.ts';

const mebibyte = 2 ** 20;
let machine: MadeUpMachine;
afterEach(() => machine.remove());

const esp = 'type=C12A7328-F81F-11D2-BA4B-00A0C93EC93B';

/** efibootmgr on a made-up NVRAM: entries in a file a line (`0001<TAB>label`), the order in another. */
const efibootmgr = `
nvram=$RACKSIDE_SANDBOX/nvram
case "$*" in
  -v)
    printf 'BootCurrent: 0001\\nTimeout: 0 seconds\\nBootOrder: %s\\n' "$(cat $nvram/order)"
    while IFS='\t' read -r number label; do printf 'Boot%s* %s\\tHD(1,GPT)/File(x)\\n' "$number" "$label"; done <$nvram/entries ;;
  '-q -b '*' -B')
    grep -v "^$3" $nvram/entries >$nvram/new; mv $nvram/new $nvram/entries
    sed -i "s/$3,//; s/,$3$//" $nvram/order ;;
  '-q --create '*)
    printf '%s\\n' "$@" >$nvram/created
    [ -e $nvram/full ] && { echo 'Could not prepare Boot variable: No space left on device' >&2; exit 5; }
    printf '0009\\t%s\\n' "$8" >>$nvram/entries
    [ -e $nvram/stubborn ] || printf '0009,%s\\n' "$(cat $nvram/order)" >$nvram/order.new
    [ -e $nvram/stubborn ] || mv $nvram/order.new $nvram/order ;;
esac`;

function uefiMachine(loaders: readonly string[]): MadeUpMachine {
  machine = makeMachine({
    uefi: true,
    disks: [{ name: 'sda', sizeBytes: 64 * mebibyte, serial: 'SER-1' }],
  });
  partition(machine.diskFile('sda'), `label: gpt\nsize=4MiB, name=bios\nsize=8MiB, ${esp}\nsize=8MiB\n`);
  machine.program('efibootmgr', efibootmgr);
  machine.write('nvram/order', '0001,0002,0003\n');
  machine.write(
    'nvram/entries',
    '0001\tUEFI PXEv4 (MAC:525400AA0001)\n0002\tRackside web-1\n0003\tRackside web-10\n',
  );
  for (const loader of loaders) machine.write(`dev/sda-esp-2/${loader}`, 'MZ');
  return machine;
}

async function setEntry(label = 'Rackside web-1') {
  return await runAgent({
    machine,
    steps: [{ step: 'set-boot-entry', parameters: { serial: 'SER-1', label } }],
  });
}

test('our older entry is replaced, the new one is first, the network entries keep their places behind it', async () => {
  uefiMachine(['EFI/BOOT/BOOTX64.EFI', 'EFI/debian/grubx64.efi', 'EFI/debian/shimx64.efi']);
  const { ok, evidence } = resultOf(await setEntry());
  expect(ok).toBe(true);
  expect(evidence).toMatchObject({
    entry: 'Boot0009',
    loader: '\\EFI\\debian\\shimx64.efi',
    partition: 2,
    removed: ['Boot0002'],
  });
  expect(evidence['before']).toContain('BootOrder: 0001,0002,0003');
  expect(evidence['after']).toContain('BootOrder: 0009,0001,0003');
  expect(readFileSync(`${machine.root}/nvram/created`, 'utf8')).toContain(
    '--part\n2\n--label\nRackside web-1',
  );
});

test.each([
  [['EFI/BOOT/BOOTX64.EFI', 'EFI/redhat/grubx64.efi'], '\\EFI\\redhat\\grubx64.efi'],
  [['EFI/Microsoft/Boot/bootmgfw.efi', 'EFI/Boot/bootx64.efi'], '\\EFI\\Microsoft\\Boot\\bootmgfw.efi'],
  [['EFI/systemd/systemd-bootx64.efi', 'EFI/BOOT/BOOTX64.EFI'], '\\EFI\\systemd\\systemd-bootx64.efi'],
  [['efi/boot/bootx64.efi', 'efi/boot/grubx64.efi'], '\\efi\\boot\\bootx64.efi'],
])('of %j the loader is %s', async (loaders, loader) => {
  uefiMachine(loaders);
  expect(resultOf(await setEntry()).evidence['loader']).toBe(loader);
});

test('a disk without a loader, a full NVRAM and a firmware that keeps its own order are named', async () => {
  uefiMachine(['EFI/debian/readme.txt', 'EFI/tools/shell.efi']);
  expect(resultOf(await setEntry())).toMatchObject({
    code: 'no-boot-loader',
    evidence: { found: ['\\EFI\\tools\\shell.efi'] },
  });
  machine.write('dev/sda-esp-2/EFI/BOOT/BOOTX64.EFI', 'MZ');
  machine.write('nvram/full', '');
  machine.powerCycle();
  expect(resultOf(await setEntry())).toMatchObject({
    code: 'boot-entry-failed',
    evidence: { tool: 'efibootmgr', exit: 5 },
  });
  machine.remove();
  uefiMachine(['EFI/BOOT/BOOTX64.EFI']);
  machine.write('nvram/stubborn', '');
  expect(resultOf(await setEntry())).toMatchObject({ code: 'boot-entry-failed' });
});

test('on BIOS it is skipped', async () => {
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: mebibyte, serial: 'SER-1' }] });
  expect(resultOf(await setEntry())).toMatchObject({ ok: true, evidence: { skipped: 'bios' } });
});
