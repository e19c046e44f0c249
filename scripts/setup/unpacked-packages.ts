import { spawnSync } from 'node:child_process';
import { globSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Packages whose programs the tests start and whose services nobody wants. To install them would enable and start a TFTP
 * server on port 69, a syslog daemon for this machine, IPMI's modules, and cloud-init, which may take a cloud machine's next
 * boot for its first one and change its host name and SSH keys; ifupdown, netplan and NetworkManager would take over its
 * network. So they are unpacked: none of their scripts runs. Two of Ironic's libraries are here because of the forty others
 * that they would bring, and three boot discs because installing them puts them in the boot menu. What they need is in
 * `testPackages`.
 */
export const unpackedPackages = [
  'cloud-init',
  'dracut-core',
  'grub-rescue-pc',
  'ifupdown',
  'ipxe',
  'memtest86+',
  'netplan.io',
  'network-manager',
  'openipmi',
  'python3-ironic-lib',
  'python3-oslo.utils',
  'rsyslog',
  'tftpd-hpa',
] as const;

const folder = path.join(import.meta.dirname, '..', '..', '.cache', 'unpacked');
const stamp = path.join(folder, 'packages');

/** Downloads and unpacks them by the machine's own apt, which needs no root for it. False: it says why on stderr. */
export function unpackPackages(): boolean {
  const wanted = unpackedPackages.join(' ');
  if (isUnpacked(wanted)) return true;
  process.stdout.write(`Unpacking Debian packages: ${wanted}\n`);
  const fresh = `${folder}.new`;
  rmSync(fresh, { recursive: true, force: true });
  mkdirSync(fresh, { recursive: true });
  const run = (program: string, ...args: string[]) =>
    spawnSync(program, args, { cwd: fresh, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  // As its own user apt may not write here, and complains.
  const options = ['-qq', '-o', 'APT::Sandbox::User=root'];
  const isDownloaded =
    run('apt-get', 'download', ...options, ...unpackedPackages) ||
    (run('apt-get', 'update', ...options) && run('apt-get', 'download', ...options, ...unpackedPackages));
  if (!isDownloaded) return false;
  for (const file of globSync('*.deb', { cwd: fresh }))
    if (!run('dpkg-deb', '--extract', file, '.')) return false;
  writeFileSync(path.join(fresh, 'packages'), wanted);
  rmSync(folder, { recursive: true, force: true });
  renameSync(fresh, folder);
  return true;
}

function isUnpacked(wanted: string): boolean {
  try {
    return readFileSync(stamp, 'utf8') === wanted;
  } catch {
    return false; // not yet
  }
}

/** Lets this process and its children find their programs, and Python their modules. */
export function findUnpackedPrograms(env: NodeJS.ProcessEnv = process.env): void {
  const usr = path.join(folder, 'usr');
  const before = (name: string, ...folders: string[]) => {
    const known = (env[name] ?? '').split(path.delimiter).filter(part => part !== '');
    env[name] = [...new Set([...folders, ...known])].join(path.delimiter);
  };
  before('PATH', path.join(usr, 'bin'), path.join(usr, 'sbin'));
  before('PYTHONPATH', path.join(usr, 'lib', 'python3', 'dist-packages'));
}
