/** A step that takes longer than past runs: what normally happens now, and what to check. */
export const slowSteps = {
  'slow.title': '{{step}} takes longer than usual',
  'slow.figures_one': '{{duration}} so far; usually {{usual}} (1 past run)',
  'slow.figures_other': '{{duration}} so far; usually {{usual}} (median of {{count}} past runs)',
  'slow.usually': 'usually {{usual}}',
  'slow.now': 'Now: {{what}}',
  'slow.check': 'Check: {{what}}',
  'slowNow.prepare': 'the boot files and the config are put in place; nothing is asked of the server yet.',
  'slowCheck.prepare':
    'the status bar: are TFTP and HTTP on, and does this computer have disk space and time to spare?',
  'slowNow.power-on': 'the BMC is told the boot device and switches the power.',
  'slowCheck.power-on':
    'does the BMC answer (power panel), and does its own event log name a fault of a power supply?',
  'slowNow.wait-call-back':
    'the firmware tests memory and devices, asks for an address, loads the boot program, kernel and ramdisk, and the ramdisk calls back.',
  'slowCheck.wait-call-back':
    'the newest DHCP, TFTP and HTTP events. None: boot order, cable, VLAN. DHCP only: another DHCP server, or Secure Boot. Files only: look at the screen for a kernel that stopped.',
  'slowNow.start-rescue': 'the ramdisk makes its SSH key and opens its shells.',
  'slowCheck.start-rescue':
    'the console: what does the ramdisk say there? A machine with little entropy makes its key slowly.',
  'slowNow.choose-disk': 'the disk of the request is looked for among those that the ramdisk found.',
  'slowCheck.choose-disk': 'are all disks in their slots, and has the controller found them (Disks tab)?',
  'slowNow.match-networks': 'each network is given the NIC or bond that carries it.',
  'slowCheck.match-networks': 'cables and link lamps, and the VLANs that the switch ports carry.',
  'slowNow.probe-addresses':
    'the ramdisk asks on each network whether somebody has the fixed address already.',
  'slowCheck.probe-addresses': 'do these NICs have a link? Without one the question goes unanswered.',
  'slowNow.write-image': 'the image comes over the network, is unpacked and written, and is read back.',
  'slowCheck.write-image':
    'the rate in the step. Low for one server: its link speed, cable and disk health. Low for all: the link of this computer; fewer servers at once.',
  'slowNow.grow-last-partition': 'the last partition and its file system are made as large as the disk.',
  'slowCheck.grow-last-partition':
    'a disk with many bad sectors answers late: look at its health in the BMC.',
  'slowNow.write-config-drive': 'a small partition with name, networks and keys is written behind the image.',
  'slowCheck.write-config-drive':
    'does the disk still answer? The event log of the BMC names a disk that fell out.',
  'slowNow.set-boot-entry': 'the firmware is told to start from the disk.',
  'slowCheck.set-boot-entry':
    'firmware with a full or write-protected NVRAM is slow here: delete old boot entries in its set-up.',
  'slowNow.boot-from-disk':
    'the server restarts, tests its hardware again and starts the new system, which asks for an address.',
  'slowCheck.boot-from-disk':
    'the screen of the server: does the boot loader start? Does the firmware have the disk as first device? Does the image start for this firmware (BIOS or UEFI)?',
  'slowNow.make-layout': 'partition table, RAID, LVM and file systems are made.',
  'slowCheck.make-layout':
    'large disks take minutes for a file system; a disk that answers late is named in the BMC.',
  'slowNow.write-root-file-system': 'the root file system comes over the network and is written.',
  'slowCheck.write-root-file-system':
    'the rate in the step, the link speed of the server and of this computer.',
  'slowNow.install-boot-loader': 'initramfs and boot loader are made for this layout.',
  'slowCheck.install-boot-loader':
    'the processor is at work for a minute or more; after that, the error that the ramdisk tells.',
  'slowNow.make-answer-file': 'the answer file is made from profile, networks and disks.',
  'slowCheck.make-answer-file': 'is this computer busy? Nothing is asked of the server in this step.',
  'slowNow.wait-installer':
    'the firmware tests the hardware, loads kernel and installer, and the installer asks for its answers.',
  'slowCheck.wait-installer':
    'the newest DHCP, TFTP and HTTP events, and the screen of the server: an installer without a driver for its NIC or controller stops here.',
  'slowNow.install': 'the installer partitions, fetches packages and installs them.',
  'slowCheck.install':
    'the phase and the last lines of its log. Packages: is the package source reachable and quick? A question on the screen waits for a person.',
  'slowNow.choose-disks': 'the disks that may be erased are looked for among those that the ramdisk found.',
  'slowCheck.choose-disks': 'are all disks in their slots (Disks tab)?',
  'slowNow.erase-disks': 'the disks are erased, by their own command or sector by sector.',
  'slowCheck.erase-disks':
    'larger disks take longer, hours for each sector of a hard disk. The rate in the step says whether it still moves.',
  'slowNow.switch-networks': 'the networks of the server are noted as its own; no switch is touched.',
  'slowCheck.switch-networks': 'is this computer busy? Nothing is asked of the server in this step.',
  'slowNow.power-off': 'the BMC switches the power off.',
  'slowCheck.power-off':
    'does the BMC answer (power panel)? A firmware that updates itself does not switch off.',
} as const;
