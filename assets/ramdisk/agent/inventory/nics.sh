# shellcheck shell=sh
# Network interfaces that are hardware (they have a device), with link and switch port.

is_physical_nic() {
  [ -e "$SYS/class/net/$1/device" ] && [ "$1" != lo ]
}

# The address burnt into the card. addr_assign_type 0: the current one is it; else (bonds, iPXE's set addresses) ask ethtool.
nic_mac() {
  read_attr "$SYS/class/net/$1/addr_assign_type"
  nic_address_kind=$attr
  read_attr "$SYS/class/net/$1/address"
  nic_address=$attr
  if [ "$nic_address_kind" != 0 ] && [ -z "$sandbox" ]; then
    nic_permanent=$(ethtool -P "$1" 2>/dev/null) || :
    case ${nic_permanent##* } in
      ??:??:??:??:??:??) [ "${nic_permanent##* }" = 00:00:00:00:00:00 ] || nic_address=${nic_permanent##* } ;;
    esac
  fi
}

nic_ipv4() {
  [ -z "$sandbox" ] && [ "$nic_carrier" = 1 ] || return 0
  nic_addresses=$(ip -4 -o addr show dev "$1" 2>/dev/null)
  case $nic_addresses in
    *' inet '*)
      nic_addresses=${nic_addresses#* inet }
      printf '%s' "${nic_addresses%%/*}"
      ;;
  esac
}

# A pcap file with one LLDP frame → chassis, port, port description, system name, VLAN (IEEE 802.1AB §8; 802.1 Port VLAN ID TLV).
lldp_members() {
  od -An -v -tu1 "$1" | awk '
    BEGIN { open = sprintf("%c", 1); close_ = sprintf("%c", 2) }
    function hex(from, to,    at, out) { for (at = from; at <= to; at++) out = out (at > from ? ":" : "") sprintf("%02x", byte[at]); return out }
    function text(from, to,    at, out) { for (at = from; at <= to; at++) if (byte[at] >= 32 && byte[at] < 127) out = out sprintf("%c", byte[at]); return out }
    function address(from, to) { return byte[from] == 1 && to - from == 4 ? byte[from + 1] "." byte[from + 2] "." byte[from + 3] "." byte[from + 4] : hex(from, to) }
    function marked(value) { return open value close_ }
    { for (field = 1; field <= NF; field++) byte[++count] = $field + 0 }
    END {
      at = 41 + 14
      while (at + 1 <= count) {
        type = int(byte[at] / 2); length_ = byte[at] % 2 * 256 + byte[at + 1]; from = at + 2; to = from + length_ - 1
        if (type == 0 || to > count) break
        if (type == 1) chassis = byte[from] == 4 ? hex(from + 1, to) : byte[from] == 5 ? address(from + 1, to) : text(from + 1, to)
        if (type == 2) port = byte[from] == 3 ? hex(from + 1, to) : byte[from] == 4 ? address(from + 1, to) : text(from + 1, to)
        if (type == 4) description = text(from, to)
        if (type == 5) name = text(from, to)
        if (type == 127 && length_ == 6 && byte[from] == 0 && byte[from + 1] == 128 && byte[from + 2] == 194 && byte[from + 3] == 1) vlan = byte[from + 4] * 256 + byte[from + 5]
        at = to + 1
      }
      if (chassis == "" && port == "") { printf "null"; exit }
      printf "{\"chassisId\":%s,\"portId\":%s,\"portDescription\":%s,\"systemName\":%s,\"vlan\":%s}",
        marked(chassis), marked(port), marked(description), marked(name), (vlan > 0 ? vlan : "null")
    }'
}

json_lldp() {
  if [ -s "$RUN/lldp/$1" ]; then lldp_members "$RUN/lldp/$1"; else printf 'null'; fi
}

json_nic() {
  nic=$1
  real_folder "$SYS/class/net/$nic/device"
  nic_folder=$folder
  pci_of_path "$nic_folder"
  driver_of "$nic_folder"
  read_attr "$SYS/class/net/$nic/carrier"
  nic_carrier=${attr:-0}
  read_attr "$SYS/class/net/$nic/speed"
  nic_speed=$attr
  { [ "$nic_carrier" = 1 ] && is_number "$nic_speed" && [ "$nic_speed" -gt 0 ]; } || nic_speed=
  read_attr "$SYS/class/net/$nic/dev_port"
  nic_port=$attr
  nic_mac "$nic"
  json_object_start
  json_key_string name "$nic"
  json_key_string mac "$nic_address"
  json_key_boolean carrier "$nic_carrier"
  json_key_number speedMbps "$nic_speed"
  json_key_string driver "$driver_name"
  json_pci_members
  json_key_number port "$nic_port"
  json_key_string ip "$(nic_ipv4 "$nic")"
  json_key lldp
  json_lldp "$nic"
  json_key errors
  json_nic_errors "$nic"
  printf '}'
}

json_nics() {
  nics_comma=
  printf '['
  for nic_path in "$SYS"/class/net/*; do
    is_physical_nic "${nic_path##*/}" || continue
    printf '%s' "$nics_comma"
    json_nic "${nic_path##*/}"
    nics_comma=,
  done
  printf ']'
}
