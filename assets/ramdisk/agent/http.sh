# shellcheck shell=sh
# Calls to the engine. Tokens reach curl by a configuration file that only root reads: never by an argument or a URL.

# call METHOD PATH SECONDS [TYPE FILE [HEADER]]: sets http_status (000: no whole answer) and leaves the body in $call_answer.
# call_who keeps the files of the reporter, which runs beside a step, apart from those of the main loop.
call() {
  call_answer=$RUN/answer${call_who:-}
  call_method=$1
  call_url=$agent_url$2
  call_seconds=$3
  if [ -n "${4:-}" ]; then
    set -- -H "Content-Type: $4" -H 'Expect:' ${6:+-H "$6"} --data-binary "@$5"
  else
    set --
  fi
  : >"$call_answer"
  http_status=$(curl -q -K "$RUN/headers" -sS --globoff --noproxy '*' --proto '=http,https' --max-redirs 0 \
    -A "rackside-agent/$agent_version" --connect-timeout 10 --max-time "$call_seconds" --max-filesize 65536 \
    -X "$call_method" "$@" -o "$call_answer" -w '%{http_code}' --url "$call_url" 2>"$call_answer.error") ||
    http_status=000
}

# The same until it is answered with something that repeating does not change.
call_patiently() {
  pause_seconds=0
  while :; do
    call "$@"
    case $http_status in
      000 | 408 | 409 | 425 | 429 | 5??) ;;
      *) return 0 ;;
    esac
    next_pause
    if [ "$http_status" = 000 ]; then
      read_attr "$call_answer.error"
      say "no answer from the engine (${attr:-no reason given}); next try in $pause_seconds s"
    else
      say "the engine says not now (HTTP $http_status); next try in $pause_seconds s"
    fi
    sleep "$pause_seconds"
  done
}
