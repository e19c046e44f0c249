# shellcheck shell=sh
# UEFI: an entry of our own for the installed loader, first in BootOrder; the network entries keep their places behind it,
# so that a later deployment still finds the machine by PXE. A firmware that does not take it is no reason to fail: the boot
# policy sends the machine to its disk without any entry, and many a firmware boots \EFI\BOOT by itself.

esp_type=c12a7328-f81f-11d2-ba4b-00a0c93ec93b

step_set_boot_entry() {
  take_parameter label
  entry_label=$parameter
  case $entry_label in '' | *[!\ -~]*) bad_parameter label 'is not printable ASCII' ;; esac
  [ "${#entry_label}" -le 60 ] || bad_parameter label 'is longer than 60 characters'
  report_phase other
  choose_disk
  if [ "$(firmware_mode)" = bios ]; then
    evidence skipped json_string bios
    succeed
  fi
  evidence disk json_chosen_disk
  need_partition_table
  find_loader
  evidence loader json_string "$loader"
  evidence partition json_number "$esp_number"
  set_entry
  succeed
}

# Each EFI system partition in turn, until one has a loader. MBR: type 0xef (UEFI 2.10 §5.2.2).
find_loader() {
  : >"$STEP/found"
  loader='' esp_number=''
  while read_entry; do
    case $entry_type in "$esp_type" | 0xef) ;; *) continue ;; esac
    open_esp
    list_loaders "$esp_folder" >"$STEP/loaders"
    close_esp
    cat "$STEP/loaders" >>"$STEP/found"
    best_loader <"$STEP/loaders"
    [ -n "$loader" ] || continue
    esp_number=$entry_number
    return 0
  done <"$RUN/partition-entries"
  evidence found json_list_of_lines <"$STEP/found"
  fail no-boot-loader "no EFI system partition of $disk_name has a boot loader"
}

# In a made-up machine the contents of the partition lie in a folder beside it: nothing is mounted on a developer's machine.
open_esp() {
  esp_folder=$RUN/mount
  if [ -n "$sandbox" ]; then
    esp_folder=$DEV/$disk_name-esp-$entry_number
    return 0
  fi
  mkdir -p "$esp_folder"
  partition_device_of "$device" "$entry_number" "$entry_start" "$entry_size"
  run_tool no-boot-loader mount -t vfat -o ro "$partition_device" "$esp_folder"
}

close_esp() {
  [ -n "$sandbox" ] || umount "$esp_folder"
}

# All .efi programs, as the firmware writes their paths.
list_loaders() {
  (cd "$1" 2>/dev/null && find . -maxdepth 4 -type f | sed 's|^\.||; s|/|\\|g' | grep -i '^\\efi\\.*\.efi$' | sort) || :
}

# Sets loader to the best of the lines of stdin: shim before GRUB (Secure Boot), a vendor's folder before the fallback.
best_loader() {
  loader=$(awk '
    { path = tolower($0); folders = gsub(/\\/, "\\", path) }
    path ~ /^\\efi\\[^\\]*\\shimx64\.efi$/ && path !~ /^\\efi\\boot\\/ { keep(1) }
    path ~ /^\\efi\\[^\\]*\\grubx64\.efi$/ && path !~ /^\\efi\\boot\\/ { keep(2) }
    path == "\\efi\\microsoft\\boot\\bootmgfw.efi" { keep(3) }
    path == "\\efi\\systemd\\systemd-bootx64.efi" { keep(4) }
    path == "\\efi\\boot\\bootx64.efi" { keep(5) }
    function keep(rank) { if (!(rank in best)) best[rank] = $0 }
    END { for (rank = 1; rank <= 5; rank++) if (rank in best) { print best[rank]; exit } }
  ')
}

# The entries and their order into $STEP/NAME; 1 when the firmware does not tell.
entries_now() {
  tool_exit=0
  efibootmgr -v >"$STEP/$1" 2>"$STEP/tool-error" || tool_exit=$?
  [ "$tool_exit" -eq 0 ]
}

json_string_of_file() {
  json_string_of_stdin <"$1"
}

# efibootmgr prints `Boot0003* label<TAB>path`; a label is compared as a whole.
entries_with_label() {
  awk -v label="$entry_label" '
    /^Boot[0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][0-9A-Fa-f][* ] / {
      name = substr($0, 11); sub(/\t.*/, "", name)
      if (name == label) print substr($0, 5, 4)
    }' "$STEP/$1"
}

boot_order() {
  sed -n 's/^BootOrder: //p' "$STEP/$1"
}

# --create puts the entry first; the rest of the order stays as it is.
create_entry() {
  tool_exit=0
  efibootmgr -q --create --disk "$device" --part "$esp_number" --label "$entry_label" --loader "$loader" \
    >"$STEP/tool-output" 2>"$STEP/tool-error" || tool_exit=$?
  [ "$tool_exit" -eq 0 ]
}

# The older entries go last: a firmware that refuses the new one keeps what it had.
set_entry() {
  new_entry='' entry_problem=''
  : >"$STEP/removed"
  if ! entries_now before; then
    tool_problem no-variables
  elif ! create_entry; then
    tool_problem not-created
  elif ! entries_now created; then
    tool_problem no-variables
  else
    replace_old_entries
  fi
  for entries in before after; do
    [ ! -s "$STEP/$entries" ] || evidence "$entries" json_string_of_file "$STEP/$entries"
  done
  evidence entry json_string "${new_entry:+Boot$new_entry}"
  evidence removed json_list_of_lines <"$STEP/removed"
  evidence problem json_string "$entry_problem"
}

tool_problem() {
  entry_problem=$1
  tool_evidence efibootmgr "$tool_exit" "$STEP/tool-error"
}

replace_old_entries() {
  entries_with_label before >"$STEP/old-entries"
  # Not grep -vf: to busybox an empty file of patterns matches everything.
  for created_entry in $(entries_with_label created); do
    grep -qx "$created_entry" "$STEP/old-entries" || new_entry=$created_entry
  done
  if [ -z "$new_entry" ]; then
    entry_problem=not-kept
    return 0
  fi
  while IFS= read -r old_entry; do
    if efibootmgr -q -b "$old_entry" -B 2>"$STEP/tool-error"; then printf 'Boot%s\n' "$old_entry" >>"$STEP/removed"; fi
  done <"$STEP/old-entries"
  entries_now after || :
  case $(boot_order after), in
    "$new_entry",*) ;;
    *) entry_problem=not-first ;;
  esac
}
