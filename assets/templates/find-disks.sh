# shellcheck shell=sh
# Finds the disks that were chosen in this installer's own eyes, and stops the installation before anything was written
# unless each is there exactly once. Kernel names are never trusted: sda may be another disk's at every boot.
sys=${RACKSIDE_SYS:-/sys}

# Installers that would go on after a failed script wait for a person instead.
refuse() {
  echo "Rackside: $1" >&2
  report failed "$1"
  # shellcheck disable=SC2154
  [ "$after_refusal" = wait ] || exit 1
  while :; do sleep 3600; done
}

# require_firmware bios|uefi: an installer that meets the other one asks for the partition that is missing, and by then the
# disk has been erased.
require_firmware() {
  if [ -d "$sys/firmware/efi" ]; then started_in=uefi; else started_in=bios; fi
  [ "$1" = "$started_in" ] || refuse "this machine was started in $started_in mode, and is installed for $1: nothing was written"
}

# udev writes a blank inside a name as an underscore, and letters differ in case between firmware and tools.
normalised() {
  tr -d '\000' | tr '[:upper:]' '[:lower:]' | sed 's/^[[:space:]]*//; s/[[:space:]]*$//; s/[[:space:]]\{1,\}/_/g'
}

# What udev says of disk NAME under KEY.
udev_property() {
  udevadm info --query=property --name="/dev/$1" 2>/dev/null | sed -n "s/^$2=//p" | normalised
}

attribute() {
  if [ -r "$1" ]; then normalised <"$1" 2>/dev/null; fi
}

# Every serial number that somebody could have read from disk NAME, a line each. Older kernels have no `wwid`, SCSI
# disks no `serial`, and a cut name for what hangs on SATA: so several places count.
serials_of() {
  for place in "$sys/block/$1/serial" "$sys/block/$1/device/serial"; do
    attribute "$place"
    echo
  done
  # SPC-4 7.8.18, unit serial number: four bytes of header, then the text.
  if [ -r "$sys/block/$1/device/vpd_pg80" ]; then
    tail -c +5 "$sys/block/$1/device/vpd_pg80" 2>/dev/null | normalised
    echo
  fi
  for key in ID_SERIAL_SHORT ID_SCSI_SERIAL ID_SERIAL; do
    udev_property "$1" "$key"
    echo
  done
}

# The same of its world wide name; sysfs writes `naa.5000…` for what udev writes as `0x5000…`.
wwns_of() {
  for place in "$sys/block/$1/wwid" "$sys/block/$1/device/wwid"; do
    attribute "$place" | sed 's/^naa\./0x/'
    echo
  done
  for key in ID_WWN_WITH_EXTENSION ID_WWN; do
    udev_property "$1" "$key"
    echo
  done
}

has_line() {
  grep -qxF -e "$1"
}

# Is disk NAME the one with SERIAL, WWN, BY_PATH and SIZE? An empty word counts for nothing; the way to a disk only if it
# has neither serial number nor world wide name.
is_wanted_disk() {
  sectors=$(cat "$sys/block/$1/size" 2>/dev/null) || return 1
  [ "$((${sectors:-0} * 512))" = "$5" ] || return 1
  [ -z "$2" ] || serials_of "$1" | has_line "$2" || return 1
  [ -z "$3" ] || wwns_of "$1" | has_line "$3" || return 1
  [ -n "$2$3" ] || [ -z "$4" ] || [ "$(udev_property "$1" ID_PATH)" = "$4" ]
}

# find_disk SERIAL WWN BY_PATH SIZE LABEL sets found_disk to the kernel name of the only disk that is wanted; LABEL is for people.
find_disk() {
  found_disk='' found_count=0
  wanted_serial=$(printf '%s' "$1" | normalised)
  wanted_wwn=$(printf '%s' "$2" | normalised)
  wanted_path=$(printf '%s' "$3" | normalised)
  for block in "$sys"/block/*; do
    block=${block##*/}
    case $block in
      loop* | ram* | zram* | dm-* | md* | sr* | fd* | nbd* | drbd* | rbd* | mtdblock* | mmcblk*boot* | '*') continue ;;
    esac
    [ "$(cat "$sys/block/$block/hidden" 2>/dev/null)" != 1 ] || continue
    is_wanted_disk "$block" "$wanted_serial" "$wanted_wwn" "$wanted_path" "$4" || continue
    # shellcheck disable=SC2034
    found_disk=$block
    found_count=$((found_count + 1))
  done
  [ "$found_count" -eq 1 ] || refuse "$found_count disks are $5: nothing was written"
}

# The name of partition NUMBER of DISK: nvme0n1p2, sda2.
partition_of() {
  case $1 in
    *[0-9]) printf '%sp%s' "$1" "$2" ;;
    *) printf '%s%s' "$1" "$2" ;;
  esac
}
