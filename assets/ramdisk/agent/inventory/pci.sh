# shellcheck shell=sh
# The PCI function that a disk or NIC hangs on, from its place in sysfs.

# The deepest component of a device path that is a PCI address (0000:03:00.0; VMD domains are longer), into pci_address.
pci_of_path() {
  pci_address=
  pci_rest=$1/
  while [ -n "$pci_rest" ]; do
    case ${pci_rest%%/*} in
      [0-9a-f][0-9a-f][0-9a-f][0-9a-f]*:[0-9a-f][0-9a-f]:[0-9a-f][0-9a-f].[0-7]) pci_address=${pci_rest%%/*} ;;
    esac
    pci_rest=${pci_rest#*/}
  done
}

# The driver's name of a device folder into driver_name.
driver_of() {
  real_folder "$1/driver"
  driver_name=${folder##*/}
}

json_pci_id() {
  read_attr "$SYS/bus/pci/devices/$pci_address/$2"
  json_key_string "$1" "${attr#0x}"
}

# The members that a NIC and a controller have in common; pci_address may be empty.
json_pci_members() {
  json_key_string pciAddress "$pci_address"
  json_pci_id vendorId vendor
  json_pci_id deviceId device
  json_pci_id subsystemVendorId subsystem_vendor
  json_pci_id subsystemDeviceId subsystem_device
}
