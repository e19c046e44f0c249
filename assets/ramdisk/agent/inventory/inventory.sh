# shellcheck shell=sh
# The whole inventory (protocol.md) as JSON on stdout.

json_stage_seconds() {
  json_object_start
  for stage in init drivers link address; do
    read_attr "$RUN/stages/$stage"
    json_key "$stage"
    case $attr in
      '' | *[!0-9.]*) printf 'null' ;;
      *) printf '%s' "$attr" ;;
    esac
  done
  printf '}'
}

json_agent() {
  json_object_start
  json_key_string version "$agent_version"
  read_attr "$ETC/recipe"
  json_key_string ramdisk "$attr"
  read_attr "$ETC/profile"
  json_key_string profile "$attr"
  read_attr /proc/sys/kernel/osrelease
  json_key_string kernel "$attr"
  json_key uptimeSeconds
  uptime_exact
  json_key stageSeconds
  json_stage_seconds
  printf '}'
}

json_boot_nic() {
  read_attr "$RUN/boot-nic"
  if [ -n "$attr" ]; then
    nic_mac "$attr"
    json_string "$nic_address"
  else
    printf 'null'
  fi
}

json_inventory() {
  json_object_start
  json_key_number schema 1
  json_key agent
  json_agent
  json_key firmware
  json_firmware
  json_key bootNic
  json_boot_nic
  json_key system
  json_system
  json_key cpu
  json_cpu
  json_key memory
  json_memory
  json_key disks
  json_disks
  json_key volumeGroups
  json_volume_groups
  json_key arrays
  json_arrays
  json_key nics
  json_nics
  json_key pciErrors
  json_pci_errors
  json_key bmc
  json_bmc
  printf '}\n'
}
