# shellcheck shell=sh
# Firmware, system, processor, memory, BMC.

json_dmi() {
  read_attr "$SYS/class/dmi/id/$2"
  case $attr in
    'To Be Filled By O.E.M.' | 'To be filled by O.E.M.' | 'Default string' | 'Not Specified' | 'System Serial Number' | 'System manufacturer' | 'System Product Name') attr= ;;
  esac
  json_key_string "$1" "$attr"
}

json_system() {
  json_object_start
  json_dmi manufacturer sys_vendor
  json_dmi product product_name
  json_dmi version product_version
  json_dmi serial product_serial
  json_dmi uuid product_uuid
  json_dmi assetTag chassis_asset_tag
  json_dmi boardSerial board_serial
  json_dmi biosVendor bios_vendor
  json_dmi biosVersion bios_version
  json_dmi biosDate bios_date
  printf '}'
}

firmware_mode() {
  if [ -d "$SYS/firmware/efi" ]; then printf uefi; else printf bios; fi
}

# The variable SecureBoot: four bytes of attributes, then 0 or 1 (UEFI 2.10 §3.3). A firmware built without it has no such variable.
json_firmware() {
  firmware=$(firmware_mode)
  secure_boot=
  secure_boot_variable=$SYS/firmware/efi/efivars/SecureBoot-8be4df61-93ca-11d2-aa0d-00e098032b8c
  if [ -r "$secure_boot_variable" ]; then
    secure_boot=$(od -An -v -tu1 "$secure_boot_variable" | awk '{ print $5; exit }')
  elif [ -n "$(ls "$SYS/firmware/efi/efivars" 2>/dev/null)" ]; then
    secure_boot=0
  fi
  json_object_start
  json_key_string mode "$firmware"
  json_key_boolean secureBoot "$secure_boot"
  printf '}'
}

# sockets, cores and threads of the whole machine; without `physical id` (some virtual machines) it is one socket.
json_cpu() {
  awk -F '[ \t]*:[ \t]*' '
    $1 == "processor" { threads++; socket = 0; core = threads }
    $1 == "model name" && model == "" { model = $2 }
    $1 == "physical id" { socket = $2; if (!(socket in sockets_seen)) { sockets_seen[socket]; sockets++ } }
    $1 == "core id" { key = socket "/" $2; if (!(key in cores_seen)) { cores_seen[key]; cores++ } }
    END { print (sockets ? sockets : 1), (cores ? cores : threads + 0), threads + 0, model }
  ' "$PROC/cpuinfo" >"$RUN/cpu"
  read -r cpu_sockets cpu_cores cpu_threads cpu_model <"$RUN/cpu" || :
  json_object_start
  json_key_string model "$cpu_model"
  json_key_string architecture "$(uname -m)"
  json_key_number sockets "$cpu_sockets"
  json_key_number cores "$cpu_cores"
  json_key_number threads "$cpu_threads"
  printf '}'
}

# dmidecode's type 17 records as lines of six tab-separated fields: locator, bank, bytes, type, speed, manufacturer, part, serial.
dimm_lines() {
  awk '
    function known(value) { return value ~ /^(Unknown|Not Specified|None|NO DIMM|Not Provided|\[Empty\])?[ \t]*$/ ? "" : value }
    function bytes(value,    part) {
      split(value, part, " ")
      if (part[2] == "kB" || part[2] == "KB") return part[1] * 1024
      if (part[2] == "MB") return part[1] * 1048576
      if (part[2] == "GB") return part[1] * 1073741824
      if (part[2] == "TB") return part[1] * 1099511627776
      return 0
    }
    function flush_record(    size) {
      size = bytes(field["Size"])
      if (size > 0) printf "%s\t%s\t%.0f\t%s\t%s\t%s\t%s\t%s\n", known(field["Locator"]), known(field["Bank Locator"]), size,
        known(field["Type"]), field["Speed"] + 0, known(field["Manufacturer"]), known(field["Part Number"]), known(field["Serial Number"])
      split("", field)
    }
    /^Memory Device/ { flush_record(); next }
    /^\t[A-Za-z ]+: / {
      line = substr($0, 2); colon = index(line, ": "); value = substr(line, colon + 2); gsub(/\t/, " ", value)
      field[substr(line, 1, colon - 1)] = value
    }
    END { flush_record() }
  '
}

json_memory() {
  read_attr "$PROC/meminfo"
  memory_kib=${attr#MemTotal:}
  memory_kib=${memory_kib%kB}
  json_object_start
  json_key_number totalBytes "$((${memory_kib:-0} * 1024))"
  json_key dimms
  printf '['
  dimm_comma=
  { [ -z "$sandbox" ] && dmidecode -q -t 17 2>/dev/null || cat "$sandbox/dmidecode-17" 2>/dev/null; } | dimm_lines >"$RUN/dimms" || :
  while IFS= read -r dimm_line; do
    printf '%s' "$dimm_comma"
    json_dimm "$dimm_line"
    dimm_comma=,
  done <"$RUN/dimms"
  printf ']'
  json_key errors
  json_memory_errors
  printf '}'
}

json_dimm() {
  field_rest=$1
  json_object_start
  for dimm_key in locator bank sizeBytes type speedMtps manufacturer partNumber serial; do
    next_field
    case $dimm_key in
      sizeBytes) json_key_number "$dimm_key" "$field_value" ;;
      speedMtps) if [ "$field_value" = 0 ]; then json_key_number "$dimm_key" ''; else json_key_number "$dimm_key" "$field_value"; fi ;;
      *) json_key_string "$dimm_key" "$field_value" ;;
    esac
  done
  printf '}'
}

# For how long the inventory waits for a BMC that is still being asked: some never answer.
bmc_patience_seconds=${RACKSIDE_BMC_PATIENCE_SECONDS:-6}

# Asks beside the rest of the inventory. bmc-asked is there as long as it has not ended.
find_bmc_beside() {
  : >"$RUN/bmc-asked"
  find_bmc &
}

# Asks the BMC over its system interface. Channel 1 is the LAN nearly everywhere, 8 on some Dell and Supermicro boards.
find_bmc() {
  if [ -e "$DEV/ipmi0" ]; then
    for bmc_channel in 1 8 2; do
      timeout 5 ipmitool lan print "$bmc_channel" >"$RUN/bmc.$$" 2>/dev/null || continue
      grep -q '^IP Address  *: [1-9]' "$RUN/bmc.$$" || continue
      mv "$RUN/bmc.$$" "$RUN/bmc"
      break
    done
  fi
  rm -f "$RUN/bmc-asked"
}

json_bmc() {
  for _ in $(seq "$bmc_patience_seconds"); do
    [ -e "$RUN/bmc-asked" ] || break
    sleep 1
  done
  if ! [ -s "$RUN/bmc" ]; then
    printf 'null'
    return 0
  fi
  json_object_start
  json_key_string address "$(sed -n 's/^IP Address  *: //p' "$RUN/bmc")"
  json_key_string mac "$(sed -n 's/^MAC Address  *: //p' "$RUN/bmc")"
  json_key_string source "$(sed -n 's/^IP Address Source  *: //p' "$RUN/bmc" | sed 's/^Static.*/static/; s/^DHCP.*/dhcp/; s/^BIOS.*/bios/')"
  printf '}'
}
