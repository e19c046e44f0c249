# shellcheck shell=sh
# What disks say about themselves: smartctl's own JSON, passed on whole.

smart_patience_seconds=${RACKSIDE_SMART_PATIENCE_SECONDS:-20}
smart_limit_bytes=49152

# Asks all disks side by side: a disk that is failing answers late. Each answer that is of use is $RUN/smart/NAME afterwards.
find_smart() {
  rm -rf "$RUN/smart"
  mkdir -p "$RUN/smart"
  smart_pids=
  for smart_disk in $(disk_names); do
    ask_smart "$smart_disk" &
    smart_pids="$smart_pids $!"
  done
  # By their ids: the search for the BMC may still run beside this, and has its own patience.
  # shellcheck disable=SC2086
  [ -z "$smart_pids" ] || wait $smart_pids
}

# Exit bits 0 and 1 (smartctl(8)): it was asked wrongly, or the disk did not open or has no SMART. The others are findings.
ask_smart() {
  timeout "$smart_patience_seconds" smartctl --json=c -i -H -A -l error "$DEV/$1" 2>/dev/null |
    head -c "$((smart_limit_bytes + 1))" >"$RUN/smart/$1.asked" || :
  is_smart_json "$RUN/smart/$1.asked" || return 0
  mv "$RUN/smart/$1.asked" "$RUN/smart/$1"
}

# Is it one JSON object of printable ASCII that fits, and does its own exit_status say that the disk was asked? What is put into the
# inventory unread must be whole: half an answer would spoil all of it.
is_smart_json() {
  smart_bytes=$(wc -c <"$1")
  [ "$smart_bytes" -gt 1 ] && [ "$smart_bytes" -le "$smart_limit_bytes" ] || return 1
  [ "$(LC_ALL=C tr -d '\040-\176\n\t' <"$1" | wc -c)" -eq 0 ] || return 1
  tr '\n\t' '  ' <"$1" | awk '
    function is_object(text,    before) {
      gsub(/"([^"\\]|\\["\\\/bfnrt]|\\u[0-9a-fA-F][0-9a-fA-F][0-9a-fA-F][0-9a-fA-F])*"/, "S", text)
      if (substr(text, 1, 1) != "{" || text ~ /["VXYZ]/) return 0
      gsub(/-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][-+]?[0-9]+)?/, "V", text)
      gsub(/true|false|null/, "V", text)
      gsub(/ /, "", text)
      do {
        before = text
        gsub(/\[\]|\{\}/, "V", text)
        gsub(/\[[SV](,[SV])*\]/, "V", text)
        gsub(/\{S:[SV](,S:[SV])*\}/, "V", text)
      } while (text != before)
      return text == "V"
    }
    function status(text) {
      if (!match(text, /"exit_status": *[0-9]+/)) return -1
      text = substr(text, RSTART, RLENGTH)
      sub(/.*: */, "", text)
      return text + 0
    }
    { sub(/^ +/, ""); good = NR == 1 && status($0) >= 0 && status($0) % 4 == 0 && is_object($0) }
    END { exit !good }'
}

json_smart() {
  if [ -s "$RUN/smart/$1" ]; then cat "$RUN/smart/$1"; else printf 'null'; fi
}
