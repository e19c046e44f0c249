# shellcheck shell=sh
# Tells the provisioner how far the installation is: report WORD [DETAIL]. It never fails, and waits ten seconds at most for
# a word that a later one makes up for. What ends an installation nobody says again: that is tried for some minutes, because
# a provisioner that was just away would call a finished system a failure. An answer that would be the same the next time
# (4xx: "nobody installs this any more") ends it too; GNU wget has one status, 8, for all refusals, busybox a sentence.
# The variable hooks (an URL) is set above.
report() {
  # shellcheck disable=SC2154
  report_url=$hooks/$1
  if [ -n "${2:-}" ]; then
    # What an URL cannot carry as it is becomes a space; the whole text stays in the machine's own log.
    report_url="$report_url?detail=$(printf '%s' "$2" | tr -cs 'A-Za-z0-9._,:/=-' '+' | cut -c 1-300)"
  fi
  case $1 in finished | failed) report_tries=120 ;; *) report_tries=1 ;; esac
  while :; do
    if command -v curl >/dev/null 2>&1; then
      report_answer=$(curl -fsS -m 10 -o /dev/null -w '%{http_code}' "$report_url") && break
    else
      report_answer=$(wget -q -T 10 -O /dev/null "$report_url" 2>&1) && break
      [ "$?" != 8 ] || break
    fi
    case $report_answer in 4?? | *HTTP/*' 4'[0-9][0-9]*) break ;; esac
    [ "$report_tries" -gt 1 ] || break
    report_tries=$((report_tries - 1))
    sleep 5
  done
}
