# shellcheck shell=sh
# Secure erase of NVMe (NVM Express Base Specification 1.4): Format NVM of the namespace, else Sanitize of the whole subsystem.

# The number of COUNT bytes, little-endian, at OFFSET of FILE. Without a power: busybox' awk has no mathematics.
number_at() {
  dd if="$1" bs=1 skip="$2" count="$3" 2>/dev/null | od -An -v -tu1 |
    awk 'BEGIN { scale = 1 } { for (field = 1; field <= NF; field++) { value += $field * scale; scale *= 256 } } END { printf "%.0f", value }'
}

# Identify Controller, figure 247: OACS at 256 (bit 1: Format NVM), SANICAP at 328 (bit 0: crypto, 1: block), FNA at 524 (bit 1: a
# secure erase takes all namespaces, bit 2: crypto erase).
choose_nvme_eraser() {
  nvme_controller=$DEV/${disk_name%n*}
  if ! nvme id-ctrl "$nvme_controller" -o binary >"$STEP/id-ctrl-$disk_name" 2>"$STEP/tool-error" ||
    [ "$(stat -c %s "$STEP/id-ctrl-$disk_name")" -lt 525 ]; then
    refuse_erase erase-not-supported "the controller does not say what it can: $(tail -n 1 "$STEP/tool-error")"
    return 0
  fi
  nvme_commands=$(number_at "$STEP/id-ctrl-$disk_name" 256 2)
  nvme_sanitize=$(number_at "$STEP/id-ctrl-$disk_name" 328 4)
  nvme_format=$(number_at "$STEP/id-ctrl-$disk_name" 524 1)
  if [ $((nvme_commands & 2)) -ne 0 ] && { [ $((nvme_format & 2)) -eq 0 ] || is_only_namespace; }; then
    if [ $((nvme_format & 4)) -ne 0 ]; then secure_eraser=nvme_format_crypto; else secure_eraser=nvme_format_user_data; fi
  elif [ $((nvme_sanitize & 3)) -ne 0 ] && is_only_namespace; then
    if [ $((nvme_sanitize & 2)) -ne 0 ]; then secure_eraser=nvme_sanitize_block; else secure_eraser=nvme_sanitize_crypto; fi
  elif is_only_namespace; then
    refuse_erase erase-not-supported 'the controller knows neither Format NVM nor Sanitize'
  else
    refuse_erase erase-not-supported 'it would take the other namespaces of the controller too'
  fi
}

# Or is every namespace of this controller named? Those too that are attached to no controller or to the other port's: the kernel
# does not see them. A controller without namespace management does not tell (Identify, CNS 10h), and has none of them.
is_only_namespace() {
  named_count=0
  for other_disk in $(disk_names); do
    case $other_disk in
      "${disk_name%n*}"n*)
        is_chosen "$other_disk" || return 1
        named_count=$((named_count + 1))
        ;;
    esac
  done
  nvme list-ns "$nvme_controller" --all >"$STEP/namespaces-$disk_name" 2>/dev/null || return 0
  [ "$(grep -c ':0x' "$STEP/namespaces-$disk_name")" -le "$named_count" ]
}

nvme_format_crypto() {
  erased_by='nvme-format-crypto'
  format_nvme 2
}

nvme_format_user_data() {
  erased_by='nvme-format'
  format_nvme 1
}

# Some controllers fail the command when it takes longer than the kernel's own minute; hence the time limit.
format_nvme() {
  nvme format "$device" --ses="$1" --force --timeout=7200000 >"$STEP/output-$disk_name" 2>&1 &
  format_pid=$!
  while kill -0 "$format_pid" 2>/dev/null; do
    count_format
    sleep "$erase_pause_seconds"
  done
  if ! wait "$format_pid"; then
    erase_failed erase-failed "nvme format: $(tail -n 1 "$STEP/output-$disk_name")"
    return 0
  fi
  end_secure_erase
}

# Identify Namespace, figure 245: FPI at 32: bit 7: it is told, bits 0 to 6: per cent that are still to do.
count_format() {
  nvme id-ns "$device" -o binary >"$STEP/id-ns-$disk_name" 2>/dev/null || return 0
  format_left=$(number_at "$STEP/id-ns-$disk_name" 32 1)
  [ "$format_left" -lt 128 ] || printf '%s\n' $((disk_size_bytes * (228 - format_left) / 100)) >"$STEP/erasing-$disk_name"
}

nvme_sanitize_block() {
  erased_by='nvme-sanitize-block'
  sanitize_nvme 2
}

nvme_sanitize_crypto() {
  erased_by='nvme-sanitize-crypto'
  sanitize_nvme 4
}

# Only started by the command; it goes on in the disk, over a loss of power too. Sanitize Status log, §5.14.1.16.2: SPROG at 0 (of
# 65536), SSTAT at 2, its lowest three bits: 1 done, 2 at work, 3 failed.
sanitize_nvme() {
  nvme_controller=$DEV/${disk_name%n*}
  try erase-failed nvme sanitize "$nvme_controller" --sanact="$1" || return 0
  log_failures=0
  while :; do
    sleep "$erase_pause_seconds"
    if ! nvme sanitize-log "$nvme_controller" -o binary >"$STEP/sanitize-$disk_name" 2>"$STEP/output-$disk_name"; then
      log_failures=$((log_failures + 1))
      [ "$log_failures" -lt 30 ] && continue
      erase_failed erase-failed "nvme sanitize-log: $(tail -n 1 "$STEP/output-$disk_name")"
      return 0
    fi
    log_failures=0
    case $(($(number_at "$STEP/sanitize-$disk_name" 2 2) & 7)) in
      1 | 4) break ;;
      2) printf '%s\n' $((disk_size_bytes * $(number_at "$STEP/sanitize-$disk_name" 0 2) / 65536)) >"$STEP/erasing-$disk_name" ;;
      *)
        erase_failed erase-failed 'the disk says that the sanitize operation failed'
        return 0
        ;;
    esac
  done
  end_secure_erase
}

# What the kernel still holds of the disk is of before.
end_secure_erase() {
  printf '%s\n' "$disk_size_bytes" >"$STEP/erasing-$disk_name"
  [ -b "$device" ] || return 0
  { blockdev --flushbufs "$device" && blockdev --rereadpt "$device"; } 2>/dev/null || :
  if [ -n "$(blkid -p -o udev "$device" 2>/dev/null)" ]; then erase_failed erase-failed 'something is still recognised on it'; fi
}
