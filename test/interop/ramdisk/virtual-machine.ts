import { type ChildProcess, spawn } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { join } from 'node:path';

/** A QEMU machine that starts the ramdisk directly, its network QEMU's own (the host is 10.0.2.2). */
export interface VirtualMachineOptions {
  readonly ramdiskFolder: string;
  /** Appended to the kernel command line. */
  readonly kernelWords: string;
  readonly folder: string;
  readonly uefi: boolean;
  /** Drive id → file. */
  readonly disks: Readonly<Record<string, string>>;
  /** QEMU's -device, controllers before what hangs on them. */
  readonly devices: readonly string[];
  /** What the devices hang on besides drives. */
  readonly moreOptions: readonly string[];
  readonly timeoutMs: number;
  /** A port of the loopback that leads to the machine's SSH server. */
  readonly sshPort?: number;
  readonly onSerial?: SerialReader;
}

/** Gets all that the serial console has said so far, at each piece more, and may type. */
export type SerialReader = (serial: string, type: (text: string) => void) => void;

export const machineMac = '52:54:00:aa:00:01';

const machineOptions =
  '-no-user-config -nodefaults -no-reboot -accel tcg -cpu Nehalem -m 512 -display none -vga none -serial stdio';

/** Runs the machine until it switches itself off; its serial console comes back. */
export async function runMachine(options: VirtualMachineOptions): Promise<string> {
  const { ramdiskFolder, kernelWords, disks, devices, timeoutMs } = options;
  const words = ['console=tty0', 'console=ttyS0,115200', 'quiet', 'mitigations=off', kernelWords];
  const machine = spawn(
    'qemu-system-x86_64',
    [
      ...machineOptions.split(' '),
      '-netdev',
      `user,id=net0${options.sshPort === undefined ? '' : `,hostfwd=tcp:127.0.0.1:${options.sshPort}-:22`}`,
      ...(options.uefi ? firmwareOptions(options.folder) : ['-machine', 'pc']),
      '-kernel',
      join(ramdiskFolder, 'vmlinuz'),
      '-initrd',
      join(ramdiskFolder, 'ramdisk.img'),
      '-append',
      words.join(' '),
      '-device',
      `e1000,netdev=net0,mac=${machineMac},romfile=`,
      ...Object.entries(disks).flatMap(([id, file]) => [
        '-drive',
        `if=none,id=${id},format=raw,file=${file}`,
      ]),
      ...options.moreOptions,
      ...devices.flatMap(device => ['-device', device]),
    ],
    { stdio: ['pipe', 'pipe', 'pipe'] },
  );
  let serial = '';
  machine.stdout.on('data', (chunk: Buffer) => {
    serial += chunk.toString('latin1');
    options.onSerial?.(serial, text => void machine.stdin.write(text));
  });
  machine.stderr.on('data', (chunk: Buffer) => {
    serial += chunk.toString('latin1');
  });
  const timer = setTimeout(() => machine.kill('SIGKILL'), timeoutMs);
  await ended(machine);
  clearTimeout(timer);
  return serial;
}

function firmwareOptions(folder: string): string[] {
  const variables = join(folder, 'vars.fd');
  copyFileSync('/usr/share/OVMF/OVMF_VARS_4M.fd', variables);
  return [
    '-machine',
    'q35',
    '-drive',
    'if=pflash,format=raw,unit=0,readonly=on,file=/usr/share/OVMF/OVMF_CODE_4M.fd',
    '-drive',
    `if=pflash,format=raw,unit=1,file=${variables}`,
  ];
}

function ended(machine: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    machine.once('error', reject);
    machine.once('close', () => resolve());
  });
}
