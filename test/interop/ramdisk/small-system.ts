import { execFileSync } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The image of a root file system that is no whole system: busybox, and in the place of GRUB and initramfs-tools programs that
 * write down how they were called. What the real ones do is for the lab.
 */
export function makeSmallSystem(folder: string, sizeMebibytes: number): string {
  const root = join(folder, 'small-system');
  const write = (path: string, content: string, mode = 0o644): void => {
    const file = join(root, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
    chmodSync(file, mode);
  };
  for (const path of ['proc', 'sys', 'dev', 'run', 'tmp', 'usr/bin', 'bin', 'lib/modules/6.1-test/kernel'])
    mkdirSync(join(root, path), { recursive: true });
  copyBusybox(root);
  const writesDown = '#!/bin/sh\necho "$0 $*" >>/var/lib/called\n';
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

function copyBusybox(root: string): void {
  copyFileSync('/bin/busybox', join(root, 'bin/busybox'));
  for (const applet of ['sh', 'env', 'ls', 'mkdir', 'wc']) {
    symlinkSync('/bin/busybox', join(root, 'bin', applet));
    symlinkSync('/bin/busybox', join(root, 'usr/bin', applet));
  }
  const libraries = execFileSync('ldd', ['/bin/busybox'], { encoding: 'utf8' });
  for (const [, library = ''] of libraries.matchAll(/(\/\S+) \(0x/g)) {
    mkdirSync(join(root, dirname(library)), { recursive: true });
    copyFileSync(library, join(root, library));
  }
}
