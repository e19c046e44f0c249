# shellcheck shell=sh
# Disks with what is on them: partitions, file systems, LVM, md arrays, mounts.

# blkid's low-level answer for a device, or for a part of one: sets blkid_type, blkid_label, blkid_uuid, blkid_table.
# What has the marks of several file systems has all of them as its type: ext4+ocfs2.
probe_content() {
  blkid_type='' blkid_label='' blkid_uuid='' blkid_table=''
  [ -e "$1" ] || return 0
  if [ -n "${2:-}" ]; then set -- "$1" -O "$2" -S "$3"; else set -- "$1"; fi
  content_device=$1
  shift
  blkid -p -o udev "$@" "$content_device" >"$RUN/blkid" 2>/dev/null || :
  while IFS= read -r blkid_line; do
    case $blkid_line in
      ID_FS_TYPE=*) blkid_type=${blkid_line#*=} ;;
      # Usage, type, version: `filesystem:ext4:1.0 filesystem:ocfs2:262.0`. There is no ID_FS_TYPE then.
      ID_FS_AMBIVALENT=*) blkid_type=$(printf '%s' "${blkid_line#*=}" | sed 's/ /+/g; s/[^+:]*:\([^+:]*\)[^+]*/\1/g') ;;
      ID_PART_TABLE_TYPE=*) blkid_table=${blkid_line#*=} ;;
      ID_FS_UUID_ENC=*) blkid_uuid=${blkid_line#*=} ;;
      ID_FS_LABEL_ENC=*) blkid_label=${blkid_line#*=} ;;
    esac
  done <"$RUN/blkid"
  if decode_escapes '\x' "$blkid_label"; then blkid_label=$decoded; fi
  [ "$blkid_table" != dos ] || blkid_table=mbr
}

# Where DEVICE is mounted; /proc/mounts writes blanks as octal escapes, which printf %b knows with one more zero.
mount_point_of() {
  mount_point=
  [ -r "$PROC/mounts" ] || return 0
  while read -r mount_device mount_folder _; do
    [ "$mount_device" = "$1" ] || continue
    mount_point=$mount_folder
    case $mount_point in *\\*) mount_point=$(printf '%b' "$(printf '%s' "$mount_point" | sed 's/\\/\\0/g')") ;; esac
    return 0
  done <"$PROC/mounts"
}

# The names of what stands on a disk or partition (dm-0 by its LVM or crypt name), as a JSON list.
json_holders() {
  for holder in "$SYS/block/$1/holders"/*; do
    if [ -e "$holder" ]; then
      holder_names "$1" | json_list_of_lines
      return 0
    fi
  done
  printf '[]'
}

holder_names() {
  for holder in "$SYS/block/$1/holders"/*; do
    [ -e "$holder" ] || continue
    read_attr "$holder/dm/name"
    printf '%s\n' "${attr:-${holder##*/}}"
  done
}

# Partitions known to the kernel: only they can hold something.
kernel_partition() {
  partition_folder=
  for candidate in "$SYS/block/$1/$1"*; do
    read_attr "$candidate/partition"
    [ "$attr" = "$2" ] || continue
    partition_folder=$candidate
    return 0
  done
}

note_member() {
  case +$2+ in *+LVM2_member+*) printf '%s\n' "$1" >>"$RUN/physical-volumes" ;; esac
  case +$2+ in *+linux_raid_member+*) printf '%s\n' "$1" >>"$RUN/array-members" ;; esac
}

json_partition() {
  case $disk_name in
    *[0-9]) partition_name=${disk_name}p$entry_number ;;
    *) partition_name=$disk_name$entry_number ;;
  esac
  partition_start=$((entry_start * table_sector_bytes))
  partition_size=$((entry_size * table_sector_bytes))
  if [ -b "$DEV/$partition_name" ]; then
    probe_content "$DEV/$partition_name"
  else
    probe_content "$DEV/$disk_name" "$partition_start" "$partition_size"
  fi
  note_member "$partition_name" "$blkid_type"
  kernel_partition "$disk_name" "$entry_number"
  mount_point_of "/dev/$partition_name"
  json_object_start
  json_key_string name "$partition_name"
  json_key_number number "$entry_number"
  json_key_number startBytes "$partition_start"
  json_key_number sizeBytes "$partition_size"
  json_key_string type "$entry_type"
  json_key_string partitionName "$entry_name"
  json_key_string fileSystem "$blkid_type"
  json_key_string label "$blkid_label"
  json_key_string uuid "$blkid_uuid"
  json_key_string mountPoint "$mount_point"
  json_key holders
  if [ -n "$partition_folder" ]; then json_holders "$disk_name/${partition_folder##*/}"; else printf '[]'; fi
  printf '}'
}

json_partitions() {
  partitions_comma=
  printf '['
  if [ -n "$disk_table" ]; then
    read_partition_table "$DEV/$disk_name"
    while read_entry; do
      printf '%s' "$partitions_comma"
      json_partition
      partitions_comma=,
    done <"$RUN/partition-entries"
  fi
  printf ']'
}

json_disk() {
  probe_disk "$1"
  probe_content "$DEV/$disk_name"
  disk_table=$blkid_table
  disk_file_system=$blkid_type
  disk_label=$blkid_label
  note_member "$disk_name" "$disk_file_system"
  mount_point_of "/dev/$disk_name"
  json_object_start
  json_key_string name "$disk_name"
  json_key_string byPath "$disk_by_path"
  json_key_string vendor "$disk_vendor"
  json_key_string model "$disk_model"
  json_key_string serial "$disk_serial"
  json_key_string wwn "$disk_wwn"
  json_key_string wwid "$disk_wwid"
  json_key_number sizeBytes "$disk_size_bytes"
  json_disk_flags
  json_key_string transport "$disk_transport"
  json_key_string hctl "$disk_hctl"
  json_key controller
  json_controller
  json_key_string partitionTable "$disk_table"
  json_key_string fileSystem "$disk_file_system"
  json_key_string label "$disk_label"
  json_key_string mountPoint "$mount_point"
  json_key holders
  json_holders "$disk_name"
  json_key partitions
  json_partitions
  json_key smart
  json_smart "$disk_name"
  printf '}'
}

json_disk_flags() {
  json_key_number logicalSectorBytes "$disk_sector_bytes"
  read_attr "$SYS/block/$disk_name/queue/rotational"
  json_key_boolean rotational "$attr"
  read_attr "$SYS/block/$disk_name/removable"
  json_key_boolean removable "$attr"
  json_key_boolean readOnly "$disk_read_only"
}

json_controller() {
  if [ -z "$disk_pci" ]; then
    printf 'null'
    return 0
  fi
  pci_address=$disk_pci
  json_object_start
  json_pci_members
  json_key_string driver "$disk_controller_driver"
  printf '}'
}

json_disks() {
  find_smart
  : >"$RUN/physical-volumes"
  : >"$RUN/array-members"
  disks_comma=
  printf '['
  for disk in $(disk_names); do
    printf '%s' "$disks_comma"
    json_disk "$disk"
    disks_comma=,
  done
  printf ']'
}

# lvm without udev and without /etc: it would wait for the one and complain about the other. lvm_filter: all that it may see.
lvm_filter=
run_lvm() {
  lvm_command=$1
  shift
  lvm "$lvm_command" --config "activation{udev_sync=0 udev_rules=0} devices{obtain_device_list_from_udev=0 use_devicesfile=0 $lvm_filter} backup{backup=0 archive=0}" "$@"
}

json_logical_volumes() {
  logical_comma=
  printf '['
  run_lvm lvs --noheadings --units b --nosuffix --separator '|' -o lv_name,lv_size "$1" 2>/dev/null >"$RUN/lvs" || :
  while IFS='|' read -r logical_name logical_size; do
    trim "$logical_name"
    printf '%s' "$logical_comma"
    json_object_start
    json_key_string name "$trimmed"
    json_key_number sizeBytes "$logical_size"
    printf '}'
    logical_comma=,
  done <"$RUN/lvs"
  printf ']'
}

# Names of volume groups and volumes are from a closed set of characters (lvm(8)): the separator cannot be in them.
json_volume_groups() {
  groups_comma=
  printf '['
  if [ -s "$RUN/physical-volumes" ]; then
    run_lvm vgs --noheadings --units b --nosuffix --separator '|' -o vg_name,vg_size,vg_free 2>/dev/null >"$RUN/vgs" || :
    run_lvm pvs --noheadings --separator '|' -o vg_name,pv_name 2>/dev/null >"$RUN/pvs" || :
    while IFS='|' read -r group_name group_size group_free; do
      trim "$group_name"
      group_name=$trimmed
      printf '%s' "$groups_comma"
      json_object_start
      json_key_string name "$group_name"
      json_key_number sizeBytes "$group_size"
      json_key_number freeBytes "$group_free"
      json_key physicalVolumes
      awk -F '|' -v group="$group_name" '{ gsub(/ /, "") } $1 == group { sub("^/dev/", "", $2); print $2 }' "$RUN/pvs" | json_list_of_lines
      json_key logicalVolumes
      json_logical_volumes "$group_name"
      printf '}'
      groups_comma=,
    done <"$RUN/vgs"
  fi
  printf ']'
}

# Arrays by their members' superblocks; nothing is assembled.
json_arrays() {
  : >"$RUN/arrays"
  while IFS= read -r member; do
    mdadm --examine --export "/dev/$member" 2>/dev/null | awk -v member="$member" '
      { key = $0; sub(/=.*/, "", key); value = $0; sub(/^[^=]*=/, "", value); gsub(/\t/, " ", value); field[key] = value }
      END { if (field["MD_UUID"] != "") printf "%s\t%s\t%s\t%s\n", field["MD_UUID"], field["MD_LEVEL"], field["MD_NAME"], member }' >>"$RUN/arrays"
  done <"$RUN/array-members"
  arrays_comma=
  printf '['
  cut -f1 "$RUN/arrays" | sort -u >"$RUN/array-uuids"
  while IFS= read -r array_uuid; do
    printf '%s' "$arrays_comma"
    field_rest=$(grep -F "$array_uuid$tab" "$RUN/arrays" | head -n 1)
    next_field
    json_object_start
    json_key_string uuid "$array_uuid"
    next_field
    json_key_string level "$field_value"
    next_field
    json_key_string name "$field_value"
    json_key members
    grep -F "$array_uuid$tab" "$RUN/arrays" | cut -f4 | json_list_of_lines
    printf '}'
    arrays_comma=,
  done <"$RUN/array-uuids"
  printf ']'
}
