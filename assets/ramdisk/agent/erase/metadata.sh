# shellcheck shell=sh
# Everything by which a firmware, a kernel or LVM would find something on the disk: tables, superblocks, labels. The data stay.

# By the table as it stands on the disk, and by the partitions that the kernel knows: md 1.0 and ZFS have theirs at the end, LUKS 2 and
# btrfs further copies, which wipefs knows.
erase_metadata() {
  for old_partition in "$SYS/block/$disk_name/$disk_name"*; do
    if [ -e "$old_partition/partition" ] && [ -b "$DEV/${old_partition##*/}" ]; then
      try erase-failed wipefs --all --force "$DEV/${old_partition##*/}" || return 0
    fi
  done
  sfdisk --dump "$device" 2>/dev/null | partition_entries "$device" >"$STEP/entries-$disk_name"
  table_unit=$disk_sector_bytes
  while IFS=$tab read -r _ entry_start entry_size _; do
    zero_ends $((entry_start * table_unit)) $((entry_size * table_unit)) || return 0
  done <"$STEP/entries-$disk_name"
  try erase-failed wipefs --all --force "$device" || return 0
  zero_ends 0 "$disk_size_bytes" || return 0
  [ ! -b "$device" ] || blockdev --rereadpt "$device" 2>/dev/null || :
  if [ -n "$(blkid -p -o udev "$device" 2>/dev/null)" ]; then erase_failed erase-failed 'something is still recognised on it'; fi
}

# The first and the last MiB of a part of the disk.
zero_ends() {
  end_bytes=1048576
  [ "$2" -ge "$end_bytes" ] || end_bytes=$2
  zero_part "$1" "$end_bytes" && zero_part $(($1 + $2 - end_bytes)) "$end_bytes"
}

zero_part() {
  try write-failed dd if=/dev/zero of="$device" bs=64K seek="$1" count="$2" iflag=count_bytes oflag=seek_bytes conv=notrunc,fsync
}
