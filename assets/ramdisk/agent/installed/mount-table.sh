# shellcheck shell=sh
# /etc/fstab of the installed system.

# The layout by UUID, and what the image had that is on no disk (tmpfs, NFS). An image's own disks do not exist here, and systemd
# waits for what does not come; so does it for the disks of a crypttab.
write_mount_table() {
  mkdir -p "$tree/etc"
  check_inside /etc
  : >"$STEP/fstab"
  while read_place <&4; do
    probe_content "$place_device"
    mount_table_line >>"$STEP/fstab"
  done 4<"$STEP/places"
  if [ -f "$tree/etc/fstab" ]; then kept_lines <"$tree/etc/fstab" >>"$STEP/fstab"; fi
  replace_in_tree /etc/fstab <"$STEP/fstab"
  [ ! -s "$tree/etc/crypttab" ] || replace_in_tree /etc/crypttab </dev/null
}

mount_table_line() {
  case $place_mount:$place_type in
    -:swap) printf 'UUID=%s none swap defaults 0 0\n' "$blkid_uuid" ;;
    /:ext4 | /:xfs) printf 'UUID=%s / %s defaults 0 1\n' "$blkid_uuid" "$blkid_type" ;;
    /boot/efi:vfat) printf 'UUID=%s /boot/efi vfat umask=0077,shortname=winnt 0 2\n' "$blkid_uuid" ;;
    *) printf 'UUID=%s %s %s defaults 0 2\n' "$blkid_uuid" "$place_mount" "$place_type" ;;
  esac
}

kept_lines() {
  cut -f1 "$STEP/places" >"$STEP/planned-mounts"
  awk -v planned="$STEP/planned-mounts" '
    BEGIN { while ((getline line <planned) > 0) ours[line] }
    /^[ \t]*(#|$)/ || NF < 3 { next }
    $1 ~ /^(\/dev\/|UUID=|LABEL=|PARTUUID=|PARTLABEL=|ID=|\/)/ || $3 == "swap" || $2 in ours { next }
    { print }'
}

# A new file in the place of what may be a link to anywhere.
replace_in_tree() {
  rm -f "$tree$1"
  (umask 022 && cat >"$tree$1")
}
