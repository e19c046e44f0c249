# shellcheck shell=sh
# What the stand-ins have in common: the network by BOOTIF, and a system that is set up in memory and left on the disk.
export PATH=/usr/sbin:/sbin:/usr/bin:/bin
export LC_ALL=C
umask 022

say() {
  echo "LAB-INSTALLER $*"
}

# Installers wait for a person or show a shell; here nobody would come.
give_up() {
  say "gave up: $*"
  while :; do sleep 3600; done
}

# The last word counts, as in dracut's getarg.
argument() {
  tr ' ' '\n' </proc/cmdline | sed -n "s|^$1=||p" | tail -n 1
}

# As dracut's url-lib.sh calls it.
fetch() {
  curl --globoff --location --retry 3 --retry-connrefused --fail --silent --show-error --output "$2" "$1"
}

# raise_network VENDOR_CLASS
raise_network() {
  mac=$(argument BOOTIF | cut -d - -f 2- | tr 'A-F-' 'a-f:')
  [ -n "$mac" ] || give_up 'no BOOTIF'
  nic=$(grep -lx "$mac" /sys/class/net/*/address | cut -d / -f 5)
  [ -n "$nic" ] || give_up "no NIC has the address $mac"
  ip link set lo up
  ip link set "$nic" up
  udhcpc -i "$nic" -n -t 10 -T 3 -s /etc/udhcpc.sh -V "$1" || give_up 'no address'
  say "address of $nic: $(ip -4 -o addr show dev "$nic" | awk '{ print $4 }')"
}

# make_system ROOT: programs are those of this initrd; what a distribution brings is unpacked over it.
make_system() {
  mkdir -p "$1"
  mount -t tmpfs system "$1"
  cp -a /bin /sbin /lib /lib64 /usr "$1"
  for folder in dev proc sys; do
    mkdir "$1/$folder"
    mount -o bind "/$folder" "$1/$folder"
  done
  mkdir -p "$1/tmp" "$1/root" "$1/home" "$1/var/log"
}

# unpack_into ROOT ARCHIVE
unpack_into() {
  gzip -dc "$2" | (cd "$1" && cpio --quiet -idmu)
}

# No partition, no file system: a boot sector that prints a line.
write_boot_sector() {
  [ -b "/dev/$1" ] || give_up "no disk was chosen: '$1'"
  dd if=/usr/lib/stand-in/boot-sector.bin of="/dev/$1" conv=notrunc 2>/dev/null
  sync
}

# leave_system DISK ROOT: its files from the second mebibyte on, with the kernel's command line of the installer.
leave_system() {
  cp /proc/cmdline "$2/root/installer-cmdline"
  tar -c -C "$2" etc root var home | dd of="/dev/$1" bs=1M seek=1 conv=notrunc 2>/dev/null
  sync
}

restart() {
  say 'restarts'
  reboot -f
}
