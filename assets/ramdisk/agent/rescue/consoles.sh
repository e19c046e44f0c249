# shellcheck shell=sh
# Shells on the consoles of a rescue. Before start-rescue there is none.

# The consoles that a person may sit at: the kernel's, ttyS0 (serial-over-LAN looks there unless set otherwise), and the one that the
# firmware writes to.
rescue_consoles() {
  read_attr "$SYS/class/tty/console/active"
  for console in $attr ttyS0 $(firmware_console); do
    case $console in
      tty0 | tty[0-9] | hvc[0-9] | ttyAMA[0-9]) printf '%s\n' "$console" ;;
      # Type 0: no such port on this machine (serial_core.h, PORT_UNKNOWN).
      ttyS*)
        read_attr "$SYS/class/tty/$console/type"
        [ "${attr:-0}" = 0 ] || printf '%s\n' "$console"
        ;;
    esac
  done | awk '!seen[$0]++'
}

# The serial port of the table SPCR: a generic address at byte 40, its space (1: I/O) first, the address from byte 44 on.
firmware_console() {
  [ -r "$SYS/firmware/acpi/tables/SPCR" ] || return 0
  spcr_port=$(od -An -v -tu1 "$SYS/firmware/acpi/tables/SPCR" | awk '
    { for (field = 1; field <= NF; field++) byte[count++] = $field }
    END { if (count > 51 && byte[40] == 1) printf "0x%X", byte[45] * 256 + byte[44] }')
  [ -n "$spcr_port" ] || return 0
  for serial_port in "$SYS"/class/tty/ttyS*; do
    read_attr "$serial_port/port"
    [ "$attr" != "$spcr_port" ] || printf '%s\n' "${serial_port##*/}"
  done
}

# A console that has its shell keeps it; run again the step adds what is missing.
open_console_shells() {
  rescue_consoles >"$RUN/rescue/consoles"
  while IFS= read -r console; do
    read_attr "$RUN/rescue/shell-$console.pid"
    [ -z "$attr" ] || [ ! -d "/proc/$attr" ] || continue
    setsid sh "$LIB/rescue/shell.sh" "$console" </dev/null >/dev/null 2>&1 3>&- 4>&- &
    printf '%s\n' "$!" >"$RUN/rescue/shell-$console.pid"
  done <"$RUN/rescue/consoles"
}

write_welcome() {
  cat >"$RUN/rescue/welcome" <<'WELCOME'

  This is the Rackside rescue system: a Linux in memory. Nothing of it is on a disk, all of it is gone with the power.
  The file systems of this machine are not mounted, unless Rackside was told to: then they are below /mnt, read-only.

    lsblk (or blkid)                  what is on the disks
    mount -o ro /dev/sda2 /mnt        look at a file system by hand
    blockdev --setrw /dev/sda2        before a mount with -o rw: Rackside has made mounted disks read-only

WELCOME
}
