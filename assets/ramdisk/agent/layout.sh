# shellcheck shell=sh
# The layout of a disk, or of the equal disks of a software RAID: what is asked for, and where each part of it will lie.
#
#   MiB 0       1                                                             end of the smallest disk, less the reserve
#       │ table │ EFI or BIOS boot │ partitions in their order │ volume group │ backup of a GPT │
#
# In the plan everything is in MiB: sizes are rounded up to it.

efi_mib=512
# LVM's own: a header, aligned to the stripes of an array, and extents.
group_overhead_mib=4
extent_mib=4
# Behind the superblock at 4 KiB (md 1.2) data begin at the first MiB; a bitmap and what is cut off at a chunk are in the other.
array_overhead_mib=2

# Sets layout_* and writes $STEP/wanted-partitions and $STEP/wanted-volumes: mount point (- for swap), file system, MiB or `rest`,
# and the volume's name.
take_layout() {
  take_parameter firmware
  layout_firmware=$parameter
  case $layout_firmware in bios | uefi) ;; *) bad_parameter firmware 'is neither bios nor uefi' ;; esac
  take_parameter table
  layout_table=$parameter
  case $layout_table in gpt | mbr) ;; *) bad_parameter table 'is neither gpt nor mbr' ;; esac
  take_parameter raid-level none
  raid_level=$parameter
  case $raid_level in none | 0 | 1 | 10) ;; *) bad_parameter raid-level 'is none of none, 0, 1, 10' ;; esac
  take_number reserve-bytes 0
  reserve_mib=$(mib_of "$parameter")
  take_parameter layout
  group_name=
  : >"$STEP/wanted-partitions"
  : >"$STEP/wanted-volumes"
  while IFS= read -r field_rest || [ -n "$field_rest" ]; do
    next_field
    case $field_value in
      '') ;;
      partition) take_place >>"$STEP/wanted-partitions" ;;
      group) take_group ;;
      volume) take_volume >>"$STEP/wanted-volumes" ;;
      *) bad_layout 'has a line that is no partition, group or volume' ;;
    esac
  done <"$STEP/parameters/layout"
  check_layout
}

bad_layout() {
  bad_parameter layout "$1"
}

mib_of() {
  printf '%s' $((($1 + 1048575) / 1048576))
}

# Mount point, file system and size of the line that is being read.
take_place() {
  next_field
  place_mount=$field_value
  next_field
  place_type=$field_value
  next_field
  place_size=$field_value
  case $place_type in
    swap) place_mount=- ;;
    ext4 | xfs | vfat) is_mount_point "$place_mount" || bad_layout "has a mount point that is none: $place_mount" ;;
    *) bad_layout "has a file system that is none of ext4, xfs, vfat, swap: $place_type" ;;
  esac
  if [ "$place_size" != rest ]; then
    is_number "$place_size" || bad_layout "has a size that is not a whole number: $place_size"
    place_size=$(mib_of "$place_size")
    [ "$place_size" -ge "$(smallest_mib "$place_type")" ] || bad_layout "has a $place_type of less than $(smallest_mib "$place_type") MiB"
  fi
  printf '%s\t%s\t%s' "$place_mount" "$place_type" "$place_size"
  [ "${1:-}" = volume ] || printf '\n'
}

# mkfs.xfs makes none below 300 MiB, mkfs.fat no FAT32 below 33.
smallest_mib() {
  case $1 in
    xfs) printf 300 ;;
    vfat) printf 34 ;;
    ext4) printf 8 ;;
    *) printf 1 ;;
  esac
}

# Not those that a kernel fills, and not those without which nothing of / can be mounted.
is_mount_point() {
  case $1 in
    /) return 0 ;;
    /bin | /etc | /lib | /lib64 | /sbin | /dev | /dev/* | /proc | /proc/* | /run | /run/* | /sys | /sys/*) return 1 ;;
    /*[!A-Za-z0-9._+/-]* | *//* | */ | */. | */.. | */./* | */../*) return 1 ;;
    /*) return 0 ;;
  esac
  return 1
}

# lvm(8): VALID NAMES. They become names of devices, so no slash, and nothing that begins like an option.
is_lvm_name() {
  case $1 in '' | . | .. | -* | *[!A-Za-z0-9_.+-]*) return 1 ;; esac
  [ "${#1}" -le 60 ]
}

take_group() {
  next_field
  [ -z "$group_name" ] || bad_layout 'has two volume groups'
  is_lvm_name "$field_value" || bad_layout "has a volume group of an impossible name: $field_value"
  group_name=$field_value
}

take_volume() {
  next_field
  volume_name=$field_value
  is_lvm_name "$volume_name" || bad_layout "has a volume of an impossible name: $volume_name"
  take_place volume
  printf '\t%s\n' "$volume_name"
}

# What the contract promises, looked at once more: a mistake here costs a disk.
check_layout() {
  cut -f1 "$STEP/wanted-partitions" "$STEP/wanted-volumes" | grep -vx -- - | sort >"$STEP/mount-points"
  [ -z "$(uniq -d "$STEP/mount-points")" ] || bad_layout "has $(uniq -d "$STEP/mount-points" | head -n 1) twice"
  grep -qx / "$STEP/mount-points" || bad_layout 'has nothing for /'
  if [ "$layout_firmware" = uefi ] && grep -qx /boot/efi "$STEP/mount-points"; then bad_layout 'has /boot/efi, which is added by itself'; fi
  [ -z "$(cut -f4 "$STEP/wanted-volumes" | sort | uniq -d)" ] || bad_layout 'has two volumes of one name'
  partition_rests=$(count_rests "$STEP/wanted-partitions")
  [ "$(count_rests "$STEP/wanted-volumes")" -le 1 ] || bad_layout 'gives the rest of the volume group twice'
  if [ -n "$group_name" ]; then
    [ -s "$STEP/wanted-volumes" ] || bad_layout 'has a volume group without a volume'
    [ "$partition_rests" -eq 0 ] || bad_layout 'gives the rest of the disk to a partition and to the volume group'
  else
    [ ! -s "$STEP/wanted-volumes" ] || bad_layout 'has volumes without a group'
    [ "$partition_rests" -le 1 ] || bad_layout 'gives the rest of the disk twice'
  fi
  case $raid_level in
    0 | 10) cut -f1 "$STEP/wanted-partitions" | grep -qx /boot || bad_layout "has no partition for /boot, which cannot be striped" ;;
  esac
}

count_rests() {
  cut -f3 "$1" | grep -cx rest || :
}

# Sets chosen_disks, the disk of the identity first, disk_count and smallest_bytes.
choose_layout_disks() {
  choose_disk
  first_disk=$disk_name
  chosen_disks=" $disk_name"
  if [ "$raid_level" != none ]; then
    take_parameter raid-disks
    choose_disks raid-disks
  fi
  disk_count=0 smallest_bytes=0
  for layout_disk in $chosen_disks; do
    open_disk "$layout_disk"
    disk_count=$((disk_count + 1))
    if [ "$smallest_bytes" -eq 0 ] || [ "$disk_size_bytes" -lt "$smallest_bytes" ]; then smallest_bytes=$disk_size_bytes; fi
  done
  case $raid_level in
    0 | 1) [ "$disk_count" -ge 2 ] || bad_parameter raid-disks 'names no second disk' ;;
    10)
      if [ "$disk_count" -lt 4 ] || [ $((disk_count % 2)) -ne 0 ]; then
        bad_parameter raid-disks 'does not make an even number of four or more disks'
      fi
      ;;
  esac
}

# Writes $STEP/plan: a line for each partition, the same on every disk, tab-separated:
#   number, use (efi, bios-boot, data, group, extended), start and size in MiB, mount point, file system,
#   level and metadata of the array that the partitions of all disks make (- without)
# An MBR has four entries: from the fourth on partitions are logical ones, each behind a MiB for its own table.
# What is to stay free at the end (the config drive) needs an entry too.
plan_layout() {
  plan_entries >"$STEP/plan-entries"
  end_mib=$((smallest_bytes / 1048576))
  entry_limit=128
  if [ "$layout_table" = gpt ]; then
    end_mib=$((end_mib - 1))
  else
    # Starts and lengths have 32 bits.
    last_mib=$((4294967295 * disk_sector_bytes / 1048576))
    [ "$end_mib" -le "$last_mib" ] || end_mib=$last_mib
    entry_limit=4
    [ "$reserve_mib" -eq 0 ] || entry_limit=3
  fi
  end_mib=$((end_mib - reserve_mib))
  awk -F '\t' -v end_mib="$end_mib" -v limit="$entry_limit" -v disks="$disk_count" -v overhead="$array_overhead_mib" '
    function up(value) { return value == int(value) ? value : int(value) + 1 }
    { use[NR] = $1; mount[NR] = $2; type[NR] = $3; level[NR] = $5; metadata[NR] = $6; isRest[NR] = $4 == "rest"; size[NR] = isRest[NR] ? $7 : $4 }
    level[NR] == "0" { size[NR] = up(size[NR] / disks) }
    level[NR] == "10" { size[NR] = up(size[NR] * 2 / disks) }
    level[NR] != "-" { size[NR] += overhead }
    { needed += size[NR] }
    END {
      first_logical = NR > limit ? limit : NR + 1
      needed += 1 + (NR > limit ? NR - limit + 1 : 0)
      spare = end_mib - needed
      print needed, spare >"/dev/stderr"
      if (spare < 0) exit
      at = 1
      for (entry = 1; entry <= NR; entry++) {
        if (entry == first_logical) printf "%d\textended\t%.0f\t%.0f\t-\t-\t-\t-\n", limit, at, end_mib - at
        if (entry >= first_logical) at++
        if (isRest[entry]) size[entry] += spare
        number = entry < first_logical ? entry : entry - first_logical + 5
        printf "%d\t%s\t%.0f\t%.0f\t%s\t%s\t%s\t%s\n", number, use[entry], at, size[entry], mount[entry], type[entry], level[entry], metadata[entry]
        at += size[entry]
      }
    }' "$STEP/plan-entries" >"$STEP/plan" 2>"$STEP/plan-sizes"
  read -r needed_mib spare_mib <"$STEP/plan-sizes"
  [ "$spare_mib" -lt 0 ] || return 0
  [ "$layout_table" = mbr ] || needed_mib=$((needed_mib + 1))
  evidence neededBytes json_number $(((needed_mib + reserve_mib) * 1048576))
  evidence diskBytes json_number "$smallest_bytes"
  fail disk-too-small "the layout needs $((needed_mib + reserve_mib)) MiB of each disk, the smallest has $((smallest_bytes / 1048576))"
}

# Lines of use, mount point, file system, MiB or `rest`, level, metadata, and the least MiB of a rest. A firmware reads one half of
# a mirror as a plain file system when the superblock is behind it (md 1.0), and so do older GRUBs.
plan_entries() {
  if [ "$raid_level" = none ]; then mirror="-$tab-" array="-$tab-"; else mirror="1${tab}1.0" array="$raid_level${tab}1.2"; fi
  if [ "$layout_firmware" = uefi ]; then
    printf 'efi\t/boot/efi\tvfat\t%s\t%s\t\n' "$efi_mib" "$mirror"
  elif [ "$layout_table" = gpt ]; then
    printf 'bios-boot\t-\t-\t1\t-\t-\t\n'
  fi
  while IFS=$tab read -r entry_mount entry_type entry_size; do
    entry_array=$array
    [ "$entry_mount" != /boot ] || entry_array=$mirror
    printf 'data\t%s\t%s\t%s\t%s\t%s\n' "$entry_mount" "$entry_type" "$entry_size" "$entry_array" "$(smallest_mib "$entry_type")"
  done <"$STEP/wanted-partitions"
  [ -z "$group_name" ] || printf 'group\t-\t-\trest\t%s\t%s\n' "$array" "$(group_mib)"
}

# What the volume group needs at least: its volumes in whole extents.
group_mib() {
  group_sum=$group_overhead_mib
  while IFS=$tab read -r _ entry_type entry_size _; do
    [ "$entry_size" != rest ] || entry_size=$(smallest_mib "$entry_type")
    group_sum=$((group_sum + (entry_size + extent_mib - 1) / extent_mib * extent_mib))
  done <"$STEP/wanted-volumes"
  printf '%s' "$group_sum"
}

# The next line of stdin of a plan into plan_*; 1 at the end.
read_plan() {
  IFS=$tab read -r plan_number plan_use plan_start plan_size plan_mount plan_type plan_level plan_metadata
}
