# shellcheck shell=sh
# Tells the provisioner lines of a log that the installer writes to a file only: forward_log FILE PATTERN begins it in the
# background. Every five seconds the newest twenty lines that fit, because such logs have megabytes; what nobody takes is not
# said again. It holds no file open, and ends with the installer's own system, or before when nobody installs this any more.

# Installers log what they were given: hashes of passwords, keys, codes.
log_secrets='passw|passphrase|crypt|secret|token|private|ssh-|reg_?code|[$][0-9a-z]{1,3}[$]'

forward_log() {
  # Once, also where the installer starts itself again.
  mkdir "/tmp/rackside-log-${1##*/}" 2>/dev/null || return 0
  # A subshell: a function that is redirected keeps what it had before.
  (follow_log "$1" "$2") </dev/null >/dev/null 2>&1 &
}

follow_log() {
  cd /
  log_told=0
  while sleep 5; do
    log_size=$(wc -c <"$1") || continue
    # Another file has its name by now.
    [ "$log_size" -ge "$log_told" ] || log_told=0
    log_news=$(tail -c "+$((log_told + 1))" "$1" | head -c "$((log_size - log_told))" | grep -aiE -e "$2" | grep -aivE -e "$log_secrets" | cut -c 1-400 | tail -n 20)
    log_told=$log_size
    [ -z "$log_news" ] || tell_log || return 0
  done
}

# False: nobody installs this any more (4xx), as in report.
tell_log() {
  if command -v curl >/dev/null 2>&1; then
    # shellcheck disable=SC2154
    log_answer=$(printf '%s\n' "$log_news" | curl -sS -m 10 -o /dev/null -w '%{http_code}' --data-binary @- "$hooks/log")
  else
    log_answer=$(wget -q -T 10 -O /dev/null --post-data="$log_news" "$hooks/log" 2>&1) || [ "$?" != 8 ] || return 1
  fi
  case $log_answer in 4?? | *HTTP/*' 4'[0-9][0-9]*) return 1 ;; esac
}
