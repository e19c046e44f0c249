#!/bin/busybox sh
# Called by udhcpc with the lease in the environment.
# shellcheck shell=sh disable=SC2154
[ "$1" = bound ] || exit 0
ip addr add "$ip/$mask" dev "$interface"
[ -z "$router" ] || ip route add default via "${router%% *}"
