# shellcheck shell=sh
# What an initramfs was and what became of it: size, number of drivers, and whether this server's disk would have been found without.

# Before $initramfs is made.
note_old_initramfs() {
  old_bytes='' old_drivers=''
  [ -f "$tree/boot/$initramfs" ] || return 0
  device_size "$tree/boot/$initramfs"
  old_bytes=$device_bytes
  ! list_drivers "$STEP/old-drivers" || old_drivers=$driver_count
}

changes_comma=

# After.
note_new_initramfs() {
  device_size "$tree/boot/$initramfs" 2>/dev/null
  new_drivers=
  : >"$STEP/lacked-drivers"
  if list_drivers "$STEP/new-drivers"; then
    new_drivers=$driver_count
    if [ -n "$old_drivers" ]; then
      drivers_of_disks | grep -xFf "$STEP/new-drivers" | grep -vxFf "$STEP/old-drivers" >"$STEP/lacked-drivers" || :
    fi
  fi
  {
    printf '%s' "$changes_comma"
    json_object_start
    json_key_string file "/boot/$initramfs"
    json_key_number oldBytes "$old_bytes"
    json_key_number newBytes "$device_bytes"
    json_key_number oldDrivers "$old_drivers"
    json_key_number newDrivers "$new_drivers"
    json_key lacked
    json_list_of_lines <"$STEP/lacked-drivers"
    printf '}'
  } >>"$STEP/initramfs-changes"
  changes_comma=,
}

json_initramfs_changes() {
  printf '['
  cat "$STEP/initramfs-changes"
  printf ']'
}

# The drivers in $initramfs into FILE, by the system's own program, and how many into driver_count. 1: nobody can tell, because
# there is no such program, it knows the compression not, or it shows no contents of an image in the image.
list_drivers() {
  lister=lsinitramfs
  if tree_has lsinitrd; then lister=lsinitrd; elif ! tree_has lsinitramfs; then return 1; fi
  in_tree "$lister" "/boot/$initramfs" >"$STEP/listing" 2>/dev/null || return 1
  # None is without it.
  grep -qE '(^|[ /])init( |$)' "$STEP/listing" || return 1
  if grep -q squash-root.img "$STEP/listing" && ! grep -q squashfs-root/ "$STEP/listing"; then return 1; fi
  sed -n 's|.*/\([^/ ]*\)\.ko\(\.[a-z0-9]*\)\{0,1\}$|\1|p' "$STEP/listing" | sort -u >"$1"
  driver_count=$(grep -c . "$1")
  return 0
}

# Of the disks' controllers, and of what is between (virtio_blk), as this kernel's modules are named: those that are built in are none.
drivers_of_disks() {
  for layout_disk in $chosen_disks; do
    probe_disk "$layout_disk"
    driver_of "$SYS/block/$layout_disk/device"
    for disk_driver in $disk_controller_driver $driver_name; do
      find "$tree/lib/modules/$kernel_version" -name "$(printf '%s' "$disk_driver" | tr - '?').ko*"
    done
  done | sed 's|.*/||; s|\.ko.*||' | sort -u
}
