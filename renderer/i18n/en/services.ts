/** The status bar: what each service is, and what mends it. */
export const services = {
  'services.title': 'Services',
  'services.detail': 'Serves',
  'services.lastPacket': 'Last packet',
  'services.noPacket': 'none yet',
  'services.restart': 'Start again',
  'services.toNetworks': 'Open networks',
  'services.openLogs': 'Open the log folder',
  'services.what.dhcp':
    'Gives addresses and boot files to enrolled machines, on the networks that you switched on.',
  'services.what.tftp': 'Hands the first boot program to machines that boot from the network.',
  'services.what.http': 'Serves boot scripts, the ramdisk and images.',
  'services.what.syslog': 'Hears the logs of Linux installers: their progress comes from it.',
  'services.what.ipmi': 'Talks to the BMCs: power, boot device, identification.',
  'services.what.ramdisk': 'The small system that machines boot to be inspected and written.',
  'services.what.boot-programs': 'iPXE for BIOS and UEFI.',
  'services.what.database': 'Where everything is kept. Events wait in memory while it cannot be written.',
  'services.what.virtual-rack': 'Simulated servers on this computer, started from the Rack screen.',
} as const;
