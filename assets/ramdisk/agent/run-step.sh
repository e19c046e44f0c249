#!/bin/sh
# One step in a process group of its own: run-step.sh NAME FOLDER. Its parameters lie in FOLDER/parameters, it leaves FOLDER/result.
set -u
LIB=${0%/*}
. "$LIB/places.sh"
. "$LIB/json.sh"
. "$LIB/text.sh"
. "$LIB/step.sh"
. "$LIB/partition-table.sh"
. "$LIB/inventory/pci.sh"
. "$LIB/inventory/system.sh"
. "$LIB/inventory/errors.sh"
. "$LIB/inventory/nics.sh"
. "$LIB/inventory/disk-identity.sh"
. "$LIB/inventory/smart.sh"
. "$LIB/inventory/disks.sh"
. "$LIB/inventory/inventory.sh"
. "$LIB/partition-change.sh"
. "$LIB/volume-growth.sh"
. "$LIB/chosen-disk.sh"
. "$LIB/http.sh"
. "$LIB/download.sh"
. "$LIB/image-stream.sh"
. "$LIB/layout.sh"
. "$LIB/layout-devices.sh"
. "$LIB/layout-evidence.sh"
. "$LIB/installed/tree.sh"
. "$LIB/installed/mount-table.sh"
. "$LIB/installed/kernel-arguments.sh"
. "$LIB/installed/grub.sh"
. "$LIB/installed/initramfs.sh"
. "$LIB/installed/initramfs-drivers.sh"
. "$LIB/rescue/consoles.sh"
. "$LIB/rescue/ssh.sh"
. "$LIB/rescue/devices.sh"
. "$LIB/rescue/logs.sh"
. "$LIB/erase/metadata.sh"
. "$LIB/erase/overwrite.sh"
. "$LIB/erase/nvme.sh"
. "$LIB/erase/ata.sh"
. "$LIB/steps/inspect.sh"
. "$LIB/steps/make-layout.sh"
. "$LIB/steps/write-root-file-system.sh"
. "$LIB/steps/install-boot-loader.sh"
. "$LIB/steps/erase-disks.sh"
. "$LIB/steps/probe-addresses.sh"
. "$LIB/steps/write-image.sh"
. "$LIB/steps/grow-last-partition.sh"
. "$LIB/steps/write-config-drive.sh"
. "$LIB/steps/set-boot-entry.sh"
. "$LIB/steps/start-rescue.sh"
. "$LIB/steps/mount-file-systems.sh"
. "$LIB/steps/collect-logs.sh"
. "$LIB/steps/power.sh"

STEP=$2
read_attr "$RUN/url"
agent_url=$attr
step_started=$(uptime_seconds)
: >"$STEP/evidence"

# A shell that dies of a mistake of ours must not leave the engine waiting.
trap 'release_partition; [ -e "$STEP/result" ] || fail tool-failed "the step ended without a result"' EXIT

case $1 in
  inspect) step_inspect ;;
  make-layout) step_make_layout ;;
  write-root-file-system) step_write_root_file_system ;;
  install-boot-loader) step_install_boot_loader ;;
  erase-disks) step_erase_disks ;;
  probe-addresses) step_probe_addresses ;;
  write-image) step_write_image ;;
  grow-last-partition) step_grow_last_partition ;;
  write-config-drive) step_write_config_drive ;;
  set-boot-entry) step_set_boot_entry ;;
  start-rescue) step_start_rescue ;;
  mount-file-systems) step_mount_file_systems ;;
  unmount-file-systems) step_unmount_file_systems ;;
  collect-logs) step_collect_logs ;;
  reboot) step_reboot ;;
  power-off) step_power_off ;;
  *)
    evidence steps json_list_of_lines <<STEPS
inspect
make-layout
write-root-file-system
install-boot-loader
erase-disks
probe-addresses
write-image
grow-last-partition
write-config-drive
set-boot-entry
start-rescue
mount-file-systems
unmount-file-systems
collect-logs
reboot
power-off
STEPS
    fail unknown-step "this agent has no step $1"
    ;;
esac
