# shellcheck shell=sh
# The last steps of a deployment. The result is sent and taken first (main.sh does that), then after_result runs.

step_reboot() {
  succeed
}

step_power_off() {
  succeed
}

# In a made-up machine nothing is restarted: the word is written down instead.
end_machine() {
  if [ -n "$sandbox" ]; then
    printf '%s\n' "$1" >"$RUN/ended"
    exit 0
  fi
  say "$1"
  give_back_lldp
  leave_disks
  sync
  case $1 in
    reboot) reboot -f ;;
    power-off) poweroff -f ;;
  esac
  # The firmware needs a moment to act; asking the engine for more would be answered.
  sleep 60
}

# To the firmware that had it before init took it away.
give_back_lldp() {
  [ -s "$RUN/fw-lldp-agents" ] || return 0
  while IFS= read -r lldp_nic; do
    ethtool --set-priv-flags "$lldp_nic" fw-lldp-agent on
  done <"$RUN/fw-lldp-agents"
}
