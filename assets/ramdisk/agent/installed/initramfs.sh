# shellcheck shell=sh
# The initramfs of each kernel of the installed system. With every storage driver, whatever the machine was that made the image: the
# server gets another controller one day, or the disk another server.

# One that was made for a plain disk starts neither arrays nor volumes.
wants_initramfs() {
  [ "$rebuild_initramfs" = yes ] || [ -n "$group_name" ] || [ "$raid_level" != none ]
}

write_initramfs() {
  : >"$STEP/initramfs"
  : >"$STEP/initramfs-changes"
  if wants_initramfs; then
    while IFS= read -r kernel_version <&4; do
      initramfs_file
      note_old_initramfs
      if tree_has dracut; then run_dracut; else run_update_initramfs; fi
      printf '/boot/%s\n' "$initramfs" >>"$STEP/initramfs"
      note_new_initramfs
    done 4<"$STEP/kernels"
  fi
  evidence initramfs json_list_of_lines <"$STEP/initramfs"
  evidence initramfsChanges json_initramfs_changes
}

# By the name that the distribution uses: that is where its GRUB looks.
initramfs_file() {
  if ! tree_has dracut; then
    initramfs=initrd.img-$kernel_version
    return 0
  fi
  for initramfs in "initramfs-$kernel_version.img" "initrd-$kernel_version" "initrd.img-$kernel_version"; do
    [ ! -e "$tree/boot/$initramfs" ] || return 0
  done
  initramfs=initramfs-$kernel_version.img
  if grep -qsiE '^ID(_LIKE)?=.*suse' "$tree/etc/os-release"; then initramfs=initrd-$kernel_version; fi
}

run_dracut() {
  set --
  if tree_has lvm; then set -- lvm; fi
  if tree_has mdadm; then set -- "$@" mdraid; fi
  run_in_tree initramfs-failed dracut --force --no-hostonly --kver "$kernel_version" --add "$*" --omit 'resume plymouth' \
    --add-drivers "$(storage_drivers)" --kernel-cmdline "$(early_drivers)" --mdadmconf --lvmconf "/boot/$initramfs"
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
  drivers_of_disks | sed 's|^|rd.driver.pre=|' | tr '\n' ' '
}

# MODULES=most is what `dep`, which takes the drivers of the running machine, is not. RESUME: else it is asked for at each start.
# Debian's installer writes these two files, so nothing that is read later overrides them.
run_update_initramfs() {
  mkdir -p "$tree/etc/initramfs-tools/conf.d"
  if [ "$rebuild_initramfs" = yes ]; then printf 'MODULES=most\n' | replace_in_tree /etc/initramfs-tools/conf.d/driver-policy; fi
  printf 'RESUME=none\n' | replace_in_tree /etc/initramfs-tools/conf.d/resume
  initramfs_verb=-c
  [ ! -e "$tree/boot/$initramfs" ] || initramfs_verb=-u
  run_in_tree initramfs-failed update-initramfs "$initramfs_verb" -k "$kernel_version"
}
