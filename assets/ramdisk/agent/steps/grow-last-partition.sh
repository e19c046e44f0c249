# shellcheck shell=sh
# The last partition takes the rest of the disk, less what is to stay free; its file system grows with it where that can be done offline,
# and with LVM in it the root volume's.

step_grow_last_partition() {
  take_number reserve-bytes 0
  reserve_bytes=$parameter
  report_phase partitioning
  choose_disk
  evidence disk json_chosen_disk
  release_disk
  need_partition_table
  relocate_backup_header "$device"
  find_last_partition
  before_bytes=$((last_size * table_sector_bytes))
  evidence partition json_number "$last_number"
  evidence beforeBytes json_number "$before_bytes"
  enlarge_last_partition
  evidence afterBytes json_number $((last_size * table_sector_bytes))
  report_phase growing
  grow_file_system
  succeed
}

need_partition_table() {
  read_partition_table "$device"
  [ -s "$RUN/partition-entries" ] || fail no-partition-table "$disk_name has no GPT or MBR with a partition"
  evidence partitionTable json_string "$table_kind"
}

# Ours is the one named config-2 (GPT), or the ISO of such a label (MBR has no names).
is_config_drive() {
  [ "$entry_name" != config-2 ] || return 0
  probe_content "$device" $((entry_start * table_sector_bytes)) $((entry_size * table_sector_bytes))
  is_config_drive_image
}

# What was probed last.
is_config_drive_image() {
  case $blkid_type:$blkid_label in iso9660:config-2 | iso9660:cidata) ;; *) return 1 ;; esac
}

# Sets last_* of the partition that ends last, and room_end, the first sector behind the room that it may take.
find_last_partition() {
  last_number='' last_start=0 last_size=0 room_end=$((table_last_sector + 1))
  extended_number='' extended_start=0 extended_end=0
  while read_entry; do
    if is_extended "$entry_type"; then
      extended_number=$entry_number extended_start=$entry_start extended_end=$((entry_start + entry_size))
    elif is_config_drive; then
      [ "$entry_start" -ge "$room_end" ] || room_end=$entry_start
    elif [ $((entry_start + entry_size)) -gt $((last_start + last_size)) ]; then
      last_number=$entry_number last_start=$entry_start last_size=$entry_size
    fi
  done <"$RUN/partition-entries"
  [ -n "$last_number" ] || fail no-partition-table "$disk_name has no partition to grow"
  [ "$room_end" -ge $((last_start + last_size)) ] || room_end=$((last_start + last_size))
}

enlarge_last_partition() {
  alignment=$((1048576 / table_sector_bytes))
  reserve_sectors=$(((reserve_bytes + table_sector_bytes - 1) / table_sector_bytes))
  new_end=$(((room_end - reserve_sectors) / alignment * alignment))
  new_size=$((new_end - last_start))
  if [ "$new_size" -le "$last_size" ]; then
    partition_grew=0
    return 0
  fi
  partition_grew=1
  if [ "$table_kind" = mbr ] && [ "$last_number" -gt 4 ] && [ "$extended_end" -lt "$new_end" ]; then
    printf 'size=%s\n' $((new_end - extended_start)) >"$STEP/script"
    change_partition_table -N "$extended_number" "$device" <"$STEP/script"
  fi
  printf 'size=%s\n' "$new_size" >"$STEP/script"
  change_partition_table -N "$last_number" "$device" <"$STEP/script"
  wanted_number=$last_number
  wanted_start=$last_start
  read_partition_table "$device"
  find_last_partition
  [ "$last_number:$last_start:$last_size" = "$wanted_number:$wanted_start:$new_size" ] ||
    fail partitioning-failed "partition $wanted_number does not read back as written"
  reread_partitions "$device" || fail partitioning-failed "the kernel does not take the new partition table of $disk_name"
}

# The file system may lag behind a partition that is already full: an earlier run may have died between the two.
grow_file_system() {
  probe_content "$device" $((last_start * table_sector_bytes)) $((last_size * table_sector_bytes))
  found_type=$blkid_type
  growth=left-to-os
  case $found_type in
    ext2 | ext3 | ext4 | xfs | LVM2_member)
      partition_device_of "$device" "$last_number" "$last_start" "$last_size"
      if [ "$found_type" = LVM2_member ]; then grow_volume_group; else grow_files_on "$partition_device"; fi
      release_partition
      ;;
    '') growth=none ;;
    *) [ "$partition_grew" = 1 ] || growth=already-full ;;
  esac
  evidence fileSystem json_file_system
}

# The file system of found_type on DEVICE.
grow_files_on() {
  if [ "$found_type" = xfs ]; then grow_xfs "$1"; else grow_ext "$1"; fi
}

json_file_system() {
  json_object_start
  json_key_string type "$found_type"
  if [ "$growth" = grown ]; then
    json_key_boolean grown true
    json_key_string reason ''
  else
    json_key_boolean grown false
    json_key_string reason "$growth"
  fi
  printf '}'
}

grow_ext() {
  check_exit=0
  e2fsck -f -p "$1" >"$STEP/tool-error" 2>&1 || check_exit=$?
  # 1 and 2: errors were found and mended (e2fsck(8)).
  if [ "$check_exit" -gt 2 ]; then
    tool_exit=$check_exit
    tool_failed file-system-failed e2fsck
  fi
  tool_exit=0
  resize2fs "$1" >"$STEP/resize" 2>"$STEP/tool-error" || tool_exit=$?
  [ "$tool_exit" -eq 0 ] || tool_failed file-system-failed resize2fs
  growth=grown
  if grep -q 'Nothing to do' "$STEP/tool-error" "$STEP/resize"; then growth=already-full; fi
}

# xfs grows only while it is mounted. A kernel that cannot mount it (newer features) leaves it to the installed system.
grow_xfs() {
  mkdir -p "$RUN/mount"
  mount -t xfs "$1" "$RUN/mount" 2>"$STEP/tool-error" || return 0
  tool_exit=0
  xfs_growfs "$RUN/mount" >"$STEP/resize" 2>"$STEP/tool-error" || tool_exit=$?
  umount "$RUN/mount"
  [ "$tool_exit" -eq 0 ] || tool_failed file-system-failed xfs_growfs
  growth=grown
  grep -q '^data blocks changed' "$STEP/resize" || growth=already-full
}
