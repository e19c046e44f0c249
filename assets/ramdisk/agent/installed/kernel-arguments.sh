# shellcheck shell=sh
# The kernel command line of the installed system, in GRUB's settings: what the image has, less what speaks of other disks, and ours.

# Sets kernel_arguments: all but root=.
write_kernel_arguments() {
  new_arguments=$(root_arguments)$(printf '%s' "$wanted_arguments" | escape_for_grub)
  # Also those that this step has put there before. Never empty: to busybox an empty file of patterns matches everything.
  printf 'root=\n%s\n' "$new_arguments" | tr -s '[:space:]' '\n' >"$STEP/new-arguments"
  image_arguments=$(grub_setting GRUB_CMDLINE_LINUX | drop_arguments)
  trim "$(grub_setting GRUB_CMDLINE_LINUX_DEFAULT | drop_arguments)"
  image_default_arguments=$trimmed
  trim "$image_arguments$new_arguments"
  own_arguments=$trimmed
  trim "$own_arguments $image_default_arguments"
  kernel_arguments=$trimmed
  {
    printf '# Written by Rackside with the layout of the disks.\n'
    printf 'GRUB_CMDLINE_LINUX=%s\n' "$(quoted_for_shell "$own_arguments")"
    printf 'GRUB_CMDLINE_LINUX_DEFAULT=%s\n' "$(quoted_for_shell "$image_default_arguments")"
    # It would mount the other disks of the machine to look for systems there.
    printf 'GRUB_DISABLE_OS_PROBER=true\n'
  } >"$STEP/grub-settings"
  if [ -d "$tree/etc/default/grub.d" ]; then
    # Debian and Ubuntu read these after the main file, in the order of their names; cloud images have theirs here.
    replace_in_tree /etc/default/grub.d/zz-rackside.cfg <"$STEP/grub-settings"
  else
    {
      [ ! -f "$tree/etc/default/grub" ] ||
        grep -vE '^(GRUB_CMDLINE_LINUX|GRUB_CMDLINE_LINUX_DEFAULT|GRUB_DISABLE_OS_PROBER)=|^# Written by Rackside' "$tree/etc/default/grub"
      cat "$STEP/grub-settings"
    } >"$STEP/default-grub"
    replace_in_tree /etc/default/grub <"$STEP/default-grub"
  fi
}

# The settings are a shell script: only a shell, in the tree, knows what they come to.
grub_setting() {
  # shellcheck disable=SC2016
  chroot "$tree" /usr/bin/env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin sh -c '
    for file in /etc/default/grub /etc/default/grub.d/*.cfg; do
      case $file in */zz-rackside.cfg) continue ;; esac
      [ ! -r "$file" ] || . "$file"
    done
    case $0 in
      GRUB_CMDLINE_LINUX) printf "%s" "$GRUB_CMDLINE_LINUX" ;;
      GRUB_CMDLINE_LINUX_DEFAULT) printf "%s" "$GRUB_CMDLINE_LINUX_DEFAULT" ;;
      GRUB_DISTRIBUTOR) printf "%s" "$GRUB_DISTRIBUTOR" ;;
    esac' "$1" 2>/dev/null </dev/null
}

# Root, volumes, arrays and encrypted disks of the machine where the image was made; and a resume device: with one that is not there
# some machines wait for it at each start, and some do not start.
drop_arguments() {
  tr -s '[:space:]' '\n' | grep -vxFf "$STEP/new-arguments" |
    grep -vE '^$|^(root|resume|resume_offset|rd\.lvm\.(lv|vg)|rd\.md\.uuid|rd\.luks\.uuid|rd\.driver\.pre)=' | tr '\n' ' '
}

# dracut starts only those volumes and arrays that it is told of (dracut.cmdline(7)); initramfs-tools needs none of it.
root_arguments() {
  tree_has dracut || return 0
  while read_place; do
    case $place_mount:$place_device in
      /:/dev/"$group_name"/* | /usr:/dev/"$group_name"/*) [ -z "$group_name" ] || printf 'rd.lvm.lv=%s/%s ' "$group_name" "${place_device##*/}" ;;
    esac
  done <"$STEP/places"
  while read_plan <&4; do
    [ "$plan_level" != - ] || continue
    array_of_plan
    case $plan_use:$plan_mount in group:* | *:/ | *:/usr) printf 'rd.md.uuid=%s ' "$(uuid_of_array)" ;; esac
  done 4<"$STEP/plan"
}

# GRUB's script reads the line before the kernel does. Double quotes mean the same to both; within them only `$` and `\` are special.
escape_for_grub() {
  awk '
    {
      for (at = 1; at <= length($0); at++) {
        letter = substr($0, at, 1)
        if (letter == "\"") quoted = !quoted
        if (index("$\\", letter) || (!quoted && index(";&|<>{}()#'\''", letter))) printf "\\"
        printf "%s", letter
      }
    }'
}

quoted_for_shell() {
  printf "'%s'" "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}
