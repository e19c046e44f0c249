# shellcheck shell=sh
# Errors that the kernel has counted since it started: memory (EDAC), network cards, PCI Express (AER) with its links.

# Counters of memory controllers: a line a DIMM with its label, and one for what the controller could not lay to a DIMM.
json_memory_errors() {
  edac_comma=[
  for edac_controller in "$SYS"/devices/system/edac/mc/mc[0-9]*; do
    [ -r "$edac_controller/ce_count" ] || continue
    edac_has_dimms=
    for edac_dimm in "$edac_controller"/dimm[0-9]* "$edac_controller"/rank[0-9]*; do
      [ -r "$edac_dimm/dimm_ce_count" ] || continue
      edac_has_dimms=1
      read_attr "$edac_dimm/dimm_label"
      json_memory_counter "$attr" "$edac_dimm/dimm_ce_count" "$edac_dimm/dimm_ue_count"
    done
    if [ -z "$edac_has_dimms" ]; then
      json_memory_counter '' "$edac_controller/ce_count" "$edac_controller/ue_count"
    elif has_errors "$edac_controller/ce_noinfo_count" || has_errors "$edac_controller/ue_noinfo_count"; then
      json_memory_counter '' "$edac_controller/ce_noinfo_count" "$edac_controller/ue_noinfo_count"
    fi
  done
  if [ "$edac_comma" = '[' ]; then printf 'null'; else printf ']'; fi
}

json_memory_counter() {
  printf '%s' "$edac_comma"
  edac_comma=,
  json_object_start
  json_key_string controller "${edac_controller##*/}"
  json_key_string dimm "$1"
  json_key_counter correctable "$2"
  json_key_counter uncorrectable "$3"
  printf '}'
}

has_errors() {
  read_attr "$1"
  is_number "$attr" && [ "$attr" -gt 0 ]
}

json_key_counter() {
  read_attr "$2"
  json_key_number "$1" "$attr"
}

# Of the NIC NAME; drivers without counters have none of these files.
json_nic_errors() {
  json_object_start
  json_key_counter receive "$SYS/class/net/$1/statistics/rx_errors"
  json_key_counter crc "$SYS/class/net/$1/statistics/rx_crc_errors"
  json_key_counter frame "$SYS/class/net/$1/statistics/rx_frame_errors"
  json_key_counter transmit "$SYS/class/net/$1/statistics/tx_errors"
  json_key_counter carrierLosses "$SYS/class/net/$1/carrier_down_count"
  printf '}'
}

# Storage, NVMe among it, network, PCI bridges (PCI Code and ID Assignment, base classes 01, 02 and 0604).
json_pci_errors() {
  pci_errors_comma=
  printf '['
  for pci_device in "$SYS"/bus/pci/devices/*; do
    read_attr "$pci_device/class"
    pci_class=$attr
    case $pci_class in 0x01???? | 0x02???? | 0x0604??) ;; *) continue ;; esac
    probe_aer
    probe_link
    is_pci_conspicuous || continue
    printf '%s' "$pci_errors_comma"
    json_pci_error
    pci_errors_comma=,
  done
  printf ']'
}

# The total at the end of each of the three files (Documentation/ABI/testing/sysfs-bus-pci-devices-aer_stats).
aer_total() {
  aer_count=
  [ -r "$pci_device/$1" ] || return 0
  while read -r aer_name aer_value; do
    case $aer_name in TOTAL_ERR_*) aer_count=$aer_value ;; esac
  done <"$pci_device/$1"
  is_number "$aer_count" || aer_count=
}

probe_aer() {
  aer_total aer_dev_correctable
  aer_correctable=$aer_count
  aer_total aer_dev_nonfatal
  aer_non_fatal=$aer_count
  aer_total aer_dev_fatal
  aer_fatal=$aer_count
}

# Sets link_*. The best of a link is what both of its ends can do: a fast card in an old slot is no fault. An empty slot has width 0.
probe_link() {
  link_speed_of "$pci_device/current_link_speed"
  link_speed=$speed link_megatransfers=$megatransfers
  link_speed_of "$pci_device/max_link_speed"
  link_max_speed=$speed link_max_megatransfers=$megatransfers
  link_width_of "$pci_device/current_link_width"
  link_width=$width
  link_width_of "$pci_device/max_link_width"
  link_max_width=$width
  real_folder "$pci_device"
  pci_port=${folder%/*}
  link_speed_of "$pci_port/max_link_speed"
  if [ "$megatransfers" -gt 0 ] && [ "$megatransfers" -lt "$link_max_megatransfers" ]; then
    link_max_speed=$speed link_max_megatransfers=$megatransfers
  fi
  link_width_of "$pci_port/max_link_width"
  [ -z "$width" ] || [ -z "$link_max_width" ] || [ "$width" -ge "$link_max_width" ] || link_max_width=$width
}

# `16.0 GT/s PCIe` → speed and, to compare, megatransfers (0: not known).
link_speed_of() {
  speed='' megatransfers=0
  read_attr "$1"
  case $attr in
    [0-9]*.[0-9]\ GT/s*) ;;
    *) return 0 ;;
  esac
  speed_number=${attr%% *}
  speed_whole=${speed_number%.*}
  is_number "$speed_whole" || return 0
  speed="$speed_number GT/s"
  megatransfers=$((speed_whole * 1000 + ${speed_number#*.} * 100))
}

# 255: the device is gone from its bus.
link_width_of() {
  width=
  read_attr "$1"
  is_number "$attr" && [ "$attr" -gt 0 ] && [ "$attr" -lt 255 ] || return 0
  width=$attr
}

# A bridge only for its counters: its link is that of the card below it, which is told by itself.
is_pci_conspicuous() {
  for aer_count in $aer_correctable $aer_non_fatal $aer_fatal; do [ "$aer_count" -eq 0 ] || return 0; done
  case $pci_class in 0x0604??) return 1 ;; esac
  [ -n "$link_width" ] || return 1
  [ "$link_megatransfers" -gt 0 ] && [ "$link_megatransfers" -lt "$link_max_megatransfers" ] && return 0
  [ -n "$link_max_width" ] && [ "$link_width" -lt "$link_max_width" ]
}

json_pci_error() {
  pci_address=${pci_device##*/}
  driver_of "$pci_device"
  json_object_start
  json_key_string pciAddress "$pci_address"
  json_key_string class "$pci_class"
  json_pci_id vendorId vendor
  json_pci_id deviceId device
  json_key_string driver "$driver_name"
  json_key_number correctable "$aer_correctable"
  json_key_number nonFatal "$aer_non_fatal"
  json_key_number fatal "$aer_fatal"
  json_key_string linkSpeed "$link_speed"
  json_key_string maxLinkSpeed "$link_max_speed"
  json_key_number linkWidth "$link_width"
  json_key_number maxLinkWidth "$link_max_width"
  printf '}'
}
