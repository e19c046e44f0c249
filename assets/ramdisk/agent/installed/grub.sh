# shellcheck shell=sh
# GRUB of the installed system: on every disk of a RAID, where the firmware looks without an entry of its own too.

# Sets grub to the names' first part: grub (Debian, Ubuntu) or grub2 (RHEL, Fedora, SUSE and their kin).
grub_flavour() {
  grub=
  if tree_has grub2-install; then grub=grub2; elif tree_has grub-install; then grub=grub; fi
  # The folder of the loader that the distribution has signed, as its packages bring it: `centos`, `openEuler`.
  vendor_folder=
  for signed_loader in "$tree"/boot/efi/EFI/*/grubx64.efi; do
    case $signed_loader in */[Bb][Oo][Oo][Tt]/grubx64.efi) continue ;; esac
    [ ! -e "$signed_loader" ] || vendor_folder=${signed_loader%/*}
  done
}

# SUSE has it in /usr/share/grub2 since Leap 15.1, before (SLES 12 too) in /usr/lib/grub2.
has_loader() {
  case $layout_firmware in
    bios) grub_platform=i386-pc ;;
    uefi)
      ! uses_vendor_loader || return 0
      grub_platform=x86_64-efi
      ;;
  esac
  for grub_folder in lib/grub lib/grub2 share/grub2; do
    [ ! -d "$tree/usr/$grub_folder/$grub_platform" ] || return 0
  done
  return 1
}

# Packages that bring their loader ready on the EFI system partition: there GRUB's own installer would replace it by an unsigned one.
uses_vendor_loader() {
  [ "$grub" = grub2 ] && [ -n "$vendor_folder" ] && ! tree_has shim-install
}

install_grub() {
  if [ "$layout_firmware" = bios ]; then
    for layout_disk in $chosen_disks; do
      run_in_tree boot-loader-failed "$grub-install" --target=i386-pc --recheck "/dev/$layout_disk"
    done
  elif uses_vendor_loader; then
    use_vendor_loader
  elif tree_has shim-install; then
    # SUSE: shim and the signed GRUB, which its grub2-install does not know.
    run_in_tree boot-loader-failed shim-install --no-nvram "--config-file=/boot/$grub/grub.cfg"
    run_in_tree boot-loader-failed shim-install --no-nvram --removable "--config-file=/boot/$grub/grub.cfg"
  else
    set -- "$grub-install" --target=x86_64-efi --efi-directory=/boot/efi --no-nvram --recheck "--bootloader-id=$(loader_folder)"
    # --removable: \EFI\BOOT\BOOTX64.EFI, for a firmware that forgets its entries or has none.
    run_in_tree boot-loader-failed "$@"
    run_in_tree boot-loader-failed "$@" --removable
  fi
}

# As grub-install names it itself: the distributor's first word. A signed GRUB looks for its configuration only there, and an image
# without /etc/default/grub has no distributor.
loader_folder() {
  distributor=$(grub_setting GRUB_DISTRIBUTOR)
  [ -n "$distributor" ] || distributor=$(sed -n 's/^ID=//p' "$tree/etc/os-release" | tr -d '"')
  distributor=$(lower_case "${distributor%% *}" | tr -cd 'a-z0-9_.-')
  printf '%s' "${distributor:-linux}"
}

# shim starts the grubx64.efi beside it.
use_vendor_loader() {
  fallback_folder=$tree/boot/efi/EFI/BOOT
  mkdir -p "$fallback_folder"
  [ ! -e "$fallback_folder/BOOTX64.EFI" ] || return 0
  for loader_file in "$vendor_folder"/*.efi; do
    case ${loader_file##*/} in
      shimx64.efi) cp "$loader_file" "$fallback_folder/BOOTX64.EFI" ;;
      grubx64.efi | mmx64.efi) cp "$loader_file" "$fallback_folder" ;;
    esac
  done
  [ -e "$fallback_folder/BOOTX64.EFI" ] || cp "$vendor_folder/grubx64.efi" "$fallback_folder/BOOTX64.EFI"
}

write_grub_configuration() {
  configuration=/boot/$grub/grub.cfg
  mkdir -p "$tree/boot/$grub"
  if [ "$layout_firmware" = uefi ] && uses_vendor_loader; then
    # RHEL 7 and 8 keep the configuration itself on the EFI system partition, and their kernels' packages change it there.
    case $(readlink "$tree/etc/grub2-efi.cfg") in
      */efi/EFI/*) configuration=/boot/efi/EFI/${vendor_folder##*/}/grub.cfg ;;
      *) write_loader_stub ;;
    esac
  fi
  run_in_tree boot-loader-failed "$grub-mkconfig" -o "$configuration"
}

# What the signed loader reads: where the configuration is. GRUB names a file as the file system does that holds it.
write_loader_stub() {
  find_boot_place
  # shellcheck disable=SC2016
  printf 'search --no-floppy --fs-uuid --set=dev %s\nset prefix=($dev)%s/%s\nexport $prefix\nconfigfile $prefix/grub.cfg\n' \
    "$boot_uuid" "$boot_prefix" "$grub" >"$vendor_folder/grub.cfg"
}

# Sets boot_uuid of the file system with /boot, and boot_prefix, where /boot lies in it.
find_boot_place() {
  boot_device=$root_device boot_prefix=/boot
  while read_place; do
    [ "$place_mount" != /boot ] || boot_device=$place_device boot_prefix=
  done <"$STEP/places"
  probe_content "$boot_device"
  boot_uuid=$blkid_uuid
}

# Entries in files (Boot Loader Specification: RHEL 8 and later, Fedora): grub2-mkconfig does not write them again. Those of the
# image have another machine's root, and paths of a /boot that was no file system of its own.
write_boot_entries() {
  ls "$tree"/boot/loader/entries/*.conf >"$STEP/entries" 2>/dev/null || return 0
  find_boot_place
  while IFS= read -r entry_file; do
    awk -v prefix="$boot_prefix" -v options="root=$(for_awk "$root_argument") ro $(for_awk "$kernel_arguments")" '
      $1 == "linux" || $1 == "initrd" { name = $2; sub(/.*\//, "", name); rest = $0; sub(/^[a-z]+[ \t]+[^ \t]+/, "", rest); print $1 " " prefix "/" name rest; next }
      $1 == "options" { print $1 " " options ($0 ~ /\$tuned_params/ ? " $tuned_params" : ""); next }
      { print }' "$entry_file" >"$STEP/entry"
    cat "$STEP/entry" >"$entry_file"
  done <"$STEP/entries"
  # What later kernels get (kernel-install(8)), and what RHEL 8 has beside it.
  mkdir -p "$tree/etc/kernel"
  printf 'root=%s ro %s\n' "$root_argument" "$kernel_arguments" | replace_in_tree /etc/kernel/cmdline
  if grep -qs '^kernelopts=' "$tree/boot/$grub/grubenv"; then
    run_in_tree boot-loader-failed "$grub-editenv" "/boot/$grub/grubenv" unset kernelopts
  fi
}

# awk reads escapes in what it is given by -v.
for_awk() {
  printf '%s' "$1" | sed 's/\\/\\\\/g'
}
