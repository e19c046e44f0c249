#!/bin/sh
# mmdebstrap customize hook: customize.sh RECIPE_DIR VARIANT ROOT
# Turns a freshly unpacked Debian into the lab's image: few modules, few units, nothing that waits. VARIANT `disk` starts by an
# initramfs of ours; `file-system` keeps what makes an initramfs and installs a boot loader on the server itself.
set -eu
recipe=$1
variant=$2
root=$3

configure_system() {
  cp -R "$recipe/overlay/." "$root/"
  chown -R 0:0 "$root/etc/cloud" "$root/etc/systemd" "$root/usr/local/sbin" "$root/etc/ssh/sshd_config.d"
  printf 'LABEL=root / ext4 noatime 0 0\nLABEL=EFI /boot/efi vfat umask=0077,nofail,noauto 0 0\n' >"$root/etc/fstab"
  mkdir -p "$root/boot/efi"
  printf 'localhost\n' >"$root/etc/hostname"
  printf '127.0.0.1 localhost\n::1 localhost ip6-localhost\n' >"$root/etc/hosts"
  # sshd gets its keys from cloud-init and the machine its id at the first boot.
  rm -f "$root"/etc/ssh/ssh_host_*
  : >"$root/etc/machine-id"
}

# Keeps the listed modules with their dependencies; prints nothing.
prune_modules() {
  kept="$root/tmp/kept-modules"
  sed -n 's/^[a-z]* \([a-z0-9_-]*\)$/\1/p' "$recipe/kernel-modules.txt" | module_paths >"$kept"
  find "$root/lib/modules/$version/kernel" -name '*.ko' | while read -r path; do
    grep -qxF "${path#"$root"}" "$kept" || rm "$path"
  done
  rm "$kept"
  find "$root/lib/modules/$version/kernel" -type d -empty -delete
  chroot "$root" depmod "$version"
}

module_paths() {
  while read -r module; do
    chroot "$root" modprobe -S "$version" --show-depends "$module"
  done | awk '$1 == "insmod" { print $2 }' | sed 's,^/usr,,' | sort -u
}

make_initramfs() {
  tree="$root/tmp/initramfs"
  mkdir -p "$tree/bin" "$tree/dev" "$tree/proc" "$tree/sys" "$tree/root" "$tree/lib/modules/$version"
  cp "$root/bin/busybox" "$tree/bin/"
  cp "$recipe/initramfs/init" "$tree/init"
  sed -n 's/^initramfs //p' "$recipe/kernel-modules.txt" | module_paths | while read -r path; do
    cp "$root$path" "$tree/lib/modules/$version/"
  done
  cp "$root/lib/modules/$version/modules.order" "$root/lib/modules/$version/modules.builtin" \
    "$tree/lib/modules/$version/"
  chroot "$root" depmod -b /tmp/initramfs "$version"
  (cd "$tree" && find . | sort | cpio -o -H newc -R 0:0 --quiet) | zstd -19 -q >"$root/boot/initrd.img-$version"
  rm -rf "$tree"
}

# Entry point without importlib.metadata, configuration without jsonschema, the last two stages in one process: half of
# the start-up time of the Python processes that cloud-init is, and what it does to the machine stays the same.
quicken_cloud_init() {
  printf '%s\n' '#!/usr/bin/python3' 'import sys' 'from cloudinit.cmd.main import main' \
    "if __name__ == '__main__':" '    sys.exit(main())' >"$root/usr/bin/cloud-init"
  rm -rf "$root/usr/lib/python3/dist-packages/jsonschema"
}

# What GRUB's settings and its menu shall be wherever this file system comes to lie.
configure_grub() {
  printf 'GRUB_TIMEOUT=0\nGRUB_TERMINAL=serial\nGRUB_SERIAL_COMMAND="serial --unit=0 --speed=115200"\n' >"$root/etc/default/grub"
  # shellcheck disable=SC2016 # the variable is GRUB's
  printf '#!/bin/sh\necho "echo LAB-GRUB platform=\\$grub_platform"\n' >"$root/etc/grub.d/06_lab"
  chmod 0755 "$root/etc/grub.d/06_lab"
}

choose_units() {
  mkdir -p "$root/etc/systemd/system-generators"
  for generator in cryptsetup debug getty gpt-auto hibernate-resume integritysetup rc-local run system-update \
    sysv veritysetup; do
    ln -sf /dev/null "$root/etc/systemd/system-generators/systemd-$generator-generator"
  done
  # shellcheck disable=SC2046 # one unit a line, names without spaces
  chroot "$root" systemctl -q mask $(sed 's/#.*//' "$recipe/masked-units.txt")
  chroot "$root" systemctl -q enable lab-facts.service systemd-networkd.service serial-getty@ttyS0.service
  # As systemd-update-done would: users and temporary files of the packages are already there.
  touch "$root/etc/.updated" "$root/var/.updated"
}

shrink() {
  rm -rf "$root"/var/lib/apt/lists/* "$root"/var/cache/* "$root"/var/log/* "$root"/usr/share/doc "$root"/usr/share/man \
    "$root"/usr/share/locale "$root"/usr/share/i18n "$root"/usr/lib/udev/hwdb.d "$root"/usr/share/perl \
    "$root"/usr/share/perl5 "$root"/usr/lib/x86_64-linux-gnu/perl "$root"/usr/lib/x86_64-linux-gnu/gconv \
    "$root"/usr/lib/x86_64-linux-gnu/libperl.so* "$root"/boot/System.map*
}

version=$(ls "$root/lib/modules")
configure_system
prune_modules
if [ "$variant" = disk ]; then
  make_initramfs
  rm -rf "$root/usr/share/initramfs-tools"
else
  configure_grub
fi
quicken_cloud_init
choose_units
shrink
