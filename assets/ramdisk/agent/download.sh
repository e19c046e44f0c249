# shellcheck shell=sh
# Downloads that never succeed silently: a broken connection is resumed, and resumed only from the very same bytes.

# For how long a broken download is resumed without one new byte.
patience_seconds=${RACKSIDE_PATIENCE_SECONDS:-600}

# Does URL lie on the engine's own server (same scheme, host, port)? Only there the session token may go.
is_of_engine() {
  origin_rest=${agent_url#*://}
  origin=${agent_url%%://*}://${origin_rest%%/*}
  case $1 in "$origin" | "$origin"/*) return 0 ;; esac
  return 1
}

# The options of every download; with the session token for the engine's own server.
run_download() {
  if is_of_engine "$download_url"; then set -- -K "$RUN/headers" "$@"; fi
  curl -q -sS --globoff --noproxy '*' --proto '=http,https' --max-redirs 0 -A "rackside-agent/$agent_version" \
    --connect-timeout 10 --speed-limit 1 --speed-time 60 --fail "$@" --url "$download_url"
}

# Is the file there (200 and nothing else)? Asked before a disk is touched.
check_download() {
  download_url=$1
  pause_seconds=0
  check_started=$(uptime_seconds)
  while :; do
    check_exit=0
    download_status=$(run_download --head --max-time 30 -o /dev/null -w '%{http_code}' 2>"$STEP/tool-error") || check_exit=$?
    [ "$check_exit:$download_status" != 0:200 ] || return 0
    is_passing_failure "$check_exit" "$download_status" || break
    next_pause
    [ $(($(uptime_seconds) - check_started + pause_seconds)) -lt "$patience_seconds" ] || break
    sleep "$pause_seconds"
  done
  evidence httpStatus json_number "${download_status#000}"
  evidence receivedBytes json_number 0
  [ -s "$STEP/tool-error" ] || printf 'HTTP %s\n' "$download_status" >"$STEP/tool-error"
  fail download-failed "$download_url cannot be had: $(tail -n 1 "$STEP/tool-error")"
}

# Curl's exits that a new try may mend, with the statuses that mean the same.
is_passing_failure() {
  case $1 in
    5 | 6 | 7 | 16 | 18 | 28 | 35 | 52 | 55 | 56 | 92 | 95 | 96) return 0 ;;
    22) case $2 in 408 | 425 | 429 | 5??) return 0 ;; esac ;;
  esac
  return 1
}

# Only a strong validator may stand in If-Range (RFC 9110 §13.1.5).
etag_of() {
  tr -d '\r' <"$1" | sed -n 's/^[Ee][Tt][Aa][Gg]: *"/"/p' | tail -n 1
}

# One request; the body goes to stdout, curl's own words and the status to files. Sets curl_exit, curl_status, curl_bytes.
download_once() {
  curl_exit=0
  run_download "$@" -w '%{stderr}\n%{http_code} %{size_download}\n' 2>"$STEP/download-words" || curl_exit=$?
  curl_words=$(tail -n 1 "$STEP/download-words")
  curl_status=${curl_words% *}
  curl_bytes=${curl_words#* }
  is_number "$curl_bytes" || curl_bytes=0
  grep -v "^$curl_words\$" "$STEP/download-words" | grep . >"$STEP/download-error" || :
  # Everything below 400 is a success to curl; a redirection or an answer without content is not the file.
  case $curl_exit:$curl_status in
    0:200 | 0:206) ;;
    0:*)
      curl_exit=22
      printf 'HTTP %s\n' "$curl_status" >"$STEP/download-error"
      ;;
  esac
}

# The whole of URL to stdout. What became of it is in $STEP/download: exit, HTTP status, bytes received, requests.
download_stream() {
  download_url=$1
  received=0 attempts=0 etag='' pause_seconds=0
  last_news=$(uptime_seconds)
  while :; do
    attempts=$((attempts + 1))
    if [ "$received" -eq 0 ]; then
      download_once --dump-header "$STEP/download-headers"
      etag=$(etag_of "$STEP/download-headers")
    elif [ -n "$etag" ]; then
      download_once --continue-at "$received" -H "If-Range: $etag"
    else
      download_once --continue-at "$received"
    fi
    case $curl_status in 200 | 206) received=$((received + curl_bytes)) ;; *) curl_bytes=0 ;; esac
    printf '%s %s %s %s\n' "$curl_exit" "$curl_status" "$received" "$attempts" >"$STEP/download"
    [ "$curl_exit" -ne 0 ] || return 0
    is_passing_failure "$curl_exit" "$curl_status" || return 1
    if [ "$curl_bytes" -gt 0 ]; then
      last_news=$(uptime_seconds)
      pause_seconds=0
    fi
    [ $(($(uptime_seconds) - last_news)) -lt "$patience_seconds" ] || return 1
    next_pause
    say "download broken after $received bytes ($(tail -n 1 "$STEP/download-error")); resumed in $pause_seconds s"
    sleep "$pause_seconds"
  done
}

# Sets curl_exit, curl_status, received, attempts from what the download process left.
read_download() {
  curl_exit='' curl_status='' received=0 attempts=0
  [ -s "$STEP/download" ] || return 0
  read -r curl_exit curl_status received attempts <"$STEP/download"
}

download_failed() {
  evidence httpStatus json_number "${curl_status#000}"
  evidence receivedBytes json_number "$received"
  evidence tool json_string curl
  evidence exit json_number "$curl_exit"
  evidence stderr json_tail "$STEP/download-error"
  fail download-failed "the download broke after $received bytes in $attempts requests: $(tail -n 1 "$STEP/download-error")"
}
