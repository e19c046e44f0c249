# shellcheck shell=sh
# The installed system's file systems, mounted at $tree as it will see them itself, and programs run inside.

# The places with a mount point, shallow ones first.
places_by_depth() {
  grep -v "^-$tab" "$STEP/places" | sort
}

# The root was written after make-layout: it has the image's file system.
mount_place() {
  if [ "$place_mount" = / ]; then
    probe_content "$place_device"
    place_type=$blkid_type
  else
    mkdir -p "$tree$place_mount"
  fi
  check_inside "$place_mount"
  run_tool file-system-failed mount -t "$place_type" "$place_device" "$tree${place_mount%/}"
}

# An image may have a symbolic link where a file system belongs: it could lead out of the tree.
check_inside() {
  real_folder "$tree${1%/}"
  [ "$folder" = "$tree${1%/}" ] || unfit_image "$1 is no folder of its own"
}

unfit_image() {
  printf '%s\n' "$1" >"$STEP/missing"
  evidence missing json_list_of_lines <"$STEP/missing"
  fail image-unfit "the image does not fit the layout: $1"
}

# Mounts all of them, and moves what the image has at a mount point into the file system that will cover it.
fill_tree() {
  # For folders that the image lacks; the agent's own mask is stricter.
  umask 022
  mkdir -p "$tree" "$RUN/fill"
  places_by_depth >"$STEP/mounts"
  while read_place <&4; do
    [ "$place_mount" = / ] || move_contents
    mount_place
  done 4<"$STEP/mounts"
}

move_contents() {
  mkdir -p "$tree$place_mount"
  check_inside "$place_mount"
  run_tool file-system-failed mount -t "$place_type" "$place_device" "$RUN/fill"
  # A step that was interrupted has left a part here.
  empty_folder "$RUN/fill"
  check_room_of_place
  # FAT has neither owners nor modes nor links.
  if [ "$place_type" = vfat ]; then
    run_tool file-system-failed cp -R --preserve=timestamps --one-file-system "$tree$place_mount/." "$RUN/fill"
  else
    run_tool file-system-failed cp -a --one-file-system "$tree$place_mount/." "$RUN/fill"
  fi
  run_tool file-system-failed umount "$RUN/fill"
  empty_folder "$tree$place_mount"
}

# The names that begin with a dot too, but for . and .. themselves.
empty_folder() {
  for folder_entry in "$1"/* "$1"/.[!.]* "$1"/..?*; do
    case $folder_entry in */lost+found) ;; *) rm -rf "$folder_entry" ;; esac
  done
}

check_room_of_place() {
  wanted_kib=$(du -skx "$tree$place_mount" | cut -f1)
  free_kib=$(df -kP "$RUN/fill" | awk 'NR == 2 { print $4 }')
  [ "$wanted_kib" -gt "$free_kib" ] || return 0
  umount "$RUN/fill"
  evidence neededBytes json_number $((wanted_kib * 1024))
  evidence freeBytes json_number $((free_kib * 1024))
  evidence reason json_string file-system-full
  evidence mountPoint json_string "$place_mount"
  fail no-room "the image has $wanted_kib KiB at $place_mount, the layout $free_kib KiB"
}

# The tree as a running system: kernel file systems, and the links by which GRUB's scripts look for a UUID, which no udev makes here.
# Not the firmware's variables: the boot entry is a step of its own, and no package's script shall change them.
enter_tree() {
  umask 022
  mkdir -p "$tree"
  places_by_depth >"$STEP/mounts"
  while read_place <&4; do mount_place; done 4<"$STEP/mounts"
  for kernel_folder in proc sys dev run; do mkdir -p "$tree/$kernel_folder" && check_inside "/$kernel_folder"; done
  run_tool tool-failed mount -t proc proc "$tree/proc"
  run_tool tool-failed mount -t sysfs sysfs "$tree/sys"
  run_tool tool-failed mount --bind /dev "$tree/dev"
  run_tool tool-failed mount -t devpts devpts "$tree/dev/pts"
  run_tool tool-failed mount -t tmpfs -o mode=0755 run "$tree/run"
  mkdir -p /dev/disk/by-uuid
  while read_place <&4; do
    probe_content "$place_device"
    ln -sf "$place_device" "/dev/disk/by-uuid/$blkid_uuid"
  done 4<"$STEP/places"
}

tree_has() {
  [ -x "$tree/usr/sbin/$1" ] || [ -x "$tree/sbin/$1" ] || [ -x "$tree/usr/bin/$1" ] || [ -x "$tree/bin/$1" ]
}

# in_tree PROGRAM ARGUMENT…: as the installed system's root, with nothing of the ramdisk's environment.
in_tree() {
  chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LC_ALL=C TERM=dumb "$@" </dev/null
}

# run_in_tree CODE PROGRAM ARGUMENT…: what the step is for; without it the step fails.
run_in_tree() {
  tree_code=$1
  shift
  say "$*"
  tool_exit=0
  in_tree "$@" >"$STEP/tool-error" 2>&1 || tool_exit=$?
  printf '%s: %s\n' "$*" "$tool_exit" >>"$STEP/ran"
  [ "$tool_exit" -eq 0 ] || tool_failed "$tree_code" "$1"
}
