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
    cp $nvram/entries $nvram/entries-at-create
    [ -e $nvram/full ] && { echo 'Could not prepare Boot variable: No space left on device' >&2; exit 5; }
    [ -e $nvram/forgetful ] || printf '0009\\t%s\\n' "$8" >>$nvram/entries
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
    problem: null,
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

test('the first entry of a machine is told like any other', async () => {
  uefiMachine(['EFI/BOOT/BOOTX64.EFI']);
  machine.write('nvram/order', '0001\n');
  machine.write('nvram/entries', '0001\tUEFI PXEv4 (MAC:525400AA0001)\n');
  expect(resultOf(await setEntry())).toMatchObject({
    ok: true,
    evidence: { entry: 'Boot0009', problem: null, removed: [] },
  });
});

test('the older entry goes when the new one is there, not before', async () => {
  uefiMachine(['EFI/BOOT/BOOTX64.EFI']);
  await setEntry();
  expect(readFileSync(`${machine.root}/nvram/entries-at-create`, 'utf8')).toContain('0002\tRackside web-1');
});

test('a disk without a loader is refused, with the programs that were seen', async () => {
  uefiMachine(['EFI/debian/readme.txt', 'EFI/tools/shell.efi']);
  expect(resultOf(await setEntry())).toMatchObject({
    code: 'no-boot-loader',
    evidence: { found: ['\\EFI\\tools\\shell.efi'] },
  });
});

test.each([
  ['full', 'not-created', { entry: null, tool: 'efibootmgr', exit: 5, removed: [] }],
  ['forgetful', 'not-kept', { entry: null, removed: [] }],
  ['stubborn', 'not-first', { entry: 'Boot0009', removed: ['Boot0002'] }],
])(
  'a firmware that is %s does not end the deployment: the problem is told as %s',
  async (kind, problem, more) => {
    uefiMachine(['EFI/BOOT/BOOTX64.EFI']);
    machine.write(`nvram/${kind}`, '');
    const result = resultOf(await setEntry());
    expect(result).toMatchObject({
      ok: true,
      evidence: { problem, loader: '\\EFI\\BOOT\\BOOTX64.EFI', ...more },
    });
  },
);

test('a firmware whose variables cannot be read does not end the deployment', async () => {
  uefiMachine(['EFI/BOOT/BOOTX64.EFI']);
  machine.program('efibootmgr', 'echo "EFI variables are not supported on this system." >&2; exit 2');
  expect(resultOf(await setEntry())).toMatchObject({
    ok: true,
    evidence: { problem: 'no-variables', entry: null, exit: 2 },
  });
});

test('on BIOS it is skipped', async () => {
  machine = makeMachine({ disks: [{ name: 'sda', sizeBytes: mebibyte, serial: 'SER-1' }] });
  expect(resultOf(await setEntry())).toMatchObject({ ok: true, evidence: { skipped: 'bios' } });
});
