# shellcheck shell=sh
# An image from HTTP to `device`:  curl → decompressor → device, which is hashed when it is read back,
#              or, without that:  curl → decompressor → tee → device
#                                                        └→ sha256sum
# Each arrow is a named pipe, so no more than the first block is ever held in memory or in a file, and the exit status of each
# program is known.

# What is looked at before the disk is touched; a multiple of every RAID stripe and erase block, so that what follows is aligned.
first_block_bytes=4194304

take_image() {
  take_url url
  image_url=$parameter
  take_parameter format
  image_format=$parameter
  case $image_format in none | gzip | zstd | xz) ;; *) bad_parameter format 'is none of none, gzip, zstd, xz' ;; esac
  take_number size-bytes
  image_bytes=$parameter
  [ "$image_bytes" -gt 0 ] || bad_parameter size-bytes 'is zero'
  take_sha256 sha256
  image_sha256=$parameter
  take_parameter verify stream
  image_verify=$parameter
  case $image_verify in stream | readback) ;; *) bad_parameter verify 'is neither stream nor readback' ;; esac
}

decompress() {
  case $image_format in
    none) cat ;;
    gzip) gzip -dc ;;
    zstd) zstd -dcq ;;
    xz) xz -dcq ;;
  esac
}

# The stream on descriptor 3, without its first block, which lies in $STEP/first: an image that cannot be had or unpacked
# at all, or does not fit the disk's sectors, must show before the disk is touched.
open_stream() {
  mkfifo "$STEP/compressed" "$STEP/raw"
  download_stream "$image_url" >"$STEP/compressed" &
  download_pid=$!
  decompress <"$STEP/compressed" >"$STEP/raw" 2>"$STEP/decompress-error" &
  decompress_pid=$!
  exec 3<"$STEP/raw"
  dd bs="$first_block_bytes" count=1 iflag=fullblock <&3 >"$STEP/first" 2>/dev/null
  written_bytes=$(stat -c %s "$STEP/first")
  dd_exit=0 tee_exit=0 sha256_exit=0
  if [ "$written_bytes" -lt "$first_block_bytes" ] && [ "$written_bytes" -lt "$image_bytes" ]; then
    close_stream
    check_stream
  fi
}

# The statuses of the two that feed descriptor 3. Closed first: with nobody reading they end.
close_stream() {
  exec 3<&-
  decompress_exit=0
  wait "$decompress_pid" || decompress_exit=$?
  wait "$download_pid" || :
}

# dd past the page cache: memory stays bounded, and a disk's error comes with the write that met it.
# A file (tests) may be on a file system without O_DIRECT. exec: the progress is this process' position.
write_device() {
  if [ -b "$device" ]; then set -- oflag=direct,seek_bytes; else set -- oflag=seek_bytes; fi
  dd if="$STEP/first" of="$device" bs=4M conv=notrunc "$@" || exit
  exec dd of="$device" bs=4M seek="$first_block_bytes" iflag=fullblock conv=notrunc,fsync "$@"
}

# tee in the place of its shell, which has given the first block to be hashed.
tee_stream() {
  cat "$STEP/first" >&4
  exec tee "$STEP/hashed"
}

write_stream() {
  tee_pid='' sha256_pid=''
  if [ "$image_verify" = stream ]; then
    mkfifo "$STEP/hashed" "$STEP/written"
    sha256sum <"$STEP/hashed" 3<&- >"$STEP/sha256" 2>"$STEP/sha256-error" &
    sha256_pid=$!
    tee_stream <&3 4>"$STEP/hashed" >"$STEP/written" 2>"$STEP/tee-error" &
    tee_pid=$!
    write_device <"$STEP/written" 3<&- 2>"$STEP/dd-error" &
  else
    write_device <&3 2>"$STEP/dd-error" &
  fi
  dd_pid=$!
  exec 3<&-
  report_phase writing "$image_bytes" "$dd_pid" 1
  wait "$dd_pid" || dd_exit=$?
  [ -z "$tee_pid" ] || wait "$tee_pid" || tee_exit=$?
  [ -z "$sha256_pid" ] || wait "$sha256_pid" || sha256_exit=$?
  close_stream
  rm -f "$STEP/compressed" "$STEP/raw" "$STEP/hashed" "$STEP/written" "$STEP/first"
  written_bytes=$(awk '/ bytes? / { bytes += $1 } END { printf "%.0f", bytes }' "$STEP/dd-error")
  evidence writeSeconds json_number $(($(uptime_seconds) - write_started))
}

# Whose failure it was. When one member of the pipe dies, those before it get a broken pipe and those behind it an early end:
# the disk's error comes first, then a broken download, then damage in the stream.
check_stream() {
  read_download
  evidence attempts json_number "$attempts"
  evidence bytes json_number "$written_bytes"
  if [ "$dd_exit" -ne 0 ]; then disk_refused; fi
  case $curl_exit in
    0) ;;
    23) [ "$decompress_exit" -ne 0 ] || download_failed ;;
    *) download_failed ;;
  esac
  if [ "$decompress_exit" -ne 0 ]; then
    tool_evidence "$image_format" "$decompress_exit" "$STEP/decompress-error"
    fail decompress-failed "the $image_format stream is damaged after $written_bytes bytes: $(tail -n 1 "$STEP/decompress-error")"
  fi
  tool_exit=$tee_exit
  [ "$tee_exit" -eq 0 ] || { cp "$STEP/tee-error" "$STEP/tool-error" && tool_failed tool-failed tee; }
  tool_exit=$sha256_exit
  [ "$sha256_exit" -eq 0 ] || { cp "$STEP/sha256-error" "$STEP/tool-error" && tool_failed tool-failed sha256sum; }
  if [ "$written_bytes" != "$image_bytes" ]; then
    evidence expectedBytes json_number "$image_bytes"
    fail size-mismatch "$written_bytes bytes came, $image_bytes were announced"
  fi
  [ "$image_verify" = stream ] || return 0
  read -r stream_sha256 _ <"$STEP/sha256"
  evidence sha256 json_string "$stream_sha256"
  [ "$stream_sha256" = "$image_sha256" ] || sha256_differs checksum-mismatch 'the image that came is not the one that was announced'
}

disk_refused() {
  if [ "$written_bytes" -ge "$image_bytes" ]; then
    evidence expectedBytes json_number "$image_bytes"
    fail size-mismatch "more than the announced $image_bytes bytes came"
  fi
  evidence writtenBytes json_number "$written_bytes"
  tool_evidence dd "$dd_exit" "$STEP/dd-error"
  fail write-failed "$disk_name refused to be written after $written_bytes bytes: $(grep -v ' records \| copied' "$STEP/dd-error" | tail -n 1)"
}

sha256_differs() {
  evidence expectedSha256 json_string "$image_sha256"
  fail "$1" "$2"
}

# Caches dropped first, or the machine would only read its own memory.
read_back() {
  [ ! -b "$device" ] || run_tool write-failed blockdev --flushbufs "$device"
  if [ -w "$PROC/sys/vm/drop_caches" ]; then printf 3 >"$PROC/sys/vm/drop_caches"; fi
  mkfifo "$STEP/read"
  dd if="$device" bs=4M iflag=fullblock,count_bytes count="$image_bytes" of="$STEP/read" 2>"$STEP/dd-error" &
  dd_pid=$!
  report_phase reading-back "$image_bytes" "$dd_pid" 0
  readback_sha256=$(sha256sum <"$STEP/read")
  dd_exit=0
  wait "$dd_pid" || dd_exit=$?
  rm -f "$STEP/read"
  readback_sha256=${readback_sha256%% *}
  if [ "$dd_exit" -ne 0 ]; then
    tool_evidence dd "$dd_exit" "$STEP/dd-error"
    fail readback-mismatch "$disk_name cannot be read back: $(tail -n 1 "$STEP/dd-error")"
  fi
  if [ "$readback_sha256" != "$image_sha256" ]; then
    evidence expectedSha256 json_string "$image_sha256"
    evidence readbackSha256 json_string "$readback_sha256"
    fail readback-mismatch "$disk_name gives back something else than the announced image"
  fi
  evidence sha256 json_string "$readback_sha256"
}
