# shellcheck shell=sh
# What is on the named disks is made unreadable, on all of them at once; no other disk is opened for writing. When one of them cannot
# be erased as it is asked for, none is touched.

step_erase_disks() {
  take_parameter method
  erase_method=$parameter
  case $erase_method in metadata | overwrite | secure-erase) ;; *) bad_parameter method 'is none of metadata, overwrite, secure-erase' ;; esac
  take_parameter disks
  report_phase preparing
  chosen_disks=
  choose_disks disks
  [ -n "$chosen_disks" ] || bad_parameter disks 'names no disk'
  check_erasable
  for erased_disk in $chosen_disks; do
    open_disk "$erased_disk"
    release_disk
  done
  start_erasers
  watch_erasers
  report_erased
}

check_erasable() {
  [ "$erase_method" = secure-erase ] || return 0
  : >"$STEP/refusals"
  for erased_disk in $chosen_disks; do
    open_disk "$erased_disk"
    erase_refusal='' erase_reason=''
    choose_secure_eraser
    [ -z "$erase_refusal" ] || printf '%s\t%s\t%s\n' "$erase_refusal" "$disk_name" "$erase_reason" >>"$STEP/refusals"
    printf '%s\n' "$secure_eraser" >"$STEP/eraser-$disk_name"
  done
  [ -s "$STEP/refusals" ] || return 0
  evidence disks json_refused
  IFS=$tab read -r refusal refused_disk refusal_reason <"$STEP/refusals"
  fail "$refusal" "$refused_disk: $refusal_reason; nothing was erased"
}

# Sets secure_eraser to the function that does it, or erase_refusal and erase_reason.
choose_secure_eraser() {
  secure_eraser=none
  case $disk_transport in
    nvme) choose_nvme_eraser ;;
    sata | sas) choose_ata_eraser ;;
    *) refuse_erase erase-not-supported "a disk on $disk_transport has no command for it that is known here" ;;
  esac
}

refuse_erase() {
  erase_refusal=$1 erase_reason=$2
}

json_refused() {
  refused_comma=
  printf '['
  while IFS=$tab read -r refusal refused_disk refusal_reason; do
    open_disk "$refused_disk"
    printf '%s' "$refused_comma"
    refused_comma=,
    json_erased_start
    json_key_boolean erased false
    json_key_string code "$refusal"
    json_key_string message "$refusal_reason"
    printf '}'
  done <"$STEP/refusals"
  printf ']'
}

json_erased_start() {
  json_object_start
  json_key disk
  json_chosen_disk
  # The inner object has moved the comma.
  json_comma=,
}

# One process a disk: a rack of disks takes as long as its slowest one. Each leaves $STEP/erased-DISK: code (or ok), message; how it
# was done in erased-by-DISK; and its progress in erasing-DISK.
start_erasers() {
  for erased_disk in $chosen_disks; do
    open_disk "$erased_disk"
    : >"$STEP/erasing-$disk_name"
    erase_one &
    printf '%s\n' "$!" >"$STEP/eraser-pid-$disk_name"
  done
}

erase_one() {
  # Errors of its own: run_tool would end the step for all.
  erase_code=ok erase_message='' erased_by=$erase_method
  erase_started=$(uptime_seconds)
  case $erase_method in
    metadata) erase_metadata ;;
    overwrite) erase_by_overwriting ;;
    secure-erase) "$(cat "$STEP/eraser-$disk_name")" ;;
  esac
  printf '%s\t%s\t%s\t%s\n' "$erase_code" "$erased_by" $(($(uptime_seconds) - erase_started)) "$erase_message" >"$STEP/erased-$disk_name.new"
  mv "$STEP/erased-$disk_name.new" "$STEP/erased-$disk_name"
}

erase_failed() {
  erase_code=$1 erase_message=$2
}

# try CODE PROGRAM ARGUMENT…: 1 when it failed, and the disk's erasure with it.
try() {
  try_code=$1
  shift
  if "$@" >"$STEP/output-$disk_name" 2>&1; then return 0; fi
  erase_failed "$try_code" "$1: $(tr -d '\t' <"$STEP/output-$disk_name" | tail -n 1)"
  return 1
}

# erasing-DISK: bytes done, or pid and descriptor of a process whose position they are.
watch_erasers() {
  total_bytes=0
  for erased_disk in $chosen_disks; do
    open_disk "$erased_disk"
    total_bytes=$((total_bytes + disk_size_bytes))
  done
  while :; do
    done_bytes=0 running=0
    for erased_disk in $chosen_disks; do
      is_over "$erased_disk" || running=1
      done_bytes=$((done_bytes + $(erased_bytes "$erased_disk")))
    done
    [ "$running" = 1 ] || break
    report_counted erasing "$total_bytes" "$done_bytes"
    sleep "$erase_pause_seconds"
  done
  wait
}
# Its process may have been killed (memory was out): then it leaves nothing, and nobody would hear the end.
is_over() {
  [ ! -e "$STEP/erased-$1" ] || return 0
  if kill -0 "$(cat "$STEP/eraser-pid-$1")" 2>/dev/null || [ -e "$STEP/erased-$1" ]; then return 1; fi
  printf 'erase-failed\t%s\t0\tthe process that erased it was killed\n' "$erase_method" >"$STEP/erased-$1"
}
erase_pause_seconds=${RACKSIDE_PROGRESS_SECONDS:-2}

erased_bytes() {
  eraser_bytes='' eraser_pid='' eraser_descriptor=''
  read -r eraser_bytes eraser_pid eraser_descriptor <"$STEP/erasing-$1" || :
  if [ -n "$eraser_pid" ]; then
    eraser_bytes=$(position_of "$eraser_pid" "$eraser_descriptor")
  fi
  is_number "$eraser_bytes" || eraser_bytes=0
  printf '%s' "$eraser_bytes"
}

report_erased() {
  first_failure='' failed_disk=''
  for erased_disk in $chosen_disks; do
    IFS=$tab read -r erase_code _ _ erase_message <"$STEP/erased-$erased_disk"
    if [ "$erase_code" != ok ] && [ -z "$first_failure" ]; then
      first_failure=$erase_code failed_disk=$erased_disk failure_message=$erase_message
    fi
  done
  evidence method json_string "$erase_method"
  evidence disks json_erased_disks
  [ -z "$first_failure" ] || fail "$first_failure" "$failed_disk was not erased: $failure_message"
  succeed
}

json_erased_disks() {
  erased_comma=
  printf '['
  for erased_disk in $chosen_disks; do
    open_disk "$erased_disk"
    IFS=$tab read -r erase_code erased_by erase_seconds erase_message <"$STEP/erased-$erased_disk"
    printf '%s' "$erased_comma"
    erased_comma=,
    json_erased_start
    if [ "$erase_code" = ok ]; then json_key_boolean erased true; else json_key_boolean erased false; fi
    json_key_string by "$erased_by"
    json_key_number seconds "$erase_seconds"
    json_key_string code "${erase_code#ok}"
    json_key_string message "$erase_message"
    printf '}'
  done
  printf ']'
}
