# shellcheck shell=sh
# Who a disk is: the part of the inventory by which a disk is chosen, and by which it is found again right before a write.

# Whole disks, one name a line: no loop, RAM, device-mapper, md, optical and floppy devices, no eMMC boot areas,
# no hidden NVMe paths, no empty card readers (size 0).
disk_names() {
  for disk_path in "$SYS"/block/*; do
    case ${disk_path##*/} in
      loop* | ram* | zram* | dm-* | md* | sr* | fd* | nbd* | drbd* | rbd* | mtdblock* | mmcblk*boot* | mmcblk*rpmb | '*') continue ;;
    esac
    read_attr "$disk_path/hidden"
    [ "$attr" != 1 ] || continue
    read_attr "$disk_path/size"
    [ "${attr:-0}" != 0 ] || continue
    printf '%s\n' "${disk_path##*/}"
  done
}

trim() {
  trimmed=$1
  while :; do
    case $trimmed in
      [[:space:]]*) trimmed=${trimmed#?} ;;
      *[[:space:]]) trimmed=${trimmed%?} ;;
      *) return 0 ;;
    esac
  done
}

# Sets disk_* of the disk NAME. One place for the inventory and for the look before a write, so that both compare the same.
probe_disk() {
  disk_name=$1
  real_folder "$SYS/block/$disk_name"
  disk_folder=$folder
  real_folder "$SYS/block/$disk_name/device"
  disk_device=$folder
  case $disk_device in
    */nvme-subsystem/*) probe_nvme_path ;;
  esac
  pci_of_path "$disk_device"
  disk_pci=$pci_address
  disk_controller_driver=
  if [ -n "$disk_pci" ]; then
    driver_of "$SYS/bus/pci/devices/$disk_pci"
    disk_controller_driver=$driver_name
  fi
  read_attr "$SYS/block/$disk_name/size"
  disk_size_bytes=$((${attr:-0} * 512))
  read_attr "$SYS/block/$disk_name/ro"
  disk_read_only=$attr
  read_attr "$SYS/block/$disk_name/queue/logical_block_size"
  disk_sector_bytes=${attr:-512}
  probe_hctl
  probe_transport
  probe_names
  probe_by_path
}

# With native multipath the namespace hangs on the subsystem; its first controller knows the way to the PCI function.
probe_nvme_path() {
  for nvme_controller in "$disk_device"/nvme*; do
    case ${nvme_controller##*/} in *n[0-9]*) continue ;; esac
    real_folder "$nvme_controller"
    disk_folder=$folder/$disk_name
    disk_device=$folder
    return 0
  done
}

probe_hctl() {
  disk_hctl=
  case ${disk_device##*/} in
    [0-9]*:[0-9]*:[0-9]*:[0-9]*) disk_hctl=${disk_device##*/} ;;
  esac
}

# How the disk hangs on its controller. Order matters: a SATA disk behind an expander is reached by SAS.
probe_transport() {
  case $disk_name:$disk_folder in
    vd*) disk_transport=virtio ;;
    */usb[0-9]*) disk_transport=usb ;;
    */nvme*) disk_transport=nvme ;;
    */rport-*) disk_transport='fc' ;;
    */session[0-9]*) disk_transport=iscsi ;;
    */end_device-*) disk_transport=sas ;;
    */ata[0-9]*) disk_transport=sata ;;
    */mmc*) disk_transport=mmc ;;
    *) probe_plain_scsi ;;
  esac
}

# Controllers whose driver shows volumes as plain SCSI disks. megaraid_sas: channels 0 and 1 are disks passed through.
probe_plain_scsi() {
  disk_transport=scsi
  case $disk_controller_driver:$disk_hctl in
    megaraid_sas:*:[01]:*:*) disk_transport=sas ;;
    megaraid_sas:* | mpi3mr:* | aacraid:* | hpsa:* | smartpqi:* | arcmsr:* | 3w-*:* | ips:* | cciss:* | mvumi:* | pm8001:*) disk_transport=raid ;;
  esac
}

# A vital product data page cut from OFFSET on (SPC-4 §7.8): sysfs gives the page with its header of four bytes.
# NULs in it vanish in the substitution around this.
vpd_text() {
  [ -r "$disk_device/$1" ] || return 0
  dd if="$disk_device/$1" bs=1 skip="$2" count="$3" 2>/dev/null
}

# IDENTIFY DEVICE strings have the two bytes of every word swapped (ACS-4 §3.4.9); vpd_pg89 holds them from byte 60 on.
ata_text() {
  dd if="$disk_device/vpd_pg89" bs=2 skip="$1" count="$2" conv=swab 2>/dev/null
}

# Standards want ASCII here and some firmware does not care. Other bytes become `?` in the inventory and in comparisons alike,
# so that such a disk can still be chosen by what the inventory showed.
plain() {
  trim "$1"
  case $trimmed in *[!\ -~]*) trimmed=$(printf '%s' "$trimmed" | tr -c '\040-\176' '?') ;; esac
}

probe_names() {
  read_attr "$disk_device/vendor"
  disk_vendor=$attr
  case $disk_vendor in 0x*) disk_vendor= ;; esac
  read_attr "$disk_device/model"
  disk_model=$attr
  read_attr "$SYS/block/$disk_name/serial"
  [ -n "$attr" ] || read_attr "$disk_device/serial"
  disk_serial=$attr
  read_attr "$SYS/block/$disk_name/wwid"
  [ -n "$attr" ] || read_attr "$disk_device/wwid"
  plain "$attr"
  disk_wwid=$trimmed
  [ -n "$disk_serial" ] || disk_serial=$(vpd_text vpd_pg80 4 252)
  trim "$disk_vendor"
  disk_vendor=$trimmed
  if [ "$disk_vendor" = ATA ]; then
    disk_vendor=
    # The SCSI name of an ATA disk is cut after 16 characters, its serial padded: the whole ones are in its identification.
    ata_model=$(ata_text 57 20)
    trim "$ata_model"
    [ -z "$trimmed" ] || disk_model=$trimmed
    ata_serial=$(ata_text 40 10)
    trim "$ata_serial"
    [ -z "$trimmed" ] || disk_serial=$trimmed
  fi
  plain "$disk_vendor"
  disk_vendor=$trimmed
  plain "$disk_model"
  disk_model=$trimmed
  plain "$disk_serial"
  disk_serial=$trimmed
  case $disk_wwid in
    naa.*) disk_wwn=0x${disk_wwid#naa.} ;;
    eui.* | uuid.* | nvme.*) disk_wwn=$disk_wwid ;;
    *) disk_wwn= ;;
  esac
}

# Like udev's /dev/disk/by-path, which needs udev: the way to the disk, the same at every boot.
probe_by_path() {
  disk_by_path=
  [ -n "$disk_pci" ] || return 0
  disk_lun=${disk_hctl##*:}
  case $disk_transport in
    virtio) disk_by_path=pci-$disk_pci ;;
    nvme)
      read_attr "$SYS/block/$disk_name/nsid"
      disk_by_path=pci-$disk_pci-nvme-${attr:-${disk_name##*n}}
      ;;
    sata)
      ata_name=${disk_folder#*/ata}
      ata_name=ata${ata_name%%/*}
      read_attr "$SYS/class/ata_port/$ata_name/port_no"
      disk_by_path=pci-$disk_pci-ata-${attr:-${ata_name#ata}}
      ;;
    sas)
      end_device=${disk_folder#*/end_device-}
      end_device=end_device-${end_device%%/*}
      read_attr "$SYS/class/sas_device/$end_device/sas_address"
      if [ -n "$attr" ]; then disk_by_path=pci-$disk_pci-sas-$attr-lun-$disk_lun; else by_path_of_scsi; fi
      ;;
    fc)
      rport=${disk_folder#*/rport-}
      rport=rport-${rport%%/*}
      read_attr "$SYS/class/fc_remote_ports/$rport/port_name"
      disk_by_path=pci-$disk_pci-fc-$attr-lun-$disk_lun
      ;;
    usb)
      usb_interface=${disk_folder%/host*}
      disk_by_path=pci-$disk_pci-usb-0:${usb_interface##*/}
      by_path_of_scsi_address=${disk_hctl#*:}
      disk_by_path=${disk_by_path%%:1.0*}:1.0-scsi-0:$by_path_of_scsi_address
      ;;
    *) by_path_of_scsi ;;
  esac
}

# The host number depends on the order of drivers: count from the first host of this function instead.
by_path_of_scsi() {
  [ -n "$disk_hctl" ] || return 0
  scsi_host=${disk_hctl%%:*}
  host_parent=${disk_folder%"/host$scsi_host/"*}
  host_index=0
  for other_host in "$host_parent"/host[0-9]*; do
    other_host=${other_host##*/host}
    if is_number "$other_host" && [ "$other_host" -lt "$scsi_host" ]; then host_index=$((host_index + 1)); fi
  done
  disk_by_path=pci-$disk_pci-scsi-$host_index:${disk_hctl#*:}
}
