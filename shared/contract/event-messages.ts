/**
 * What can happen, as catalogue keys: the page has a sentence for each (`event.<key>`), the timeline stores the key and
 * its values. The values are named behind each key.
 */
export const eventMessages = [
  'state.changed', // from, to, event
  'power.by_hand',
  'power.controlled', // action, bootDevice
  'power.boot_device_not_accepted', // wanted, readBack
  'power.changed', // from, to
  'bmc.verified', // manufacturer, firmware, cipherSuite
  'bmc.failed', // code, text
  'bmc.known_weakness', // behaviour, source
  'dhcp.machine_seen', // mac, interface, architecture
  'dhcp.offered', // address, bootFile, architecture
  'dhcp.acknowledged', // address, bootFile
  'dhcp.refused', // address
  'dhcp.ignored', // reason, detail
  'dhcp.pool_exhausted', // network
  'dhcp.no_boot_file', // address, reason, architecture
  'dhcp.address_in_use', // address, foundBy
  'dhcp.other_server', // servers
  'dhcp.failed', // what, text
  'tftp.done', // path, bytes, seconds
  'tftp.failed', // path, why
  'tftp.refused', // path, why
  'http.done', // path, bytes, seconds
  'http.cut', // path, bytes, why
  'http.failed', // path, why
  'boot.ramdisk_given', // how
  'boot.next_device', // how
  'boot.not_seen', // seconds
  'agent.hello', // firmware, disks, address
  'agent.inventory_refused', // reason
  'agent.refused', // address, why
  'agent.step_given', // step
  'agent.step_done', // step
  'agent.step_refused', // step, code, text
  'agent.silent', // seconds, step
  'agent.boot_entry_not_taken', // problem
  'agent.inspected',
  'step.started', // step
  'step.done', // step
  'step.skipped', // step
  'step.undo_failed', // step, text
  'deployment.resumed',
  'deployment.retried', // from
  'deployment.succeeded', // host
  'deployment.failed', // code, text
  'deployment.cancelled', // code, text
  'node.enrolled', // name
  'node.removed', // name
  'image.imported', // name, seconds
  'image.refused', // name, error
  'network.mode_changed', // name, mode
  'service.failed', // service, text
  'service.started', // service, detail
  'service.degraded', // service, text
] as const;

export type EventMessage = (typeof eventMessages)[number];
