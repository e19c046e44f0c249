# shellcheck shell=sh
# Partition tables, read by sfdisk: it works the same on a disk and on a file.

# Sets table_kind (gpt, mbr, empty), table_sector_bytes, table_last_sector (the last one a partition may use) and writes the
# entries, sorted by start, to $RUN/partition-entries. Units: logical sectors of the disk.
read_partition_table() {
  table_kind='' table_sector_bytes=512 table_last_sector=''
  : >"$RUN/partition-entries"
  sfdisk --dump "$1" >"$RUN/partition-table" 2>"$RUN/partition-table.error" || return 0
  while IFS= read -r table_line; do
    case $table_line in
      'label: gpt') table_kind=gpt ;;
      'label: dos') table_kind=mbr ;;
      'sector-size: '*) table_sector_bytes=${table_line#*: } ;;
      'last-lba: '*) table_last_sector=${table_line#*: } ;;
    esac
  done <"$RUN/partition-table"
  [ -n "$table_kind" ] || return 0
  partition_entries "$1" <"$RUN/partition-table" | sort -n -k2,2 >"$RUN/partition-entries"
  if [ "$table_kind" = mbr ]; then
    device_size "$1"
    table_last_sector=$((device_bytes / table_sector_bytes - 1))
    # A start and a length are 32 bits each; what ends beyond 2^32 sectors not every firmware and loader reads.
    [ "$table_last_sector" -le 4294967294 ] || table_last_sector=4294967294
  fi
}

# sfdisk's dump → lines of tab-separated number, start, size, type, name (still escaped). Type: GUID in lower case, or 0x83.
# The dump names a partition by its device: the disk's, for names that end in a digit a `p`, then the number.
partition_entries() {
  awk -v device="$1" '
    index($0, device) == 1 && / : start=/ {
      number = substr($0, length(device) + 1); sub(/^p/, "", number); sub(/ .*/, "", number)
      start = $0; sub(/.*: start= */, "", start); sub(/,.*/, "", start)
      size = $0; sub(/.*, size= */, "", size); sub(/,.*/, "", size)
      type = $0; sub(/.*, type=/, "", type); sub(/[ ,].*/, "", type); type = tolower(type)
      if (length(type) <= 2) type = "0x" (length(type) == 1 ? "0" : "") type
      name = ""
      if (index($0, ", name=\"")) { name = $0; sub(/.*, name="/, "", name); sub(/".*/, "", name) }
      printf "%d\t%.0f\t%.0f\t%s\t%s\n", number, start, size, type, name
    }'
}

# The next entry of stdin into entry_*; 1 at the end.
read_entry() {
  IFS= read -r field_rest || return 1
  next_field
  entry_number=$field_value
  next_field
  entry_start=$field_value
  next_field
  entry_size=$field_value
  next_field
  entry_type=$field_value
  next_field
  if decode_escapes '\x' "$field_value"; then entry_name=$decoded; else entry_name=$field_value; fi
}

is_extended() {
  case $1 in 0x05 | 0x0f | 0x85) return 0 ;; esac
  return 1
}

device_size() {
  if [ -b "$1" ]; then
    device_bytes=$(blockdev --getsize64 "$1")
  else
    device_bytes=$(stat -L -c %s "$1")
  fi
}
