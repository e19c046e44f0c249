# shellcheck shell=sh
# From a plan to devices: partitions, the arrays that they make, the volume group, and the file systems on them.

# All arrays and the volume group of the plan running, and $STEP/places: lines of mount point (- for swap), file system, device.
open_layout() {
  load_drivers_of_layout
  : >"$STEP/places"
  physical_volume=
  # Descriptor 4: a program that reads its stdin must not eat the plan.
  while read_plan <&4; do
    case $plan_use in bios-boot | extended) continue ;; esac
    device_of_plan
    if [ "$plan_use" = group ]; then
      physical_volume=$planned_device
    else
      printf '%s\t%s\t%s\n' "$plan_mount" "$plan_type" "$planned_device" >>"$STEP/places"
    fi
  done 4<"$STEP/plan"
  [ -n "$group_name" ] || return 0
  see_only_physical_volume
  run_tool lvm-failed run_lvm vgchange -ay "$group_name"
  while IFS=$tab read -r place_mount place_type _ volume_name; do
    printf '%s\t%s\t/dev/%s/%s\n' "$place_mount" "$place_type" "$group_name" "$volume_name" >>"$STEP/places"
  done <"$STEP/wanted-volumes"
}

# Another disk of the machine may have a group of this name, or a copy of this very one.
see_only_physical_volume() {
  lvm_filter="filter=[\"a|^$physical_volume\$|\",\"r|.*|\"]"
}

load_drivers_of_layout() {
  [ -z "$sandbox" ] || return 0
  mkdir -p /run/lvm /run/lock/lvm
  modprobe -qa dm_mod md_mod "raid${raid_level#none}" raid1 ext4 xfs vfat 2>/dev/null || :
}

# The device of the plan's line: a partition of the only disk, or the array of those of all disks.
device_of_plan() {
  if [ "$plan_level" = - ]; then
    partition_of_plan "$first_disk"
    planned_device=$partition_device
    return 0
  fi
  array_of_plan
  [ -e "$SYS/block/${planned_device#/dev/}/md/array_state" ] && return 0
  # shellcheck disable=SC2046
  run_tool raid-failed mdadm --assemble --run "$planned_device" $(array_members)
}

# One number for the array and its partitions, so that both are found again without a list.
array_of_plan() {
  planned_device=/dev/md$plan_number
}

array_members() {
  for member_disk in $chosen_disks; do
    partition_of_plan "$member_disk"
    printf '%s\n' "$partition_device"
  done
}

# On a made-up disk: a loop device of the plan's place on it.
partition_of_plan() {
  table_sector_bytes=1048576
  partition_device_of "$DEV/$1" "$plan_number" "$plan_start" "$plan_size"
}

# What was opened is closed, cleanly: an array that was not stopped is resynchronised as a whole at the first boot.
close_layout() {
  leave_mounts
  [ -z "$group_name" ] || run_lvm vgchange -an "$group_name" >&2 || :
  [ "$raid_level" != none ] || return 0
  sync
  while read_plan <&4; do
    [ "$plan_level" = - ] || mdadm --stop "/dev/md$plan_number" >&2 || :
  done 4<"$STEP/plan"
}

# The next line of stdin of the places into place_*; 1 at the end.
read_place() {
  IFS=$tab read -r place_mount place_type place_device
}

# What a step that an earlier agent did not finish left mounted goes first, deepest first.
tree=$RUN/tree
leave_mounts() {
  [ -r "$PROC/mounts" ] || return 0
  awk -v run="$RUN" '
    function is_in(folder) { return $2 == folder || index($2, folder "/") == 1 }
    is_in(run "/tree") || is_in(run "/fill") || is_in(run "/mount") { print $2 }' "$PROC/mounts" | sort -r | while IFS= read -r left_mount; do
    umount "$left_mount" 2>/dev/null || umount -l "$left_mount"
  done
}

# All that a step needs to know about a layout that make-layout made: who, where, running.
find_layout() {
  take_layout
  leave_mounts
  choose_layout_disks
  check_firmware
  plan_layout
  for layout_disk in $chosen_disks; do
    open_disk "$layout_disk"
    check_planned_partitions
  done
  open_disk "$first_disk"
}

# The machine as it was started decides what can boot it, not what somebody believes.
check_firmware() {
  [ "$(firmware_mode)" != "$layout_firmware" ] || return 0
  evidence firmware json_string "$(firmware_mode)"
  fail wrong-firmware "the layout is for $layout_firmware, the machine was started by $(firmware_mode)"
}

# Has the opened disk all that was planned? A config drive may have come since.
check_planned_partitions() {
  read_partition_table "$device"
  cut -f1-3 "$RUN/partition-entries" >"$STEP/found-partitions"
  while read_plan; do
    printf '%s\t%s\t%s\n' "$plan_number" $((plan_start * 1048576 / table_sector_bytes)) $((plan_size * 1048576 / table_sector_bytes))
  done <"$STEP/plan" >"$STEP/planned-partitions"
  if [ "$table_kind" = "$layout_table" ] && [ -s "$STEP/found-partitions" ] &&
    ! grep -qvxFf "$STEP/found-partitions" "$STEP/planned-partitions"; then
    return 0
  fi
  evidence partitionTable json_string "$table_kind"
  fail partitioning-failed "the partitions of $disk_name are not those of the layout"
}
