#!/bin/sh
# A shell on the console CONSOLE that starts again when it is left: shell.sh CONSOLE.
set -u
case $1 in
  # tty0 is whichever is in front; a shell needs one of its own, the first.
  tty0) terminal=/dev/tty1 TERM=linux ;;
  tty[0-9]) terminal=/dev/$1 TERM=linux ;;
  *) terminal=/dev/$1 TERM=vt100 ;;
esac
export TERM HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin
umask 022
cd /root || exit 1
# What a full-screen program left behind is undone before the next shell; a console that hangs up must not spin.
while :; do
  stty -F "$terminal" sane 2>/dev/null
  cat /run/rackside/rescue/welcome >"$terminal" 2>/dev/null
  # shellcheck disable=SC2094 # a terminal
  setsid -c sh -l <"$terminal" >"$terminal" 2>&1
  sleep 1
done
