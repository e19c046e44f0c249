# shellcheck shell=sh
# What make-layout made, as JSON.

json_planned_partitions() {
  partitions_comma=
  printf '['
  for layout_disk in $chosen_disks; do
    while read_plan; do
      printf '%s' "$partitions_comma"
      json_planned_partition
      partitions_comma=,
    done <"$STEP/plan"
  done
  printf ']'
}

json_planned_partition() {
  json_object_start
  json_key_string disk "$layout_disk"
  json_key_number number "$plan_number"
  json_key_string use "$plan_use"
  json_key_number startBytes $((plan_start * 1048576))
  json_key_number sizeBytes $((plan_size * 1048576))
  json_key_string mountPoint "${plan_mount#-}"
  json_key_string fileSystem "${plan_type#-}"
  printf '}'
}

json_made_arrays() {
  arrays_comma=
  printf '['
  while read_plan <&4; do
    [ "$plan_level" != - ] || continue
    array_of_plan
    printf '%s' "$arrays_comma"
    arrays_comma=,
    json_object_start
    json_key_string name "$(array_name)"
    json_key_string level "raid$plan_level"
    json_key_string metadata "$plan_metadata"
    json_key_string uuid "$(uuid_of_array)"
    json_key_string mountPoint "${plan_mount#-}"
    json_key members
    array_members | sed 's|^/dev/||' | json_list_of_lines
    printf '}'
  done 4<"$STEP/plan"
  printf ']'
}

# As mdadm writes it, in four groups of eight digits: that is how mdadm.conf and dracut want it.
uuid_of_array() {
  mdadm --detail --export "$planned_device" 2>/dev/null | sed -n 's/^MD_UUID=//p'
}

json_made_group() {
  if [ -z "$group_name" ]; then
    printf 'null'
    return 0
  fi
  run_lvm vgs --noheadings --units b --nosuffix --separator '|' -o vg_uuid,vg_size,vg_free "$group_name" 2>/dev/null | tr -d ' ' >"$STEP/vgs"
  IFS='|' read -r group_uuid group_size group_free <"$STEP/vgs"
  json_object_start
  json_key_string name "$group_name"
  json_key_string uuid "$group_uuid"
  json_key_string physicalVolume "${physical_volume#/dev/}"
  json_key_number sizeBytes "$group_size"
  json_key_number freeBytes "$group_free"
  printf '}'
}

json_made_file_systems() {
  systems_comma=
  printf '['
  while IFS=$tab read -r made_mount made_type made_device made_uuid made_bytes; do
    printf '%s' "$systems_comma"
    systems_comma=,
    json_object_start
    json_key_string mountPoint "${made_mount#-}"
    json_key_string type "$made_type"
    json_key_string device "$made_device"
    json_key_string uuid "$made_uuid"
    json_key_number sizeBytes "$made_bytes"
    printf '}'
  done <"$STEP/file-systems"
  printf ']'
}
