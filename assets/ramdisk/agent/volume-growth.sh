# shellcheck shell=sh
# LVM in the last partition, as images of RHEL and its kin have it: the physical volume takes the whole partition, and the volume with
# the root what the group has free then. Its file system grows as that of a plain partition does.

grow_volume_group() {
  see_only_own_partitions
  run_tool lvm-failed run_lvm pvs --noheadings -o vg_name "$partition_device"
  trim "$tool_output"
  group_name=$trimmed
  [ -n "$group_name" ] || return 0
  root_volume=
  if is_whole_group; then
    run_tool lvm-failed run_lvm pvresize "$partition_device"
    find_root_volume
    [ -z "$root_volume" ] || grow_root_volume
  fi
  evidence volumeGroup json_grown_group
  run_lvm vgchange -an "$group_name" >&2 || :
}

# Another disk of the machine may have a group of this name, or a copy of this very one; a group may have several partitions.
see_only_own_partitions() {
  lvm_filter="filter=[\"a|^${partition_device%"$last_number"}[0-9]+\$|\",\"r|.*|\"]"
  [ -z "$sandbox" ] || return 0
  mkdir -p /run/lvm /run/lock/lvm
  modprobe -qa dm_mod ext4 xfs 2>/dev/null || :
}

# One that is exported, shared between servers or goes on over a disk that is not here is not ours to change (vg_attr, vgs(8)).
is_whole_group() {
  run_tool lvm-failed run_lvm vgs --noheadings -o vg_attr "$group_name"
  trim "$tool_output"
  case $trimmed in wz--?-) ;; *) return 1 ;; esac
}

# The only volume with an /etc/fstab. Where none can be looked into, because its file system has newer features, the only one
# that has files at all: that is what happens to a plain partition too.
find_root_volume() {
  root_count=0 file_system_count=0
  run_tool lvm-failed run_lvm lvs --noheadings --separator '|' -o lv_name,lv_layout,lv_role "$group_name"
  printf '%s\n' "$tool_output" >"$STEP/volumes"
  while IFS='|' read -r volume_name volume_layout volume_role <&4; do
    [ "$volume_layout:$volume_role" = linear:public ] || continue
    trim "$volume_name"
    volume_name=$trimmed
    run_tool lvm-failed run_lvm lvchange -ay "$group_name/$volume_name"
    probe_content "$DEV/$group_name/$volume_name"
    case $blkid_type in ext2 | ext3 | ext4 | xfs) ;; *) continue ;; esac
    file_system_count=$((file_system_count + 1))
    only_volume=$volume_name
    if holds_root; then
      root_count=$((root_count + 1))
      root_volume=$volume_name
    fi
  done 4<"$STEP/volumes"
  case $root_count:$file_system_count in
    1:*) ;;
    0:1) root_volume=$only_volume ;;
    *) root_volume= ;;
  esac
}

holds_root() {
  mkdir -p "$RUN/mount"
  mount -t "$blkid_type" -o ro "$DEV/$group_name/$volume_name" "$RUN/mount" 2>/dev/null || return 1
  root_mark=$RUN/mount/etc/fstab
  holds=1
  [ ! -f "$root_mark" ] || holds=0
  umount "$RUN/mount"
  return "$holds"
}

grow_root_volume() {
  run_tool lvm-failed run_lvm vgs --noheadings -o vg_free_count "$group_name"
  trim "$tool_output"
  [ "$trimmed" = 0 ] || run_tool lvm-failed run_lvm lvextend -l +100%FREE "$group_name/$root_volume"
  probe_content "$DEV/$group_name/$root_volume"
  found_type=$blkid_type
  grow_files_on "$DEV/$group_name/$root_volume"
}

json_grown_group() {
  run_lvm vgs --noheadings --units b --nosuffix --separator '|' -o vg_size,vg_free "$group_name" 2>/dev/null | tr -d ' ' >"$STEP/vgs"
  IFS='|' read -r group_size group_free <"$STEP/vgs"
  json_object_start
  json_key_string name "$group_name"
  json_key_number sizeBytes "$group_size"
  json_key_number freeBytes "$group_free"
  json_key_string rootVolume "$root_volume"
  printf '}'
}
