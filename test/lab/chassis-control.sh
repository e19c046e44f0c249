#!/bin/sh
# What ipmi_sim runs to work the machine's buttons: chassis-control.sh SOCKET get|set NAME [VALUE]...
# The lab listens on SOCKET and answers at once; ipmi_sim waits for this program and answers nobody meanwhile.
set -eu
socket=$1
shift
reply=$(printf '%s\n' "$*" | socat -t 5 - "UNIX-CONNECT:$socket")
case $reply in
  error*) exit 1 ;;
esac
printf '%s\n' "$reply"
