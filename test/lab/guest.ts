/** Into a machine that was installed: its console with the password, SSH with the key. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { check } from './check.ts';
import type { Laptop } from './laptop.ts';
import { insideNamespace } from './namespaces.ts';
import { runProgram } from './program.ts';
import type { Server } from './rack.ts';
import type { LabRun } from './run.ts';

export type Guest = { readonly laptop: Laptop; readonly keyFile: string; readonly address: string };

export async function makeKeyPair(
  run: LabRun,
  hostName: string,
): Promise<{ readonly keyFile: string; readonly sshKey: string }> {
  const keyFile = join(run.directory, `${hostName}.key`);
  await runProgram('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-C', 'technician@laptop', '-f', keyFile]);
  return { keyFile, sshKey: (await readFile(`${keyFile}.pub`, 'utf8')).trim() };
}

/** What a shell command of root's prints there. */
export async function inGuest({ laptop, keyFile, address }: Guest, command: string): Promise<string> {
  const ssh = [
    ['ssh', '-i', keyFile, '-o', 'BatchMode=yes', '-o', 'StrictHostKeyChecking=no'],
    ['-o', 'UserKnownHostsFile=/dev/null', '-o', 'ConnectTimeout=30', `root@${address}`, command],
  ].flat();
  const [program, ...args] = insideNamespace(laptop.rack.network.provisionerNamespace, ssh);
  const { stdout } = await runProgram(program, args, { timeoutMs: 90_000 });
  return stdout.trim();
}

/** Where the login prompt stands already. */
export async function logInOnConsole(
  run: LabRun,
  { machine }: Server,
  wish: { readonly hostName: string; readonly rootPassword: string },
): Promise<void> {
  const { serial } = machine;
  await serial.type('root\n');
  await serial.waitFor(/Password: *$/, 30_000);
  await serial.type(`${wish.rootPassword}\n`);
  await serial.waitFor(new RegExp(`root@${wish.hostName}:~# *$`), 60_000);
  check(run, 'root logs in on the serial console with the password', true);
}
