#!/bin/sh
# The deploy agent: says hello, takes one step at a time, sends each result until it is taken (protocol.md).
# Exit: 3 refused (the token is of no use any more), 2 not configured; else the caller starts it again.
set -u
LIB=${0%/*}
. "$LIB/places.sh"
. "$LIB/json.sh"
. "$LIB/text.sh"
. "$LIB/http.sh"
. "$LIB/inventory/pci.sh"
. "$LIB/inventory/system.sh"
. "$LIB/inventory/errors.sh"
. "$LIB/inventory/nics.sh"
. "$LIB/inventory/disk-identity.sh"
. "$LIB/partition-table.sh"
. "$LIB/inventory/smart.sh"
. "$LIB/inventory/disks.sh"
. "$LIB/inventory/inventory.sh"
. "$LIB/rescue/devices.sh"
. "$LIB/steps/power.sh"

agent_url='' one_time_token='' boot_id=''
progress_seconds=${RACKSIDE_PROGRESS_SECONDS:-2}

is_token() {
  case $1 in *[!A-Za-z0-9_-]*) return 1 ;; esac
  [ "${#1}" -eq 43 ]
}

random_token() {
  head -c 32 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=\n'
}

# Makes the header file that every later call uses.
use_token() {
  printf 'header = "Authorization: Bearer %s"\nheader = "X-Rackside-Boot: %s"\n' "$1" "$boot_id" >"$RUN/headers.new"
  mv "$RUN/headers.new" "$RUN/headers"
}

take_kernel_word() {
  case $1 in
    rackside.url=*) agent_url=${1#*=} ;;
    rackside.token=*) one_time_token=${1#*=} ;;
  esac
}

# The boot id outlives a restart of the agent, so that a hello whose answer was lost can be repeated.
prepare() {
  mkdir -p "$RUN/steps"
  each_kernel_word take_kernel_word
  agent_url=${agent_url%/}
  case $agent_url in
    http://?* | https://?*) ;;
    *) say 'the kernel command line has no rackside.url=http://…' && exit 2 ;;
  esac
  is_token "$one_time_token" || { say 'the kernel command line has no valid rackside.token=' && exit 2; }
  printf '%s\n' "$agent_url" >"$RUN/url"
  [ -s "$RUN/boot-id" ] || random_token >"$RUN/boot-id"
  read_attr "$RUN/boot-id"
  boot_id=$attr
}

# A main.sh that died (out of memory) leaves its step running, and its reporter: two writers must never meet on one disk.
end_orphans() {
  [ -s "$RUN/orphans" ] || return 0
  read -r orphan_step orphan_reporter <"$RUN/orphans"
  kill -KILL "$orphan_reporter" 2>/dev/null
  end_group "$orphan_step"
  rm -f "$RUN/orphans"
}

# A writer that waits for its disk does not end before the disk has answered.
end_group() {
  kill -KILL -- "-$1" 2>/dev/null
  while is_group_alive "$1"; do
    say 'an interrupted step is still ending'
    sleep 1
    kill -KILL -- "-$1" 2>/dev/null
  done
}

# proc(5): state and process group stand behind the name.
is_group_alive() {
  cat /proc/[0-9]*/stat 2>/dev/null | sed 's/.*) //' |
    awk -v group="$1" '$3 == group && $1 != "Z" && $1 != "X" { found = 1 } END { exit !found }'
}

refused() {
  say "the engine refused $1 (HTTP $http_status). This token is not used again: start a deployment from Rackside, or switch the machine off."
  printf '%s\n' "$http_status" >"$RUN/refused"
  exit 3
}

hello() {
  use_token "$one_time_token"
  json_inventory | json_finish >"$RUN/inventory.json"
  pause_seconds=0
  while :; do
    call_patiently POST /v1/hello 60 application/json "$RUN/inventory.json"
    case $http_status in
      401 | 403) refused 'the one-time token' ;;
      200) take_session && return 0 ;;
    esac
    next_pause
    say "hello was answered with HTTP $http_status, which is not understood; next try in $pause_seconds s"
    sleep "$pause_seconds"
  done
}

take_session() {
  read_key_values "$call_answer" "$RUN/hello" && [ -e "$RUN/hello/session" ] || return 1
  read_attr "$RUN/hello/session"
  is_token "$attr" || return 1
  printf '%s' "$attr" >"$RUN/session"
  use_token "$attr"
  read_attr "$RUN/hello/node"
  say "at your service as $attr"
}

# Asks for steps for ever. An answer that makes no sense is asked for again, slowly.
serve() {
  confused_seconds=0
  while :; do
    asked_at=$(uptime_seconds)
    call_patiently GET /v1/step 40
    case $http_status in
      401 | 403) refused 'this session' ;;
      204)
        confused_seconds=0
        # An engine that does not hold the call must not be asked in a busy loop.
        [ "$(uptime_seconds)" -gt "$asked_at" ] || sleep 1
        ;;
      200)
        if take_step; then
          confused_seconds=0
          do_step
        else
          be_confused "$text_error"
        fi
        ;;
      *) be_confused "HTTP $http_status" ;;
    esac
  done
}

be_confused() {
  pause_seconds=$confused_seconds
  next_pause
  confused_seconds=$pause_seconds
  say "the engine's answer is not understood ($1); asked again in $pause_seconds s"
  sleep "$pause_seconds"
}

# Sets step_name, step_id and STEP from the answer; 1 when it is none.
take_step() {
  read_key_values "$call_answer" "$RUN/next-step" || return 1
  read_attr "$RUN/next-step/step"
  step_name=$attr
  read_attr "$RUN/next-step/id"
  step_id=$attr
  text_error='no step'
  case $step_name in '' | *[!a-z-]*) return 1 ;; esac
  text_error='no usable id'
  case $step_id in '' | *[!A-Za-z0-9_-]*) return 1 ;; esac
  [ "${#step_id}" -le 64 ] || return 1
  STEP=$RUN/steps/$step_id
}

do_step() {
  if [ -s "$STEP/result" ]; then
    say "$step_name was done before: its result is sent again"
  else
    say "$step_name"
    rm -rf "$STEP"
    mkdir -p "$STEP"
    mv "$RUN/next-step" "$STEP/parameters"
    run_step
  fi
  send_result
  case $step_name in
    reboot | power-off) if grep -q '^{"ok":true' "$STEP/result"; then end_machine "$step_name"; fi ;;
  esac
}

# setsid: a step that is cancelled ends with all its programs. The reporter speaks for it meanwhile.
run_step() {
  setsid sh "$LIB/run-step.sh" "$step_name" "$STEP" &
  step_pid=$!
  report_progress "$step_pid" &
  reporter_pid=$!
  printf '%s %s\n' "$step_pid" "$reporter_pid" >"$RUN/orphans"
  wait "$step_pid"
  kill "$reporter_pid" 2>/dev/null
  wait "$reporter_pid" 2>/dev/null
  [ ! -e "$STEP/cancelled" ] || end_group "$step_pid"
  rm -f "$RUN/orphans"
  if [ -e "$STEP/cancelled" ] && ! [ -s "$STEP/result" ]; then
    printf '{"ok":false,"code":"cancelled","message":"stopped because the engine does not want the step any more","evidence":{"seconds":0}}\n' >"$STEP/result"
  elif ! [ -s "$STEP/result" ]; then
    printf '{"ok":false,"code":"tool-failed","message":"the step died","evidence":{"seconds":0}}\n' >"$STEP/result"
  fi
}

write_progress() {
  phase=preparing total=0 phase_pid=0 phase_descriptor=0 position=''
  [ ! -s "$STEP/phase" ] || read -r phase total phase_pid phase_descriptor position <"$STEP/phase"
  printf 'phase %s\n' "$phase"
  [ "$phase_pid" = 0 ] || position=$(position_of "$phase_pid" "$phase_descriptor")
  is_number "$position" || return 0
  printf 'bytes %s\ntotal %s\n' "$position" "$total"
}

report_progress() {
  call_who=.progress
  while sleep "$progress_seconds"; do
    write_progress >"$RUN/progress"
    call POST "/v1/step/$step_id/progress" 10 'text/plain; charset=utf-8' "$RUN/progress"
    # 401, 403: this ramdisk may no longer speak for the machine. A write that nobody can stop any more must not go on.
    case $http_status in
      401 | 403 | 410)
        : >"$STEP/cancelled"
        kill -TERM -- "-$1" 2>/dev/null
        sleep 2
        kill -KILL -- "-$1" 2>/dev/null
        return 0
        ;;
    esac
  done
}

send_result() {
  call_patiently POST "/v1/step/$step_id/result" 30 application/json "$STEP/result"
  case $http_status in
    200 | 204) ;;
    401 | 403) refused 'the result' ;;
    *) say "the engine does not take the result of $step_name (HTTP $http_status)" ;;
  esac
}

prepare
end_orphans
if [ -e "$RUN/refused" ]; then
  say 'the engine refused this machine before; nothing is asked again'
  exit 3
fi
find_bmc_beside
read_attr "$RUN/session"
if [ -n "$attr" ]; then use_token "$attr"; else hello; fi
serve
