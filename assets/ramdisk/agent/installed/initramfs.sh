# shellcheck shell=sh
# The initramfs of each kernel of the installed system. With every storage driver, whatever the machine was that made the image: the
# server gets another controller one day, or the disk another server.

# One that was made for a plain disk starts neither arrays nor volumes.
wants_initramfs() {
  [ "$rebuild_initramfs" = yes ] || [ -n "$group_name" ] || [ "$raid_level" != none ]
}

write_initramfs() {
  : >"$STEP/initramfs"
  if wants_initramfs; then
    while IFS= read -r kernel_version <&4; do
      if tree_has dracut; then run_dracut; else run_update_initramfs; fi
    done 4<"$STEP/kernels"
  fi
  evidence initramfs json_list_of_lines <"$STEP/initramfs"
}

# By the name that the distribution uses: that is where its GRUB looks.
initramfs_file() {
  for initramfs in "initramfs-$kernel_version.img" "initrd-$kernel_version" "initrd.img-$kernel_version"; do
    [ ! -e "$tree/boot/$initramfs" ] || return 0
  done
  initramfs=initramfs-$kernel_version.img
  if grep -qsiE '^ID(_LIKE)?=.*suse' "$tree/etc/os-release"; then initramfs=initrd-$kernel_version; fi
}

run_dracut() {
  initramfs_file
  set --
  if tree_has lvm; then set -- lvm; fi
  if tree_has mdadm; then set -- "$@" mdraid; fi
  run_in_tree initramfs-failed dracut --force --no-hostonly --kver "$kernel_version" --add "$*" --omit 'resume plymouth' \
    --add-drivers "$(storage_drivers)" --kernel-cmdline "$(early_drivers)" --mdadmconf --lvmconf "/boot/$initramfs"
  printf '/boot/%s\n' "$initramfs" >>"$STEP/initramfs"
}

# Names of all storage drivers of this kernel: host adapters, RAID controllers, NVMe, and what virtual machines have.
storage_drivers() {
  for driver_folder in drivers/ata drivers/block drivers/message/fusion drivers/nvme/host drivers/scsi drivers/virtio; do
    find "$tree/lib/modules/$kernel_version/kernel/$driver_folder" -name '*.ko*' 2>/dev/null
  done | sed 's|.*/||; s|\.ko.*||' | grep -vE '^(scsi_debug|null_blk|brd|zram|rbd|drbd|nbd|loop|ublk_drv)$' | sort -u | tr '\n' ' '
}

# The drivers of the disks' controllers before all others: names of disks then follow from them, and no race with another one
# keeps the root away.
early_drivers() {
  for layout_disk in $chosen_disks; do
    probe_disk "$layout_disk"
    if [ -n "$disk_controller_driver" ]; then
      find "$tree/lib/modules/$kernel_version" -name "$(printf '%s' "$disk_controller_driver" | tr - '?').ko*" | sed 's|.*/||; s|\.ko.*||; s|^|rd.driver.pre=|'
    fi
  done | sort -u | tr '\n' ' '
}

# MODULES=most is what `dep`, which takes the drivers of the running machine, is not. RESUME: else it is asked for at each start.
# Debian's installer writes these two files, so nothing that is read later overrides them.
run_update_initramfs() {
  mkdir -p "$tree/etc/initramfs-tools/conf.d"
  if [ "$rebuild_initramfs" = yes ]; then printf 'MODULES=most\n' | replace_in_tree /etc/initramfs-tools/conf.d/driver-policy; fi
  printf 'RESUME=none\n' | replace_in_tree /etc/initramfs-tools/conf.d/resume
  initramfs=initrd.img-$kernel_version
  initramfs_verb=-c
  [ ! -e "$tree/boot/$initramfs" ] || initramfs_verb=-u
  run_in_tree initramfs-failed update-initramfs "$initramfs_verb" -k "$kernel_version"
  printf '/boot/%s\n' "$initramfs" >>"$STEP/initramfs"
}
