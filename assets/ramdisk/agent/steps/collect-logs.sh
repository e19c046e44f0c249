# shellcheck shell=sh
# What a manufacturer's support asks for, in one archive that is sent before the result.

archive_limit_bytes=16777216

step_collect_logs() {
  report_phase other
  logs=$STEP/logs/rackside-logs
  mkdir -p "$logs"
  write_secrets
  keep_kernel_logs
  keep_hardware_logs
  keep_disk_logs
  keep_agent_logs
  pack_logs
  send_logs
  evidence bytes json_number "$archive_bytes"
  evidence sha256 json_string "$archive_sha256"
  evidence files json_list_of_lines <"$STEP/files"
  rm -rf "$STEP/logs" "$archive"
  succeed
}

# Text shrinks to a tenth; should it be too much all the same, the longest go first.
pack_logs() {
  archive=$STEP/logs.tar.gz
  while :; do
    tar -C "$STEP/logs" -cf - rackside-logs | gzip -6 >"$archive"
    archive_bytes=$(wc -c <"$archive")
    [ "$archive_bytes" -gt "$archive_limit_bytes" ] || break
    # shellcheck disable=SC2012 # the names are ours
    rm -f "$logs/$(ls -S "$logs" | head -n 1)"
  done
  archive_bytes=$((archive_bytes))
  archive_sha256=$(sha256sum <"$archive")
  archive_sha256=${archive_sha256%% *}
  ls "$logs" >"$STEP/files"
}

# Another name for its files than the main loop and the reporter, which speak meanwhile.
send_logs() {
  call_who=.file
  call_patiently PUT "/v1/step/${STEP##*/}/file" 300 application/gzip "$archive" "X-Content-SHA256: $archive_sha256"
  case $http_status in
    200 | 204) return 0 ;;
    410) fail cancelled 'the engine does not want the logs any more' ;;
  esac
  evidence httpStatus json_number "$http_status"
  fail tool-failed "the engine does not take the logs (HTTP $http_status)"
}
