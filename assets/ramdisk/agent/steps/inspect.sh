# shellcheck shell=sh
# The inventory again: LLDP neighbours and the BMC may be known by now.

step_inspect() {
  take_number lldp-seconds 0
  lldp_seconds=$parameter
  report_phase other
  find_bmc
  while is_neighbour_missing && [ $(($(uptime_seconds) - step_started)) -lt "$lldp_seconds" ]; do sleep 1; done
  evidence inventory json_inventory
  succeed
}

# Is there a NIC with a link whose neighbour has not spoken, and init still listens on it?
is_neighbour_missing() {
  for nic_path in "$SYS"/class/net/*; do
    read_attr "$nic_path/carrier"
    [ "$attr" != 1 ] || [ ! -e "$RUN/lldp-${nic_path##*/}" ] || return 0
  done
  return 1
}
