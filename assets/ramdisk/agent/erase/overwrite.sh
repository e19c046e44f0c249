# shellcheck shell=sh
# Zeros over the whole disk. Not by discarding: a disk may give anything for discarded blocks, and keep what was in them.

erase_by_overwriting() {
  set -- if=/dev/zero of="$device" bs=4M count="$disk_size_bytes" iflag=count_bytes conv=notrunc,fsync
  [ ! -b "$device" ] || set -- "$@" oflag=direct
  dd "$@" 2>"$STEP/output-$disk_name" &
  printf '0 %s 1\n' "$!" >"$STEP/erasing-$disk_name"
  if ! wait "$!"; then
    erase_failed write-failed "dd: $(grep -v ' records \| copied' "$STEP/output-$disk_name" | tail -n 1)"
    return 0
  fi
  printf '%s\n' "$disk_size_bytes" >"$STEP/erasing-$disk_name"
  written_bytes=$(awk '/ bytes? / { printf "%.0f", $1 }' "$STEP/output-$disk_name")
  if [ "$written_bytes" != "$disk_size_bytes" ]; then
    erase_failed write-failed "${written_bytes:-no} bytes of $disk_size_bytes were written"
    return 0
  fi
  [ ! -b "$device" ] || { blockdev --flushbufs "$device" && blockdev --rereadpt "$device"; } 2>/dev/null || :
  if ! is_zero_at 0 || ! is_zero_at $((disk_size_bytes - 1048576)); then
    erase_failed erase-failed 'it gives back something else than the zeros that were written'
  fi
}

is_zero_at() {
  [ "$(dd if="$device" bs=1M skip="$1" count=1 iflag=skip_bytes,fullblock 2>/dev/null | tr -d '\0' | wc -c)" -eq 0 ]
}
