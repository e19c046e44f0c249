# shellcheck shell=sh
# Changing partition tables, telling the kernel, and opening one partition.

# Runs sfdisk with the script of stdin; the kernel is told afterwards, by reread_partitions.
change_partition_table() {
  run_tool partitioning-failed sfdisk --quiet --no-reread --no-tell-kernel --wipe never --wipe-partitions never "$@"
}

# Old signatures must go from the partitions too: the new table may put a partition where an old physical volume began.
wipe_signatures() {
  for old_partition in "$SYS/block/$disk_name/$disk_name"*; do
    if [ -e "$old_partition/partition" ] && [ -b "$DEV/${old_partition##*/}" ]; then
      run_tool write-failed wipefs --all --force --quiet "$DEV/${old_partition##*/}"
    fi
  done
  run_tool write-failed wipefs --all --force --quiet "$device"
}

# A GPT written to a larger disk has its backup header in the middle: move it to the end before anything else.
relocate_backup_header() {
  [ "$table_kind" = gpt ] || return 0
  run_tool partitioning-failed sfdisk --quiet --no-reread --no-tell-kernel --relocate gpt-bak-std "$1" </dev/null
  read_partition_table "$1"
}

# Tells the kernel. A disk that has just been written may be looked at by the kernel itself for a moment: try again.
reread_partitions() {
  [ -b "$1" ] || return 0
  sync
  for reread_try in 1 2 3 4 5; do
    blockdev --rereadpt "$1" 2>/dev/null && return 0
    sleep "$reread_try"
  done
  # partx changes only what differs, so it works beside partitions that are in use.
  partx --update "$1" 2>/dev/null
}

# The device of one partition into partition_device; after use: release_partition. On a made-up disk it is a loop device.
partition_device_of() {
  case $1 in
    *[0-9]) partition_device=${1}p$2 ;;
    *) partition_device=$1$2 ;;
  esac
  if [ -n "$sandbox" ]; then
    run_tool tool-failed losetup --find --show --offset "$(($3 * table_sector_bytes))" --sizelimit "$(($4 * table_sector_bytes))" "$1"
    partition_device=$tool_output
    printf '%s\n' "$partition_device" >>"$STEP/loops"
    return 0
  fi
  for node_pause in 0.1 0.2 0.5 1 2; do
    [ ! -b "$partition_device" ] || return 0
    sleep "$node_pause"
  done
  fail tool-failed "the kernel shows no $partition_device"
}

release_partition() {
  [ -n "$sandbox" ] && [ -s "$STEP/loops" ] || return 0
  # shellcheck disable=SC2046
  losetup --detach $(cat "$STEP/loops")
  rm -f "$STEP/loops"
}
