#!/bin/busybox sh
# Called by udhcpc with the lease in the environment.
# shellcheck shell=sh disable=SC2154
case $1 in
  deconfig)
    ip addr flush dev "$interface"
    ;;
  bound | renew)
    ip -4 addr show dev "$interface" | grep -q " $ip/$mask " || {
      ip addr flush dev "$interface"
      ip addr add "$ip/$mask" broadcast "${broadcast:-+}" dev "$interface"
    }
    [ -z "$router" ] || ip route replace default via "${router%% *}" dev "$interface"
    ;;
esac
