# shellcheck shell=sh
# What collect-logs gathers, each answer a file, with the secrets of this boot taken out.

log_patience_seconds=${RACKSIDE_LOG_PATIENCE_SECONDS:-30}
log_limit_bytes=4194304

# keep_log NAME PROGRAM ARGUMENT…: what it says, its complaints too, the first 4 MiB, and not for longer than the patience.
keep_log() {
  log_name=$1
  shift
  timeout "$log_patience_seconds" "$@" 2>&1 </dev/null | head -c "$log_limit_bytes" | without_secrets >"$logs/$log_name" || :
  [ -s "$logs/$log_name" ] || rm -f "$logs/$log_name"
}

# The words of this boot that open something. A script that only root reads, not arguments: those all processes can see.
write_secrets() {
  {
    printf 's/\\(rackside\\.token=\\)[^ ]*/\\1(removed)/g\n'
    each_kernel_word write_secret_of_word
    for secret_file in session boot-id; do
      read_attr "$RUN/$secret_file"
      write_secret "$attr"
    done
  } >"$STEP/secrets"
}

write_secret_of_word() {
  case $1 in rackside.token=*) write_secret "${1#*=}" ;; esac
}

# Only what can be a token goes into the script: nothing of it is read as an expression.
write_secret() {
  case $1 in '' | *[!A-Za-z0-9_-]*) return 0 ;; esac
  [ "${#1}" -ge 16 ] || return 0
  printf 's/%s/(removed)/g\n' "$1"
}

without_secrets() {
  sed -f "$STEP/secrets"
}

keep_kernel_logs() {
  keep_log dmesg.txt dmesg
  keep_log uname.txt uname -a
  keep_log uptime.txt cat /proc/uptime
  for log_source in meminfo interrupts modules partitions mounts mdstat cmdline; do
    keep_log "$log_source.txt" cat "$PROC/$log_source"
  done
}

keep_hardware_logs() {
  keep_log lspci.txt lspci -vv
  keep_log dmidecode.txt dmidecode
  keep_log ip-addresses.txt ip addr
  keep_log ip-routes.txt ip route
  for nic_path in "$SYS"/class/net/*; do
    is_physical_nic "${nic_path##*/}" || continue
    keep_log "ethtool-${nic_path##*/}.txt" ethtool "${nic_path##*/}"
    keep_log "ethtool-statistics-${nic_path##*/}.txt" ethtool -S "${nic_path##*/}"
  done
  [ ! -e "$DEV/ipmi0" ] || keep_log ipmi-sel.txt ipmitool sel list
}

# A disk that does not answer costs its patience once, not once for each disk.
keep_disk_logs() {
  keep_log nvme-list.txt nvme list
  log_pids=
  for log_disk in $(disk_names); do
    keep_one_disk "$log_disk" &
    log_pids="$log_pids $!"
  done
  # shellcheck disable=SC2086
  [ -z "$log_pids" ] || wait $log_pids
}

keep_one_disk() {
  keep_log "smartctl-$1.txt" smartctl -x "$DEV/$1"
  case $1 in nvme*) keep_log "nvme-error-log-$1.txt" nvme error-log "$DEV/$1" ;; esac
}

# The agent's own: its messages, what each step ended with. Not the parameters of steps, which may be secrets, nor the headers.
keep_agent_logs() {
  keep_log agent.txt tail -c 1048576 "$RUN/messages.log"
  json_inventory | json_finish | without_secrets >"$logs/inventory.json"
  for step_result in "$RUN"/steps/*/result; do
    [ -s "$step_result" ] || continue
    step_folder=${step_result%/result}
    keep_log "step-${step_folder##*/}.json" cat "$step_result"
  done
}
