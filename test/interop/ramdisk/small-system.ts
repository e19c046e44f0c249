import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The image of a root file system that is no whole system: busybox, and in the place of GRUB and initramfs-tools programs that
 * write down how they were called. What the real ones do is for the lab.
 */
export function makeSmallSystem(folder: string, sizeMebibytes: number): string {
  const root = join(folder, 'small-system');
  const write = writerIn(root);
  for (const path of ['proc', 'sys', 'dev', 'run', 'tmp', 'usr/bin', 'bin', 'lib/modules/6.1-test/kernel'])
    mkdirSync(join(root, path), { recursive: true });
  copyBusybox(root);
  for (const program of ['update-initramfs', 'lvm', 'mdadm']) write(`usr/sbin/${program}`, writesDown, 0o755);
  write(
    'usr/sbin/grub-install',
    `${writesDown}case "$*" in\n` +
      '*--removable*) mkdir -p /boot/efi/EFI/BOOT && echo MZ >/boot/efi/EFI/BOOT/BOOTX64.EFI ;;\n' +
      '*x86_64-efi*) mkdir -p /boot/efi/EFI/small && echo MZ >/boot/efi/EFI/small/grubx64.efi ;;\nesac\n',
    0o755,
  );
  write(
    'usr/sbin/grub-mkconfig',
    `${writesDown}. /etc/default/grub\nfor file in /etc/default/grub.d/*.cfg; do . "$file"; done\n` +
      'echo "linux /vmlinuz root=$(ls /dev/disk/by-uuid | wc -l) $GRUB_CMDLINE_LINUX" >"$2"\n',
    0o755,
  );
  write('usr/lib/grub/i386-pc/normal.mod', '');
  write('usr/lib/grub/x86_64-efi/normal.mod', '');
  write('boot/vmlinuz-6.1-test', 'kernel');
  write('var/lib/data', 'what was in /var');
  write(
    'etc/fstab',
    'UUID=0-0 / ext4 defaults 0 1\n/dev/sda5 none swap sw 0 0\ntmpfs /tmp tmpfs size=1G 0 0\n',
  );
  write('etc/default/grub', 'GRUB_CMDLINE_LINUX="console=ttyS0 resume=UUID=1-1"\n');
  write('etc/default/grub.d/50-image.cfg', 'GRUB_CMDLINE_LINUX_DEFAULT="quiet root=/dev/vda1"\n');
  write('etc/selinux/config', 'SELINUX=enforcing\n');
  const image = join(folder, 'small-system.ext4');
  writeFileSync(image, '');
  truncateSync(image, sizeMebibytes * 2 ** 20);
  execFileSync('mkfs.ext4', ['-q', '-d', root, image]);
  execFileSync('debugfs', ['-w', '-R', 'ea_set /var/lib/data user.rackside kept', image], {
    stdio: 'ignore',
  });
  return image;
}

/** Each argument in brackets: where one ends matters to dracut. */
const writesDownWords =
  // biome-ignore lint/suspicious/noTemplateCurlyInString: the shell's
  '#!/bin/sh\n{ printf "%s" "${0##*/}"; for word; do printf " [%s]" "$word"; done; echo; } >>/var/lib/called\n';

/** dracut's families, and how they name what their own programs write. Both have merged `/usr`. */
export const dracutFamilies = {
  rhel: {
    id: 'ID="rocky"\nID_LIKE="rhel centos fedora"\n',
    initramfs: (kernel: string) => `initramfs-${kernel}.img`,
  },
  suse: {
    id: 'ID="opensuse-leap"\nID_LIKE="suse opensuse"\n',
    initramfs: (kernel: string) => `initrd-${kernel}`,
  },
} as const;
export type DracutFamily = keyof typeof dracutFamilies;

export interface DracutTree {
  readonly kernels: readonly string[];
  /** What the stand-in says at the end, and ends with 1. */
  readonly dracutError?: string;
  /** What lsinitrd says of an initramfs as the image brought it, and as dracut makes it; without it there is no lsinitrd. */
  readonly listings?: { readonly old: string; readonly made: string };
}

/**
 * The tree of a system with dracut and grub2, which write down how they were called; grub2-mkconfig writes what the real one
 * takes from /etc/default/grub, which knows no folder of more settings.
 */
export function makeDracutTree(
  root: string,
  family: DracutFamily,
  { kernels, dracutError, listings }: DracutTree,
): void {
  const write = writerIn(root);
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    mkdirSync(join(root, 'usr', name), { recursive: true });
    symlinkSync(`usr/${name}`, join(root, name));
  }
  mkdirSync(join(root, 'var/lib'), { recursive: true });
  copyBusybox(root);
  for (const program of ['lvm', 'mdadm', 'grub2-install', 'grub2-editenv'])
    write(`usr/sbin/${program}`, writesDownWords, 0o755);
  const ends =
    dracutError === undefined
      ? 'for word; do last=$word; done\necho made >"$last"\n'
      : '/bin/busybox cat /dracut-error >&2\nexit 1\n';
  if (dracutError !== undefined) write('dracut-error', `${dracutError}\n`);
  write('usr/bin/dracut', `${writesDownWords}${ends}`, 0o755);
  if (listings !== undefined) {
    write('listing-old', listings.old);
    write('listing-made', listings.made);
    const which = 'listing=old\n/bin/busybox grep -qx made "$1" && listing=made\n';
    write('usr/bin/lsinitrd', `#!/bin/sh\n${which}/bin/busybox cat "/listing-$listing"\n`, 0o755);
  }
  write(
    'usr/sbin/grub2-mkconfig',
    `${writesDownWords}. /etc/default/grub\n` +
      'echo "linux /vmlinuz $GRUB_CMDLINE_LINUX $GRUB_CMDLINE_LINUX_DEFAULT" >"$2"\n',
    0o755,
  );
  write(family === 'suse' ? 'usr/share/grub2/i386-pc/normal.mod' : 'usr/lib/grub/i386-pc/normal.mod', '');
  write('etc/default/grub', 'GRUB_CMDLINE_LINUX=""\n');
  write('etc/os-release', dracutFamilies[family].id);
  for (const kernel of kernels) {
    write(`boot/vmlinuz-${kernel}`, 'kernel');
    for (const module of [
      'scsi/megaraid/megaraid_sas',
      'scsi/scsi_debug',
      'nvme/host/nvme',
      'ata/ahci',
      'net/igb/igb',
    ])
      write(`usr/lib/modules/${kernel}/kernel/drivers/${module}.ko.xz`, '');
  }
}

const writesDown = '#!/bin/sh\necho "$0 $*" >>/var/lib/called\n';

function writerIn(root: string) {
  return (path: string, content: string, mode = 0o644): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
}

function copyBusybox(root: string): void {
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const applet of ['sh', 'env', 'ls', 'mkdir', 'wc']) {
    for (const folder of ['bin', 'usr/bin'])
      if (!existsSync(join(root, folder, applet))) symlinkSync('/bin/busybox', join(root, folder, applet));
  }
  const libraries = execFileSync('ldd', ['/bin/busybox'], { encoding: 'utf8' });
  for (const [, library = ''] of libraries.matchAll(/(\/\S+) \(0x/g)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
}
