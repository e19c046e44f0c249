# shellcheck shell=sh
# Does anybody have the addresses that this machine is to get? Asked by ARP, with no sender address (RFC 5227 §2.1.1), from the NIC
# and the VLAN that will carry each. A taken address is no failure of the step: the engine decides.

step_probe_addresses() {
  take_parameter addresses
  report_phase other
  : >"$STEP/probes"
  while IFS= read -r field_rest || [ -n "$field_rest" ]; do
    [ -z "$field_rest" ] || take_probe >>"$STEP/probes"
  done <"$STEP/parameters/addresses"
  [ -s "$STEP/probes" ] || bad_parameter addresses 'names no address'
  own_macs >"$STEP/own-macs"
  add_vlans
  probe_all
  remove_vlans
  evidence addresses json_probes
  succeed
}

# A line: MAC of the NIC, VLAN or -, IPv4 address. Comes out with the interface's name, empty without one.
take_probe() {
  next_field
  probe_mac=$(lower_case "$field_value")
  case $probe_mac in
    [0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f]) ;;
    *) bad_parameter addresses "has no MAC address: $probe_mac" ;;
  esac
  next_field
  probe_vlan=$field_value
  if [ "$probe_vlan" != - ]; then
    { is_number "$probe_vlan" && [ "$probe_vlan" -ge 1 ] && [ "$probe_vlan" -le 4094 ]; } || bad_parameter addresses "has no VLAN from 1 to 4094: $probe_vlan"
  fi
  next_field
  probe_address=$field_value
  is_ipv4 "$probe_address" || bad_parameter addresses "has no IPv4 address: $probe_address"
  printf '%s\t%s\t%s\t%s\n' "$probe_mac" "$probe_vlan" "$probe_address" "$(nic_of_mac "$probe_mac")"
}

is_ipv4() {
  printf '%s\n' "$1" | grep -qE '^((25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])\.){3}(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])$'
}

nic_of_mac() {
  for nic_path in "$SYS"/class/net/*; do
    is_physical_nic "${nic_path##*/}" || continue
    nic_mac "${nic_path##*/}"
    [ "$nic_address" != "$1" ] || { printf '%s' "${nic_path##*/}" && return 0; }
  done
}

own_macs() {
  for nic_path in "$SYS"/class/net/*; do
    read_attr "$nic_path/address"
    printf '%s\n' "$attr"
  done
}

probe_interface() {
  if [ "$probe_vlan" = - ]; then printf '%s' "$probe_nic"; else printf 'probe%s.%s' "$(cat "$SYS/class/net/$probe_nic/ifindex")" "$probe_vlan"; fi
}

each_vlan_interface() {
  while IFS=$tab read -r _ probe_vlan _ probe_nic; do
    [ -z "$probe_nic" ] || [ "$probe_vlan" = - ] || printf '%s %s %s\n' "$(probe_interface)" "$probe_nic" "$probe_vlan"
  done <"$STEP/probes" | sort -u
}

# Those that an earlier agent left are made anew.
add_vlans() {
  each_vlan_interface >"$STEP/vlans"
  [ -s "$STEP/vlans" ] || return 0
  [ -n "$sandbox" ] || modprobe -q 8021q
  remove_vlans
  while read -r vlan_interface vlan_nic vlan_id; do
    run_tool tool-failed ip link add link "$vlan_nic" name "$vlan_interface" type vlan id "$vlan_id"
    run_tool tool-failed ip link set "$vlan_interface" up
  done <"$STEP/vlans"
}

remove_vlans() {
  while read -r vlan_interface _ _; do
    [ ! -e "$SYS/class/net/$vlan_interface" ] || ip link delete "$vlan_interface" >&2 || :
  done <"$STEP/vlans"
}

# All at once. The result of each: free, taken, no-link, no-nic, failed; and who has it.
probe_all() {
  probe_index=0
  while IFS=$tab read -r probe_mac probe_vlan probe_address probe_nic; do
    probe_index=$((probe_index + 1))
    probe_one >"$STEP/probe-$probe_index" </dev/null &
  done <"$STEP/probes"
  wait
}

probe_one() {
  if [ -z "$probe_nic" ]; then
    printf 'no-nic\t\n'
    return 0
  fi
  read_attr "$SYS/class/net/$probe_nic/carrier"
  if [ "$attr" != 1 ]; then
    printf 'no-link\t\n'
    return 0
  fi
  # busybox: 1 when somebody answered, 2 and more when it could not ask. -D: three probes without a sender address.
  arping_exit=0
  arping -D -c 3 -w 4 -I "$(probe_interface)" "$probe_address" >"$STEP/arping-$probe_index" 2>&1 || arping_exit=$?
  probe_holder=$(sed -n 's/.*\[\([0-9a-fA-F:]*\)\].*/\1/p' "$STEP/arping-$probe_index" | tr '[:upper:]' '[:lower:]' | grep -vxFf "$STEP/own-macs" | head -n 1)
  if [ -n "$probe_holder" ]; then
    printf 'taken\t%s\n' "$probe_holder"
  elif [ "$arping_exit" -le 1 ]; then
    printf 'free\t\n'
  else
    say "arping: $(tail -n 1 "$STEP/arping-$probe_index")"
    printf 'failed\t\n'
  fi
}

json_probes() {
  probes_comma=
  probe_index=0
  printf '['
  while IFS= read -r field_rest; do
    probe_index=$((probe_index + 1))
    json_probe
  done <"$STEP/probes"
  printf ']'
}

json_probe() {
  printf '%s' "$probes_comma"
  probes_comma=,
  json_object_start
  next_field
  json_key_string mac "$field_value"
  next_field
  json_key_number vlan "$field_value"
  next_field
  json_key_string address "$field_value"
  next_field
  json_key_string nic "$field_value"
  IFS= read -r field_rest <"$STEP/probe-$probe_index"
  next_field
  json_key_string result "$field_value"
  next_field
  json_key_string holder "$field_value"
  printf '}'
}
