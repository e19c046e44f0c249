import { spawnSync } from 'node:child_process';

/**
 * What the tests start that npm does not bring. The product itself needs none of these installed. None of them may bring
 * a service that starts (test/interop/setup looks): such packages are unpacked, see `unpacked-packages.ts`.
 */
export const testPackages = [
  'atftp',
  'busybox',
  'chromium',
  'chromium-headless-shell',
  'cpio',
  'curl',
  'dnsmasq-base',
  'dosfstools',
  'e2fsprogs',
  'efibootmgr',
  'ethtool',
  'fdisk',
  'fonts-noto-cjk',
  'freeipmi-tools',
  'gdisk',
  'genisoimage',
  'ipmitool',
  'iproute2',
  'ipxe-qemu',
  'isc-dhcp-client',
  'kmod',
  'libestr0',
  'libfastjson4',
  'libnetplan0',
  'libnm0',
  'libopenipmi0',
  'libpolkit-agent-1-0',
  'libpopt0',
  'libreadline8',
  'libwrap0',
  'libxml2-utils',
  'mmdebstrap',
  'mtools',
  'openssh-client',
  'openssl',
  'ovmf',
  'p7zip-full',
  'python3',
  'python3-configobj',
  'python3-jinja2',
  'python3-jsonpatch',
  'python3-jsonschema',
  'python3-netifaces',
  'python3-oauthlib',
  'python3-pyparsing',
  'python3-requests',
  'python3-serial',
  'python3-yaml',
  'qemu-system-x86',
  'qemu-utils',
  'shellcheck',
  'socat',
  'tcpdump',
  'tftp-hpa',
  'udftools',
  'udhcpc',
  'xorriso',
  'xz-utils',
  'zstd',
] as const;

// biome-ignore lint/suspicious/noTemplateCurlyInString: dpkg-query's own placeholder
const statusFormat = '${db:Status-Status}';

function missingPackages(wanted: readonly string[]): string[] {
  return wanted.filter(name => {
    const found = spawnSync('dpkg-query', ['-W', '-f', statusFormat, name], { encoding: 'utf8' });
    return found.stdout !== 'installed';
  });
}

/** Installs what is missing with apt. Without root or apt: a line that says exactly what to install, and false. */
export function installPackages(wanted: readonly string[]): boolean {
  const missing = missingPackages(wanted);
  if (missing.length === 0) return true;
  const command = `apt-get install -y --no-install-recommends ${missing.join(' ')}`;
  if (process.getuid?.() !== 0) {
    process.stderr.write(`These Debian packages are missing. As root:\n  apt-get update && ${command}\n`);
    return false;
  }
  process.stdout.write(`Installing Debian packages: ${missing.join(' ')}\n`);
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
  const quiet = ['-qq', '-o', 'Dpkg::Use-Pty=0'];
  const run = (args: string[]) =>
    spawnSync('apt-get', args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  if (!run(['update', ...quiet]))
    process.stderr.write('apt-get update failed; trying with the lists as they are\n');
  return run(['install', '-y', '--no-install-recommends', ...quiet, ...missing]);
}
