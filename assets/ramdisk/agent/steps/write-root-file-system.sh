# shellcheck shell=sh
# The image of one file system into the root of a layout: grown, with a UUID of its own, what belongs to other mount points moved
# there, and /etc/fstab as the layout is.

step_write_root_file_system() {
  take_image
  find_layout
  report_phase preparing
  evidence disk json_chosen_disk
  open_layout
  find_root
  check_root_room
  check_download "$image_url"
  write_started=$(uptime_seconds)
  open_stream
  check_file_system
  device=$root_device
  wipe_root
  write_stream
  check_stream
  [ "$image_verify" = stream ] || read_back
  evidence verified json_string "$image_verify"
  report_phase growing
  renew_root
  evidence fileSystem json_root_file_system
  report_phase other
  fill_tree
  write_mount_table
  evidence mountTable json_list_of_lines <"$tree/etc/fstab"
  close_layout
  succeed
}

find_root() {
  while read_place; do
    [ "$place_mount" != / ] || root_device=$place_device root_type=$place_type
  done <"$STEP/places"
}

check_root_room() {
  device_size "$root_device"
  [ "$image_bytes" -gt "$device_bytes" ] || return 0
  evidence neededBytes json_number "$image_bytes"
  evidence diskBytes json_number "$device_bytes"
  fail disk-too-small "the image has $image_bytes bytes, / of the layout $device_bytes"
}

# ext4 or xfs, whatever the layout says of /: the image decides. What it is written down as in /etc/fstab follows.
check_file_system() {
  probe_content "$STEP/first"
  case $blkid_type in
    ext4 | xfs)
      root_type=$blkid_type
      check_root_sectors
      return 0
      ;;
  esac
  evidence found json_string "${blkid_type:-$blkid_table}"
  fail not-a-file-system "the image is no ext4 or xfs file system but ${blkid_type:-${blkid_table:-nothing known}}"
}

# No kernel mounts blocks that are smaller than the disk's sectors. xfs says the size of its sectors at 102, big-endian; ext4 the
# binary logarithm of its blocks' KiB at 24 of the superblock, which begins at 1024.
check_root_sectors() {
  case $root_type in
    xfs) image_sector_bytes=$(($(number_at "$STEP/first" 102 1) * 256 + $(number_at "$STEP/first" 103 1))) ;;
    ext4) image_sector_bytes=$((1024 << $(number_at "$STEP/first" 1048 4))) ;;
  esac
  [ "$image_sector_bytes" -lt "$disk_sector_bytes" ] || return 0
  evidence imageSectorBytes json_number "$image_sector_bytes"
  evidence diskSectorBytes json_number "$disk_sector_bytes"
  fail sector-size "the image's $root_type is for sectors of $image_sector_bytes bytes, $disk_name has $disk_sector_bytes"
}

# The smaller image leaves the end of the old file system standing, backups of its superblock among it.
wipe_root() {
  run_tool write-failed wipefs --all --force --quiet "$root_device"
}

# Grown to its device, with a new UUID: the same image may be on another disk of this machine.
renew_root() {
  case $root_type in
    ext4)
      check_exit=0
      e2fsck -f -p "$root_device" >"$STEP/tool-error" 2>&1 || check_exit=$?
      # 1 and 2: errors were found and mended (e2fsck(8)).
      if [ "$check_exit" -gt 2 ]; then
        tool_exit=$check_exit
        tool_failed file-system-failed e2fsck
      fi
      run_tool file-system-failed resize2fs "$root_device"
      run_tool file-system-failed tune2fs -U random "$root_device"
      ;;
    xfs)
      # Mounted first: an unclean log would keep xfs_db from writing, and xfs grows only so.
      mkdir -p "$tree"
      run_tool file-system-failed mount -t xfs -o nouuid "$root_device" "$tree"
      run_tool file-system-failed xfs_growfs "$tree"
      run_tool file-system-failed umount "$tree"
      run_tool file-system-failed xfs_db -x -c 'uuid generate' "$root_device"
      ;;
  esac
  probe_content "$root_device"
  device_size "$root_device"
}

json_root_file_system() {
  json_object_start
  json_key_string type "$root_type"
  json_key_string uuid "$blkid_uuid"
  json_key_number sizeBytes "$device_bytes"
  json_key_string device "${root_device#/dev/}"
  printf '}'
}
