# shellcheck shell=sh
# File systems of the machine's disks below /mnt, to look at. Nothing is ever written to a disk: not a journal, not a mount count.

step_mount_file_systems() {
  report_phase other
  : >"$STEP/mounted"
  : >"$STEP/left"
  [ -n "$sandbox" ] || modprobe -qa dm_mod md_mod raid0 raid1 raid10 raid456 2>/dev/null || :
  protect_disks
  start_arrays
  start_volume_groups
  while IFS= read -r disk_device_name; do
    is_held "$disk_device_name" || mount_device "$disk_device_name" "$DEV/$disk_device_name"
  done <"$STEP/devices"
  for array_folder in "$SYS"/block/md*; do
    [ -e "$array_folder" ] || continue
    is_held "${array_folder##*/}" || mount_device "${array_folder##*/}" "$DEV/${array_folder##*/}"
  done
  while read -r volume_name volume_path; do
    mount_device "$volume_name" "$volume_path"
  done <"$STEP/volumes"
  evidence mounts json_mounts
  evidence left json_left
  succeed
}

# DEVICE TYPE REASON
note_left() {
  printf '%s\t%s\t%s\n' "$1" "$2" "$3" >>"$STEP/left"
}

# mount_device NAME PATH: what has no file system is passed over; what has one is mounted or left with a reason.
mount_device() {
  probe_content "$2"
  mount_options=ro,nosuid,nodev
  case $blkid_type in
    '') return 0 ;;
    swap | LVM2_member | linux_raid_member | isw_raid_member | ddf_raid_member) return 0 ;;
    crypto_LUKS | BitLocker)
      note_left "$1" "$blkid_type" encrypted
      return 0
      ;;
    # A journal is not replayed. nouuid: the halves of a mirror, or a clone beside its original.
    ext3 | ext4) mount_options=$mount_options,noload ;;
    xfs) mount_options=$mount_options,norecovery,nouuid ;;
    btrfs) mount_options=$mount_options,rescue=nologreplay ;;
    ext2 | vfat | iso9660) ;;
    ntfs | exfat | udf | f2fs | jfs | reiserfs | zfs_member | hfsplus)
      note_left "$1" "$blkid_type" no-driver
      return 0
      ;;
    *)
      note_left "$1" "$blkid_type" unknown
      return 0
      ;;
  esac
  mount_point_of "$2"
  case $mount_point in
    '') mount_probed "$1" "$2" ;;
    "$MNT"/*) note_mounted "$1" "$mount_point" ;;
  esac
}

mount_probed() {
  [ -n "$sandbox" ] || modprobe -q "$blkid_type" 2>/dev/null || :
  if ! grep -qw "$blkid_type" "$PROC/filesystems"; then
    note_left "$1" "$blkid_type" no-driver
    return 0
  fi
  mkdir -p "$MNT/$1"
  if timeout 60 mount -t "$blkid_type" -o "$mount_options" "$2" "$MNT/$1" 2>"$STEP/tool-error"; then
    note_mounted "$1" "$MNT/$1"
  else
    say "$1 was not mounted: $(tail -n 1 "$STEP/tool-error")"
    rmdir "$MNT/$1" 2>/dev/null || :
    note_left "$1" "$blkid_type" failed
  fi
}

# A label may have any character but those that JSON writing keeps for itself; TAB and LF would end a field.
note_mounted() {
  printf '%s\t%s\t%s\t%s\n' "$1" "$blkid_type" "$(printf '%s' "$blkid_label" | tr '\t\n' '  ')" "$2" >>"$STEP/mounted"
}

json_mounts() {
  json_rows "$STEP/mounted" device type label mountPoint
}

json_left() {
  json_rows "$STEP/left" device type reason
}

# json_rows FILE KEY…: lines of tab-separated fields → a list of objects.
json_rows() {
  rows_file=$1
  shift
  rows_comma=
  printf '['
  while IFS= read -r field_rest; do
    printf '%s' "$rows_comma"
    rows_comma=,
    json_object_start
    for row_key in "$@"; do
      next_field
      json_key_string "$row_key" "$field_value"
    done
    printf '}'
  done <"$rows_file"
  printf ']'
}

step_unmount_file_systems() {
  report_phase other
  : >"$STEP/unmounted"
  : >"$STEP/busy"
  mounts_below >"$STEP/below"
  while IFS= read -r left_mount; do
    if umount "$left_mount" 2>/dev/null; then
      printf '%s\n' "$left_mount" >>"$STEP/unmounted"
    else
      printf '%s\n' "$left_mount" >>"$STEP/busy"
    fi
  done <"$STEP/below"
  # With one still in use everything stays protected.
  if ! [ -s "$STEP/busy" ]; then
    stop_groups_and_arrays
    unprotect_disks
  fi
  evidence unmounted json_list_of_lines <"$STEP/unmounted"
  evidence busy json_list_of_lines <"$STEP/busy"
  succeed
}
