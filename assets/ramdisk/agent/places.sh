# shellcheck shell=sh
# Where the agent looks and writes. RACKSIDE_SANDBOX=DIR puts a made-up machine (DIR/sys, DIR/proc, DIR/dev, DIR/run)
# in the place of the real one: the tests run every step that way, and no step then restarts anything.

agent_version=1
export LC_ALL=C
umask 077

sandbox=${RACKSIDE_SANDBOX:-}
SYS=$sandbox/sys
PROC=$sandbox/proc
DEV=$sandbox/dev
RUN=$sandbox/run/rackside
ETC=$sandbox/etc/rackside
MNT=$sandbox/mnt

longest_pause_seconds=${RACKSIDE_LONGEST_PAUSE_SECONDS:-15}

say() {
  printf 'rackside: %s\n' "$*" >&2
}

# Whole seconds and seconds with a fraction since boot: the clock of a bare machine may jump, this one does not.
uptime_seconds() {
  read -r uptime_now _ </proc/uptime
  printf '%s' "${uptime_now%%.*}"
}

uptime_exact() {
  read -r uptime_now _ </proc/uptime
  printf '%s' "$uptime_now"
}

# The next pause of a back-off: 1, 2, 4, 8, then the longest. Sets pause_seconds.
next_pause() {
  case ${pause_seconds:-0} in
    0) pause_seconds=1 ;;
    *) pause_seconds=$((pause_seconds * 2)) ;;
  esac
  [ "$pause_seconds" -le "$longest_pause_seconds" ] || pause_seconds=$longest_pause_seconds
}

# Position of a process in a file: what has really been written, without asking the process.
position_of() {
  sed -n 's/^pos:[^0-9]*//p' "/proc/$1/fdinfo/$2" 2>/dev/null
}

is_number() {
  case $1 in
    0) return 0 ;;
    '' | 0* | *[!0-9]*) return 1 ;;
  esac
  [ "${#1}" -le 18 ]
}

# The folder that a path really is, into `folder`. A fork, but no program: on a bare machine those are what takes time.
real_folder() {
  folder=$(cd -P "$1" 2>/dev/null && pwd -P) || :
}

# First line of a file into `attr`, empty when it cannot be read (sysfs answers EINVAL for the carrier of a NIC that is down).
read_attr() {
  attr=
  [ -r "$1" ] || return 0
  # shellcheck disable=SC2162
  { IFS= read -r attr <"$1"; } 2>/dev/null || :
}

# The words of the kernel command line, one at a time, to a function.
each_kernel_word() {
  read_attr "$PROC/cmdline"
  set -f
  # shellcheck disable=SC2086
  set -- "$1" $attr
  set +f
  word_handler=$1
  shift
  for kernel_word in "$@"; do
    "$word_handler" "$kernel_word"
  done
}
