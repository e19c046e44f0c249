# shellcheck shell=sh
# What makes the written system start: kernel arguments, an initramfs that finds its root, GRUB. All of it by the system's own
# programs, inside of it.

step_install_boot_loader() {
  take_parameter kernel-arguments ''
  wanted_arguments=$parameter
  case $wanted_arguments in *[!\ -~]*) bad_parameter kernel-arguments 'is not printable ASCII' ;; esac
  take_parameter rebuild-initramfs no
  rebuild_initramfs=$parameter
  case $rebuild_initramfs in yes | no) ;; *) bad_parameter rebuild-initramfs 'is neither yes nor no' ;; esac
  find_layout
  report_phase installing
  evidence disk json_chosen_disk
  open_layout
  enter_tree
  : >"$STEP/ran"
  check_image_fits
  name_root
  write_array_table
  write_kernel_arguments
  evidence kernelArguments json_string "$kernel_arguments"
  write_initramfs
  install_grub
  write_boot_entries
  write_grub_configuration
  ask_for_relabel
  evidence ran json_list_of_lines <"$STEP/ran"
  close_layout
  succeed
}

# Everything that is missing, before anything is changed.
check_image_fits() {
  : >"$STEP/missing"
  grub_flavour
  [ -n "$grub" ] || printf 'grub-install or grub2-install\n' >>"$STEP/missing"
  [ -n "$grub" ] && ! has_loader && printf 'GRUB for %s\n' "$layout_firmware" >>"$STEP/missing"
  [ -z "$group_name" ] || tree_has lvm || printf 'lvm (lvm2)\n' >>"$STEP/missing"
  [ "$raid_level" = none ] || tree_has mdadm || printf 'mdadm\n' >>"$STEP/missing"
  kernel_versions >"$STEP/kernels"
  [ -s "$STEP/kernels" ] || printf 'a kernel: /boot/vmlinuz-VERSION and /lib/modules/VERSION\n' >>"$STEP/missing"
  if wants_initramfs && ! tree_has dracut && ! tree_has update-initramfs; then printf 'dracut or update-initramfs\n' >>"$STEP/missing"; fi
  [ -s "$STEP/missing" ] || return 0
  evidence missing json_list_of_lines <"$STEP/missing"
  fail image-unfit "the image cannot start from this layout, it lacks: $(tr '\n' ',' <"$STEP/missing")"
}

kernel_versions() {
  for kernel_file in "$tree"/boot/vmlinuz-*; do
    kernel_version=${kernel_file##*/vmlinuz-}
    [ -d "$tree/lib/modules/$kernel_version" ] && printf '%s\n' "$kernel_version"
  done
  return 0
}

# The kernel's name for the root, the same at each start: a mapping has a name of its own, all else a UUID.
name_root() {
  while read_place; do
    [ "$place_mount" != / ] || root_device=$place_device
  done <"$STEP/places"
  probe_content "$root_device"
  root_argument=UUID=$blkid_uuid
  case $root_device in /dev/"$group_name"/*) root_argument=$(mapper_path "$group_name" "${root_device##*/}") ;; esac
}

# A dash inside a name is doubled (dmsetup(8)).
mapper_path() {
  printf '/dev/mapper/%s-%s' "$(printf '%s' "$1" | sed 's/-/--/g')" "$(printf '%s' "$2" | sed 's/-/--/g')"
}

# The arrays by UUID; without it they are started under a made-up name, and late.
write_array_table() {
  [ "$raid_level" != none ] || return 0
  array_table=/etc/mdadm.conf
  [ ! -d "$tree/etc/mdadm" ] || array_table=/etc/mdadm/mdadm.conf
  { [ ! -f "$tree$array_table" ] || grep -v '^ARRAY' "$tree$array_table"; } >"$STEP/mdadm.conf"
  while read_plan <&4; do
    [ "$plan_level" != - ] || continue
    array_of_plan
    printf 'ARRAY /dev/md/%s metadata=%s UUID=%s\n' "$(array_name)" "$plan_metadata" "$(uuid_of_array)" >>"$STEP/mdadm.conf"
  done 4<"$STEP/plan"
  replace_in_tree "$array_table" <"$STEP/mdadm.conf"
}

# Files were made by a kernel that knows nothing of the image's policy; the system labels them at its first start and starts again.
ask_for_relabel() {
  relabel=0
  if grep -qsE '^SELINUX=(enforcing|permissive)' "$tree/etc/selinux/config"; then
    relabel=1
    : >"$tree/.autorelabel"
  fi
  evidence relabel json_boolean "$relabel"
}
