# shellcheck shell=sh
# Finds the disk that the engine means, anew before each use, and makes sure that nobody uses it.

take_disk_identity() {
  for identity_key in serial wwn by-path disk; do
    take_parameter "$identity_key" ''
    trim "$parameter"
    case $identity_key in
      serial) wanted_serial=$trimmed ;;
      wwn) wanted_wwn=$(lower_case "$trimmed") ;;
      by-path) wanted_by_path=$trimmed ;;
      disk) wanted_name=${trimmed#/dev/} ;;
    esac
  done
  take_parameter disk-size-bytes ''
  [ -z "$parameter" ] || take_number disk-size-bytes
  wanted_size=$parameter
  [ -n "$wanted_serial$wanted_wwn$wanted_by_path$wanted_name" ] ||
    bad_parameter serial 'is missing, and so are wwn, by-path and disk: no disk was chosen'
}

lower_case() {
  printf '%s' "$1" | tr '[:upper:]' '[:lower:]'
}

# Is the probed disk (disk_*) one that has everything that was asked for?
is_wanted_disk() {
  [ -z "$wanted_serial" ] || [ "$disk_serial" = "$wanted_serial" ] || return 1
  [ -z "$wanted_wwn" ] || [ "$(lower_case "$disk_wwn")" = "$wanted_wwn" ] || return 1
  [ -z "$wanted_by_path" ] || [ "$disk_by_path" = "$wanted_by_path" ] || return 1
  [ -z "$wanted_size" ] || [ "$disk_size_bytes" = "$wanted_size" ] || return 1
  [ -n "$wanted_serial$wanted_wwn$wanted_by_path" ] || [ "$disk_name" = "$wanted_name" ]
}

# Sets disk_* and `device` of the one disk that is meant, or ends the step with the list of disks.
choose_disk() {
  take_disk_identity
  find_disk
}

# Lines of the parameter KEY, each a disk: serial, wwn, by-path, size in bytes, name, tab-separated, what is not given empty.
# Their names are added to chosen_disks; a disk that is in it already is refused.
choose_disks() {
  while IFS= read -r field_rest || [ -n "$field_rest" ]; do
    [ -n "$field_rest" ] || continue
    read_disk_identity "$1"
    find_disk
    ! is_chosen "$disk_name" || bad_parameter "$1" "names $disk_name twice"
    chosen_disks="$chosen_disks $disk_name"
  done <"$STEP/parameters/$1"
}

is_chosen() {
  case "$chosen_disks " in *" $1 "*) return 0 ;; esac
  return 1
}

read_disk_identity() {
  next_field
  trim "$field_value"
  wanted_serial=$trimmed
  next_field
  trim "$field_value"
  wanted_wwn=$(lower_case "$trimmed")
  next_field
  trim "$field_value"
  wanted_by_path=$trimmed
  next_field
  wanted_size=$field_value
  [ -z "$wanted_size" ] || is_number "$wanted_size" || bad_parameter "$1" 'has a size that is not a whole number'
  next_field
  trim "$field_value"
  wanted_name=${trimmed#/dev/}
  [ -n "$wanted_serial$wanted_wwn$wanted_by_path$wanted_name" ] || bad_parameter "$1" 'has a line that names no disk'
}

find_disk() {
  candidates='' candidate_count=0
  for disk in $(disk_names); do
    probe_disk "$disk"
    is_wanted_disk || continue
    candidates="$candidates $disk"
    candidate_count=$((candidate_count + 1))
  done
  if [ "$candidate_count" -gt 1 ] && [ -n "$wanted_name" ]; then
    case "$candidates " in *" $wanted_name "*) candidates=$wanted_name candidate_count=1 ;; esac
  fi
  [ "$candidate_count" -eq 1 ] || wrong_disk "$candidate_count disks have the given identity"
  open_disk "${candidates# }"
  { [ -b "$device" ] || { [ -n "$sandbox" ] && [ -f "$device" ]; }; } || wrong_disk "$disk_name has no device"
}

# A disk that was found before, by its name.
open_disk() {
  probe_disk "$1"
  device=$DEV/$disk_name
}

wrong_disk() {
  evidence wanted json_wanted
  evidence disks json_disks
  fail wrong-disk "$1"
}

json_wanted() {
  json_object_start
  json_key_string serial "$wanted_serial"
  json_key_string wwn "$wanted_wwn"
  json_key_string byPath "$wanted_by_path"
  json_key_string name "$wanted_name"
  json_key_number sizeBytes "$wanted_size"
  printf '}'
}

json_chosen_disk() {
  json_object_start
  json_key_string name "$disk_name"
  json_key_string serial "$disk_serial"
  json_key_string wwn "$disk_wwn"
  json_key_number sizeBytes "$disk_size_bytes"
  printf '}'
}

# All block devices of the chosen disk: itself, its partitions, and whatever stands on them, topmost first.
device_tree() {
  for tree_folder in "$SYS/block/$disk_name" "$SYS/block/$disk_name/$disk_name"*; do
    { [ -e "$tree_folder/partition" ] || [ "$tree_folder" = "$SYS/block/$disk_name" ]; } || continue
    devices_above "$tree_folder"
    printf '%s\n' "${tree_folder##*/}"
  done | awk '!seen[$0]++'
}

# A subshell a level: the loop variable must survive the recursion.
devices_above() (
  for upper in "$1"/holders/*; do
    [ -e "$upper" ] || continue
    devices_above "$SYS/block/${upper##*/}"
    printf '%s\n' "${upper##*/}"
  done
)

dm_name_of() {
  read_attr "$SYS/block/$1/dm/name"
  dm_name=$attr
}

# Lines `sda1: mounted at /x`, `dm-0: swap` for everything of the chosen disk that is in use by a file system.
list_users() {
  device_tree | while IFS= read -r tree_device; do
    dm_name_of "$tree_device"
    for device_alias in "/dev/$tree_device" ${dm_name:+"/dev/mapper/$dm_name"}; do
      mount_point_of "$device_alias"
      [ -z "$mount_point" ] || printf '%s: mounted at %s\n' "$tree_device" "$mount_point"
      if [ -r "$PROC/swaps" ] && grep -q "^$device_alias " "$PROC/swaps"; then printf '%s: swap\n' "$tree_device"; fi
    done
  done
}

# Stops volume groups, mappings and arrays on the chosen disk, and only those. Data elsewhere is not touched by stopping.
# What was stopped is written to $STEP/released.
release_disk() {
  leave_mounts
  : >"$STEP/released"
  list_users >"$STEP/users"
  [ ! -s "$STEP/users" ] || disk_in_use "$disk_name is in use"
  device_tree | while IFS= read -r tree_device; do
    case $tree_device in
      dm-*)
        dm_name_of "$tree_device"
        dmsetup remove --noudevsync "$dm_name" >&2 && printf '%s\n' "$dm_name" >>"$STEP/released"
        ;;
      md*)
        mdadm --stop "/dev/$tree_device" >&2 && printf '%s\n' "$tree_device" >>"$STEP/released"
        ;;
    esac
  done
  device_tree | grep -E '^(dm-|md|bcache|drbd)' | sed 's/$/: still active/' >"$STEP/users" || :
  [ ! -s "$STEP/users" ] || disk_in_use "$disk_name is held by what could not be stopped"
  [ "$disk_read_only" != 1 ] || fail disk-read-only "$disk_name is read-only"
}

disk_in_use() {
  evidence users json_list_of_lines <"$STEP/users"
  fail disk-in-use "$1: $(tr '\n' ' ' <"$STEP/users")"
}
