# shellcheck shell=sh
# The disk, or the disks of a software RAID, divided anew: table, arrays, volume group, file systems. Whatever was there is gone.
# Run again it starts over.

step_make_layout() {
  take_layout
  report_phase preparing
  leave_mounts
  choose_layout_disks
  evidence disks json_layout_disks
  check_firmware
  plan_layout
  check_group_name
  release_layout_disks
  report_phase partitioning
  load_drivers_of_layout
  for layout_disk in $chosen_disks; do
    open_disk "$layout_disk"
    write_planned_table
  done
  wipe_new_partitions
  make_arrays
  make_group
  open_layout
  make_file_systems
  evidence partitionTable json_string "$layout_table"
  evidence partitions json_planned_partitions
  evidence arrays json_made_arrays
  evidence volumeGroup json_made_group
  evidence fileSystems json_made_file_systems
  close_layout
  succeed
}

json_layout_disks() {
  disks_comma=
  printf '['
  for layout_disk in $chosen_disks; do
    open_disk "$layout_disk"
    printf '%s' "$disks_comma"
    json_chosen_disk
    disks_comma=,
  done
  printf ']'
}

# Two groups of one name: LVM then takes neither by its name, and the installed system does not find its root.
check_group_name() {
  [ -n "$group_name" ] || return 0
  # Its folder in /dev is made by LVM, and has only links.
  if [ -e "/dev/$group_name" ] && { [ ! -d "/dev/$group_name" ] || [ -n "$(find "/dev/$group_name" -mindepth 1 ! -type l)" ]; }; then
    bad_layout "has a volume group that is named like a device: $group_name"
  fi
  for layout_disk in $chosen_disks; do
    open_disk "$layout_disk"
    device_tree
  done >"$STEP/own-devices"
  run_lvm pvs --noheadings --separator '|' -o vg_name,pv_name 2>/dev/null |
    awk -F '|' -v group="$group_name" '{ gsub(/ /, "") } $1 == group { sub("^/dev/", "", $2); print $2 }' |
    grep -vxFf "$STEP/own-devices" >"$STEP/same-name" || :
  [ -s "$STEP/same-name" ] || return 0
  evidence group json_string "$group_name"
  evidence physicalVolumes json_list_of_lines <"$STEP/same-name"
  fail group-name-taken "another disk has a volume group $group_name too ($(tr '\n' ' ' <"$STEP/same-name")): the installed system could not tell them apart"
}

# All of them, before anything is written to one.
release_layout_disks() {
  : >"$STEP/all-released"
  for layout_disk in $chosen_disks; do
    open_disk "$layout_disk"
    release_disk
    cat "$STEP/released" >>"$STEP/all-released"
  done
  evidence released json_list_of_lines <"$STEP/all-released"
}

write_planned_table() {
  wipe_signatures
  planned_script >"$STEP/script"
  run_tool partitioning-failed sfdisk --quiet --no-reread --no-tell-kernel --wipe always --wipe-partitions never "$device" <"$STEP/script"
  check_planned_partitions
  reread_partitions "$device" || fail partitioning-failed "the kernel does not take the new partition table of $disk_name"
}

# sfdisk's script. Units by suffix: the same for sectors of 512 and of 4096 bytes.
planned_script() {
  if [ "$layout_table" = gpt ]; then printf 'label: gpt\n'; else printf 'label: dos\n'; fi
  while read_plan; do
    printf '%s : start=%sMiB, size=%sMiB, type=%s' "$plan_number" "$plan_start" "$plan_size" "$(planned_partition_type)"
    [ "$layout_table" = mbr ] || printf ', name="%s"' "$(planned_partition_name)"
    # Old BIOSes want one that is marked before they start an MBR.
    if [ "$layout_table:$plan_number" = mbr:1 ] && [ "$layout_firmware" = bios ]; then printf ', bootable'; fi
    printf '\n'
  done <"$STEP/plan"
}

# An EFI system partition keeps its type in a mirror too: by it the firmware finds it.
planned_partition_type() {
  case $layout_table:$plan_use:$plan_type:$plan_level in
    gpt:efi:*) printf C12A7328-F81F-11D2-BA4B-00A0C93EC93B ;;
    gpt:bios-boot:*) printf 21686148-6449-6E6F-744E-656564454649 ;;
    gpt:*:[01] | gpt:*:10) printf A19D880F-05FC-4D3B-A006-743F0F84911E ;;
    gpt:group:*) printf E6D6D379-F507-44C2-A23C-238F2A3DF928 ;;
    gpt:*:swap:*) printf 0657FD6D-A4AB-43C4-84E5-0933C84B4F4F ;;
    gpt:*) printf 0FC63DAF-8483-4772-8E79-3D69D8477DE4 ;;
    mbr:efi:*) printf ef ;;
    mbr:extended:*) printf 5 ;;
    mbr:*:[01] | mbr:*:10) printf fd ;;
    mbr:group:*) printf 8e ;;
    mbr:*:swap:*) printf 82 ;;
    mbr:*) printf 83 ;;
  esac
}

planned_partition_name() {
  case $plan_use:$plan_type in
    efi:*) printf 'EFI' ;;
    bios-boot:*) printf 'BIOS boot' ;;
    group:*) printf 'LVM %s' "$group_name" ;;
    *:swap) printf swap ;;
    *) printf '%s' "$plan_mount" ;;
  esac
}

# The new partitions may begin where something old lies that the old table did not name.
wipe_new_partitions() {
  while read_plan <&4; do
    [ "$plan_use" != extended ] || continue
    for layout_disk in $chosen_disks; do
      partition_of_plan "$layout_disk"
      run_tool write-failed wipefs --all --force --quiet "$partition_device"
      release_partition
    done
  done 4<"$STEP/plan"
}

# homehost any: the array belongs to no host, so each one starts it under its own name.
make_arrays() {
  while read_plan <&4; do
    [ "$plan_level" != - ] || continue
    array_of_plan
    set -- --create "$planned_device" --run --homehost=any "--name=$(array_name)" "--level=$plan_level" "--metadata=$plan_metadata" \
      "--raid-devices=$disk_count"
    case $plan_metadata in 1.2) set -- "$@" --data-offset=1M ;; esac
    case $plan_level in 1 | 10) set -- "$@" --bitmap=internal ;; esac
    # shellcheck disable=SC2046
    run_tool raid-failed mdadm "$@" $(array_members)
  done 4<"$STEP/plan"
}

array_name() {
  case $plan_use:$plan_mount in
    efi:*) printf efi ;;
    group:*) printf lvm ;;
    *:/) printf root ;;
    *:/boot) printf boot ;;
    *) printf 'part%s' "$plan_number" ;;
  esac
}

make_group() {
  [ -n "$group_name" ] || return 0
  while read_plan <&4; do
    [ "$plan_use" != group ] || device_of_plan
  done 4<"$STEP/plan"
  physical_volume=$planned_device
  see_only_physical_volume
  # Links of a group that was removed from under LVM: it would not make one of the same name.
  rm -f "/dev/$group_name"/*
  rmdir "/dev/$group_name" 2>/dev/null
  run_tool lvm-failed run_lvm pvcreate -ff -y "$physical_volume"
  run_tool lvm-failed run_lvm vgcreate -y -s "${extent_mib}m" "$group_name" "$physical_volume"
  while IFS=$tab read -r _ _ volume_size volume_name <&4; do
    [ "$volume_size" = rest ] || run_tool lvm-failed run_lvm lvcreate -y -W y -n "$volume_name" -L "${volume_size}m" "$group_name"
  done 4<"$STEP/wanted-volumes"
  while IFS=$tab read -r _ _ volume_size volume_name <&4; do
    [ "$volume_size" != rest ] || run_tool lvm-failed run_lvm lvcreate -y -W y -n "$volume_name" -l 100%FREE "$group_name"
  done 4<"$STEP/wanted-volumes"
}

# Without what came later: a system of 2014 must be able to mount and check what an image of it is put on, and its GRUB to read it.
make_file_system() {
  case $place_type in
    ext4) set -- mkfs.ext4 -q -F -O '^metadata_csum,^metadata_csum_seed,^orphan_file' ;;
    xfs) set -- mkfs.xfs -q -f -m finobt=0,rmapbt=0,reflink=0,bigtime=0,inobtcount=0 -i sparse=0,nrext64=0 ;;
    vfat) set -- mkfs.fat -F 32 ;;
    swap) set -- mkswap -L swap ;;
  esac
  [ "$place_mount" != /boot/efi ] || set -- "$@" -n EFI
  run_tool file-system-failed "$@" "$place_device"
}

# Lines of mount point, file system, device, UUID, bytes. On a made-up disk each loop device is let go of at once.
make_file_systems() {
  : >"$STEP/file-systems"
  while read_place <&4; do
    make_file_system
    probe_content "$place_device"
    device_size "$place_device"
    printf '%s\t%s\t%s\t%s\t%s\n' "$place_mount" "$place_type" "${place_device#/dev/}" "$blkid_uuid" "$device_bytes" >>"$STEP/file-systems"
  done 4<"$STEP/places"
}
