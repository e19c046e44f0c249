# shellcheck shell=sh
# What every step has: parameters (files in $STEP/parameters), evidence, a result, programs whose failure is a result.

# The parameter KEY into `parameter`; a missing one ends the step unless a default is given.
take_parameter() {
  if [ -e "$STEP/parameters/$1" ]; then
    read_attr "$STEP/parameters/$1"
    parameter=$attr
  elif [ $# -ge 2 ]; then
    parameter=$2
  else
    bad_parameter "$1" 'is missing'
  fi
}

take_number() {
  take_parameter "$@"
  is_number "$parameter" || bad_parameter "$1" 'is not a whole number'
}

take_sha256() {
  take_parameter "$@"
  case $parameter in *[!0-9a-f]*) bad_parameter "$1" 'is not a SHA-256 in lower-case hexadecimal' ;; esac
  [ "${#parameter}" -eq 64 ] || bad_parameter "$1" 'is not a SHA-256 in lower-case hexadecimal'
}

take_url() {
  take_parameter "$@"
  case $parameter in
    *[!A-Za-z0-9.~:/?#@\!\$\&\(\)\*+,\;=%_\[\]-]*) bad_parameter "$1" 'is not a URL' ;;
    http://?* | https://?*) ;;
    *) bad_parameter "$1" 'is not an http or https URL' ;;
  esac
}

bad_parameter() {
  evidence parameter json_string "$1"
  fail bad-request "the parameter $1 $2"
}

# evidence KEY WRITER ARGUMENT…: one member more. Kept in a file: a failing step still shows what it knew.
evidence() {
  evidence_key=$1
  shift
  {
    printf ',"%s":' "$evidence_key"
    "$@"
  } >>"$STEP/evidence"
}

write_result() {
  {
    printf '{%s"evidence":{"seconds":%s' "$1" "$(($(uptime_seconds) - step_started))"
    cat "$STEP/evidence"
    printf '}}\n'
  } | json_finish >"$STEP/result.new"
  mv "$STEP/result.new" "$STEP/result"
}

succeed() {
  write_result '"ok":true,'
  exit 0
}

fail() {
  say "$1: $2"
  write_result "\"ok\":false,\"code\":\"$1\",\"message\":$(json_string "$2"),"
  exit 0
}

json_tail() {
  tail -c 2000 "$1" 2>/dev/null | json_string_of_stdin
}

tool_evidence() {
  evidence tool json_string "$1"
  evidence exit json_number "$2"
  evidence stderr json_tail "$3"
}

# run_tool CODE PROGRAM ARGUMENT…: its output into tool_output; if it fails the step ends with CODE. A function of ours that runs a
# program is called run_ and its name.
run_tool() {
  tool_code=$1
  shift
  tool_exit=0
  tool_output=$("$@" 2>"$STEP/tool-error") || tool_exit=$?
  [ "$tool_exit" -eq 0 ] || tool_failed "$tool_code" "${1#run_}"
}

tool_failed() {
  tool_evidence "$2" "$tool_exit" "$STEP/tool-error"
  fail "$1" "$2 ended with $tool_exit: $(tail -n 1 "$STEP/tool-error")"
}

# What the reporter tells the engine meanwhile: phase, total bytes, and the process and descriptor whose position is the progress.
report_phase() {
  printf '%s %s %s %s\n' "$1" "${2:-0}" "${3:-0}" "${4:-0}" >"$STEP/phase.new"
  mv "$STEP/phase.new" "$STEP/phase"
}

# The same with bytes that were counted: PHASE TOTAL DONE.
report_counted() {
  printf '%s %s 0 0 %s\n' "$1" "$2" "$3" >"$STEP/phase.new"
  mv "$STEP/phase.new" "$STEP/phase"
}
