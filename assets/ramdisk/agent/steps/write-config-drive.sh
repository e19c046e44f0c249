# shellcheck shell=sh
# The config drive: an ISO 9660 image labelled config-2, or cidata for cloud-init's NoCloud, in a partition of its own at the end
# of the disk.

largest_config_drive_bytes=67108864
smallest_config_partition_bytes=8388608

step_write_config_drive() {
  take_url url
  drive_url=$parameter
  take_number size-bytes
  drive_bytes=$parameter
  { [ "$drive_bytes" -gt 0 ] && [ "$drive_bytes" -le "$largest_config_drive_bytes" ]; } ||
    bad_parameter size-bytes "is not between 1 and $largest_config_drive_bytes"
  take_sha256 sha256
  drive_sha256=$parameter
  report_phase preparing
  choose_disk
  evidence disk json_chosen_disk
  fetch_config_drive
  choose_disk
  release_disk
  report_phase partitioning
  need_partition_table
  relocate_backup_header "$device"
  prepare_config_partition
  report_phase writing
  fill_config_partition
  reread_partitions "$device" || fail partitioning-failed "the kernel does not take the new partition table of $disk_name"
  succeed
}

# It is small (64 MiB at most), so it is checked as a whole before the disk is touched.
fetch_config_drive() {
  check_download "$drive_url"
  download_stream "$drive_url" | head -c $((drive_bytes + 1)) >"$STEP/drive"
  read_download
  received_bytes=$(stat -c %s "$STEP/drive")
  if [ "$curl_exit" != 0 ] && [ "$received_bytes" -le "$drive_bytes" ]; then download_failed; fi
  evidence bytes json_number "$received_bytes"
  if [ "$received_bytes" != "$drive_bytes" ]; then
    evidence expectedBytes json_number "$drive_bytes"
    fail size-mismatch "the config drive has not the announced $drive_bytes bytes"
  fi
  fetched_sha256=$(sha256sum <"$STEP/drive")
  if [ "${fetched_sha256%% *}" != "$drive_sha256" ]; then
    evidence expectedSha256 json_string "$drive_sha256"
    evidence sha256 json_string "${fetched_sha256%% *}"
    fail checksum-mismatch 'the config drive that came is not the one that was announced'
  fi
  probe_content "$STEP/drive"
  is_config_drive_image || fail not-a-config-drive "it is ${blkid_type:-nothing known} labelled ${blkid_label:-nothing}"
}

# Sets config_* of the partition to use: the one that is there, if it is large enough, else a new one.
prepare_config_partition() {
  alignment=$((1048576 / table_sector_bytes))
  partition_bytes=$(((drive_bytes + 1048575) / 1048576 * 1048576))
  [ "$partition_bytes" -ge "$smallest_config_partition_bytes" ] || partition_bytes=$smallest_config_partition_bytes
  config_size=$((partition_bytes / table_sector_bytes))
  find_config_partition
  if [ -n "$config_number" ] && [ "$found_size" -ge "$config_size" ]; then
    config_start=$found_start
    config_size=$found_size
    evidence replaced json_boolean true
    return 0
  fi
  place_config_partition
  if [ -n "$config_number" ]; then
    evidence replaced json_boolean true
    run_tool partitioning-failed sfdisk --quiet --no-reread --no-tell-kernel --delete "$device" "$config_number"
  else
    evidence replaced json_boolean false
  fi
  add_config_partition
}

# Our earlier config drive, and where the last other partition ends.
find_config_partition() {
  config_number='' found_start=0 found_size=0 others_end=0 primary_count=0
  while read_entry; do
    [ "$entry_number" -gt 4 ] || primary_count=$((primary_count + 1))
    if ! is_extended "$entry_type" && is_config_drive; then
      config_number=$entry_number found_start=$entry_start found_size=$entry_size
      continue
    fi
    [ $((entry_start + entry_size)) -le "$others_end" ] || others_end=$((entry_start + entry_size))
  done <"$RUN/partition-entries"
}

# At the very end, so that the partition before it can still grow towards it.
place_config_partition() {
  config_start=$(((table_last_sector + 1 - config_size) / alignment * alignment))
  free_sectors=$(((table_last_sector + 1) / alignment * alignment - (others_end + alignment - 1) / alignment * alignment))
  [ "$free_sectors" -ge 0 ] || free_sectors=0
  evidence_of_room=$((free_sectors * table_sector_bytes))
  if [ "$table_kind" = mbr ] && [ -z "$config_number" ] && [ "$primary_count" -ge 4 ]; then
    no_room partition-entries 'all four primary entries of the MBR are used'
  fi
  [ "$config_start" -ge "$others_end" ] && return 0
  if [ "$table_kind" = mbr ] && [ "$table_last_sector" -eq 4294967294 ]; then
    no_room mbr-limit 'an MBR ends at 2 TiB, and the partitions fill it'
  fi
  no_room disk-full "$partition_bytes bytes are needed at the end of $disk_name, $evidence_of_room are free"
}

no_room() {
  evidence neededBytes json_number "$partition_bytes"
  evidence freeBytes json_number "$evidence_of_room"
  evidence reason json_string "$1"
  fail no-room "$2"
}

add_config_partition() {
  if [ "$table_kind" = gpt ]; then
    printf 'start=%s, size=%s, type=0FC63DAF-8483-4772-8E79-3D69D8477DE4, name="config-2"\n' "$config_start" "$config_size" >"$STEP/script"
  else
    printf 'start=%s, size=%s, type=83\n' "$config_start" "$config_size" >"$STEP/script"
  fi
  change_partition_table --append "$device" <"$STEP/script"
  read_partition_table "$device"
  config_number=
  while read_entry; do
    if [ "$entry_start:$entry_size" = "$config_start:$config_size" ]; then config_number=$entry_number; fi
  done <"$RUN/partition-entries"
  [ -n "$config_number" ] || fail partitioning-failed 'the new partition does not read back as written'
}

# Through the whole disk: no waiting for the partition's node. The rest of the partition is zeroed, so that nothing of an
# earlier config drive (it has password hashes) stays.
fill_config_partition() {
  start_bytes=$((config_start * table_sector_bytes))
  size_bytes=$((config_size * table_sector_bytes))
  evidence partition json_number "$config_number"
  evidence startBytes json_number "$start_bytes"
  evidence sizeBytes json_number "$size_bytes"
  { cat "$STEP/drive" && head -c $((size_bytes - drive_bytes)) /dev/zero; } >"$STEP/padded"
  run_tool write-failed dd if="$STEP/padded" of="$device" bs=1M seek="$start_bytes" oflag=seek_bytes conv=notrunc,fsync
  [ ! -b "$device" ] || run_tool write-failed blockdev --flushbufs "$device"
  written_sha256=$(dd if="$device" bs=1M skip="$start_bytes" count="$drive_bytes" iflag=skip_bytes,count_bytes,fullblock 2>"$STEP/tool-error" | sha256sum)
  rm -f "$STEP/drive" "$STEP/padded"
  evidence sha256 json_string "${written_sha256%% *}"
  if [ "${written_sha256%% *}" != "$drive_sha256" ]; then
    evidence expectedSha256 json_string "$drive_sha256"
    evidence readbackSha256 json_string "${written_sha256%% *}"
    fail readback-mismatch "$disk_name gives back something else than was written"
  fi
}
