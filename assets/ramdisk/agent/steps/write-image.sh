# shellcheck shell=sh
# The image of a whole disk, with its partition table.

step_write_image() {
  take_image
  report_phase preparing
  choose_disk
  evidence disk json_chosen_disk
  check_room
  check_download "$image_url"
  # Waiting for the download may have taken minutes, in which somebody may have changed a disk.
  choose_disk
  write_started=$(uptime_seconds)
  open_stream
  check_sector_size
  release_disk
  evidence released json_list_of_lines <"$STEP/released"
  wipe_signatures
  write_stream
  check_stream
  [ "$image_verify" = stream ] || read_back
  reread_partitions "$device"
  probe_content "$device"
  evidence partitionTable json_string "$blkid_table"
  evidence verified json_string "$image_verify"
  report_phase other
  succeed
}

check_room() {
  [ "$image_bytes" -le "$disk_size_bytes" ] && return 0
  evidence neededBytes json_number "$image_bytes"
  evidence diskBytes json_number "$disk_size_bytes"
  fail disk-too-small "the image has $image_bytes bytes, $disk_name $disk_size_bytes"
}

# A partition table counts in sectors: kernel and firmware do not find one that was written for another size, and the disk
# that was there would be gone. GPT: signature at the start of the second sector (UEFI 2.10 §5.3.2). An MBR does not say;
# those for 4096 are hardly ever met.
check_sector_size() {
  ! has_gpt_at "$disk_sector_bytes" || return 0
  for image_sector_bytes in 512 4096; do
    ! has_gpt_at "$image_sector_bytes" || wrong_sector_size
  done
  [ "$disk_sector_bytes" != 512 ] || return 0
  probe_content "$STEP/first"
  image_sector_bytes=512
  [ "$blkid_table" != mbr ] || wrong_sector_size
}

has_gpt_at() {
  [ "$(dd if="$STEP/first" bs=1 skip="$1" count=8 2>/dev/null | tr -d '\0')" = 'EFI PART' ]
}

wrong_sector_size() {
  evidence imageSectorBytes json_number "$image_sector_bytes"
  evidence diskSectorBytes json_number "$disk_sector_bytes"
  fail sector-size "the image's partition table is for sectors of $image_sector_bytes bytes, $disk_name has $disk_sector_bytes"
}
