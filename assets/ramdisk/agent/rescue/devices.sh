# shellcheck shell=sh
# Disks while a person looks at them: protected from writes, arrays and volume groups on them running without a byte being written.
# $RUN/looked-at keeps what was changed, so that all of it can be taken back.

# Whole disks and the partitions that the kernel knows, one name a line.
disk_devices() {
  for disk in $(disk_names); do
    printf '%s\n' "$disk"
    for disk_partition in "$SYS/block/$disk/$disk"*; do
      [ ! -e "$disk_partition/partition" ] || printf '%s\n' "${disk_partition##*/}"
    done
  done
}

# Whole disks too: else a program could write to a mounted partition by way of its disk.
protect_disks() {
  mkdir -p "$RUN/looked-at"
  disk_devices >"$STEP/devices"
  while IFS= read -r disk_device_name; do
    [ "$(blockdev --getro "$DEV/$disk_device_name" 2>/dev/null)" = 0 ] || continue
    printf '%s\n' "$disk_device_name" >>"$RUN/looked-at/protected"
    run_tool tool-failed blockdev --setro "$DEV/$disk_device_name"
  done <"$STEP/devices"
}

unprotect_disks() {
  [ -s "$RUN/looked-at/protected" ] || return 0
  while IFS= read -r disk_device_name; do
    blockdev --setrw "$DEV/$disk_device_name" 2>/dev/null || :
  done <"$RUN/looked-at/protected"
  rm -f "$RUN/looked-at/protected"
}

# Arrays whose members are here, also with one missing. A member keeps its superblock as it is: md is read-only from the start.
# Members of what cannot be started are noted as left.
start_arrays() {
  : >"$STEP/members"
  while IFS= read -r disk_device_name; do
    ! is_held "$disk_device_name" || continue
    probe_content "$DEV/$disk_device_name"
    [ "$blkid_type" = linux_raid_member ] || continue
    array_uuid=$(mdadm --examine --export "$DEV/$disk_device_name" 2>/dev/null | sed -n 's/^MD_UUID=//p')
    printf '%s %s\n' "${array_uuid:--}" "$disk_device_name" >>"$STEP/members"
  done <"$STEP/devices"
  array_number=100
  awk '!seen[$1]++ { print $1 }' "$STEP/members" >"$STEP/array-uuids"
  while IFS= read -r array_uuid <&4; do
    array_members=$(awk -v uuid="$array_uuid" -v dev="$DEV" '$1 == uuid { print dev "/" $2 }' "$STEP/members")
    while [ -e "$SYS/block/md$array_number" ]; do array_number=$((array_number + 1)); done
    # shellcheck disable=SC2086
    if mdadm --assemble --readonly --run "/dev/md$array_number" $array_members >&2; then
      printf 'md%s\n' "$array_number" >>"$RUN/looked-at/arrays"
    else
      mdadm --stop "/dev/md$array_number" >/dev/null 2>&1 || :
      awk -v uuid="$array_uuid" '$1 == uuid { print $2 }' "$STEP/members" | while IFS= read -r array_member; do
        note_left "$array_member" linux_raid_member incomplete
      done
    fi
  done 4<"$STEP/array-uuids"
}

is_held() {
  for holder in "$SYS/class/block/$1/holders"/*; do
    [ ! -e "$holder" ] || return 0
  done
  return 1
}

# Volumes that may be read: a group is named with read_only_volume_list, and with metadata_read_only LVM itself writes nothing.
# Fields of $STEP/volumes: group, volume, path of its device.
start_volume_groups() {
  : >"$STEP/volumes"
  run_looking_lvm vgs --noheadings -o vg_name 2>/dev/null | tr -d ' ' | sort >"$STEP/groups" || :
  while IFS= read -r group_name; do
    run_looking_lvm vgchange -ay "$group_name" >&2 </dev/null || :
    grep -qxF "$group_name" "$RUN/looked-at/groups" 2>/dev/null || printf '%s\n' "$group_name" >>"$RUN/looked-at/groups"
    run_looking_lvm lvs --noheadings --separator '|' -o lv_name,lv_active,lv_role,lv_dm_path "$group_name" </dev/null 2>/dev/null |
      tr -d ' ' >"$STEP/lvs" || :
    while IFS='|' read -r volume_name volume_active volume_role volume_path; do
      case $volume_role in public*) ;; *) continue ;; esac
      case $volume_active in
        active*) printf '%s/%s %s\n' "$group_name" "$volume_name" "$volume_path" >>"$STEP/volumes" ;;
        *) note_left "$group_name/$volume_name" '' incomplete ;;
      esac
    done <"$STEP/lvs"
  done <"$STEP/groups"
}

run_looking_lvm() {
  looking_command=$1
  shift
  mkdir -p /run/lvm /run/lock/lvm
  lvm "$looking_command" --config "activation{udev_sync=0 udev_rules=0 monitoring=0 read_only_volume_list=[\"${group_name:--}\"]} global{metadata_read_only=1} devices{obtain_device_list_from_udev=0 use_devicesfile=0} backup{backup=0 archive=0}" "$@"
}

# Back to how the machine was: a step that writes finds every disk as it expects it.
stop_groups_and_arrays() {
  [ ! -s "$RUN/looked-at/groups" ] || while IFS= read -r group_name; do
    run_looking_lvm vgchange -an "$group_name" >&2 </dev/null || :
  done <"$RUN/looked-at/groups"
  [ ! -s "$RUN/looked-at/arrays" ] || while IFS= read -r array_name; do
    mdadm --stop "/dev/$array_name" >&2 || :
  done <"$RUN/looked-at/arrays"
  rm -f "$RUN/looked-at/groups" "$RUN/looked-at/arrays"
}

# All mount points at or below /mnt, the innermost first, in the octal escapes of /proc/mounts undone.
mounts_below() {
  [ -r "$PROC/mounts" ] || return 0
  awk -v top="$MNT" '$2 == top || index($2, top "/") == 1 { print $2 }' "$PROC/mounts" | sort -r | while IFS= read -r escaped_mount; do
    case $escaped_mount in *\\*) escaped_mount=$(printf '%b' "$(printf '%s' "$escaped_mount" | sed 's/\\/\\0/g')") ;; esac
    printf '%s\n' "$escaped_mount"
  done
}

# Before the machine goes: what a person has made writable is written out, also when a shell still stands in it.
leave_disks() {
  mounts_below | while IFS= read -r left_mount; do
    umount "$left_mount" 2>/dev/null || mount -o remount,ro "$left_mount" 2>/dev/null || :
  done
}
