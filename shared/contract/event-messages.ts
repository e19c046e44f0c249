import { z } from 'zod';
import { powerStates, provisionStates } from '../model/provision-state.ts';
import {
  alarmKinds,
  alarmSeverities,
  dhcpModes,
  hardwareTroubleKinds,
  partKinds,
  rescueExits,
  retryStarts,
  serviceNames,
} from './entities/index.ts';
import { errorData, toldDisk } from './errors.ts';

/** Why the boot policy keeps silent on one network to a machine that it answers on another. */
export const policySilences = [
  'moved-to-tenant-networks',
  'network-not-for-provisioning',
  'network-not-for-cleaning',
  'network-not-for-rescue',
] as const;

/** Why a client's DHCP message got no answer. */
export const dhcpSilences = [
  'watching',
  'policy',
  'other_server',
  'unknown_relay',
  'no_record',
  'no_pool',
  'not_from_client',
  'incomplete',
  ...policySilences,
] as const;

/** What a machine says on its serial console that has a meaning whoever hears it. */
export const consoleMeanings = [
  'login_prompt',
  'kernel_panic',
  'no_boot_device',
  'waits_for_key',
  'emergency_mode',
  'firmware_setup',
  'file_system_damaged',
  'machine_check',
] as const;
export type ConsoleMeaning = (typeof consoleMeanings)[number];

const nothing = z.object({});
const text = z.string();
const step = z.object({ step: text });
const powerState = z.enum(powerStates);
const provisionState = z.enum(provisionStates);
/** `code` of an error of the contract, and its English line. */
const failure = z.object({ code: text, text });
const client = z.object({ mac: text });
const lease = client.extend({ address: text, bootFile: text.optional(), architecture: text.optional() });
const initramfs = z.object({ file: text, oldBytes: z.number(), newBytes: z.number() });
const transfer = z.object({ path: text, bytes: z.number(), seconds: z.number() });

/**
 * What can happen, and the values that are told with it. The page has a sentence for each (`event.<message>`) that uses
 * these values and no others; the compiler holds the engine to them where it appends to the timeline. They are not
 * parsed again when they are read: a database may hold events of an older version.
 */
export const eventDetails = {
  'state.changed': z.object({ from: provisionState, to: provisionState, event: text }),
  'power.by_hand': nothing,
  'power.controlled': z.object({
    action: z.enum(['on', 'off', 'soft', 'reset', 'cycle']),
    /** Empty where none was set. */
    bootDevice: text,
  }),
  'power.boot_device_not_accepted': z.object({ wanted: text, readBack: text }),
  'power.changed': z.object({ from: powerState, to: powerState }),
  'bmc.verified': z.object({ manufacturer: text, firmware: text, cipherSuite: z.number().nullable() }),
  'bmc.failed': failure,
  'bmc.scan_begun': z.object({ ranges: text, addresses: z.number(), pairs: z.number() }),
  'bmc.scan_ended': z.object({
    ranges: text,
    addresses: z.number(),
    settled: z.number(),
    found: z.number(),
  }),
  /** What is known of BMCs of this make, and who says so. */
  'bmc.known_weakness': z.object({ behaviour: text, source: text }),
  'dhcp.machine_seen': client.extend({ interface: text, architecture: text }),
  'dhcp.offered': lease,
  'dhcp.acknowledged': lease,
  'dhcp.refused': lease,
  'dhcp.ignored': client.extend({ reason: z.enum(dhcpSilences), detail: text }),
  'dhcp.pool_exhausted': client.extend({ network: text }),
  /** `reason` is one of the words `withheld.…` of the page. */
  'dhcp.no_boot_file': lease.extend({ reason: text }),
  'dhcp.address_in_use': client.extend({ address: text, foundBy: z.enum(['probe', 'decline']) }),
  'dhcp.failed': z.object({ what: text, text }),
  'tftp.done': transfer,
  'tftp.failed': transfer.extend({ why: text }),
  'tftp.refused': z.object({ path: text, why: text }),
  'http.done': transfer,
  'http.cut': transfer.extend({ why: text }),
  'http.failed': z.object({ path: text, why: text }),
  'syslog.lost': z.object({
    address: text,
    why: z.enum(['too-fast', 'malformed', 'too-many-connections']),
    count: z.number(),
  }),
  'boot.ramdisk_given': nothing,
  'boot.installer_given': nothing,
  'boot.next_device': nothing,
  'installer.phase': z.object({ phase: text, percent: z.number() }),
  'installer.stalled': z.object({ phase: text, seconds: z.number(), usualSeconds: z.number(), line: text }),
  'installer.goes_on': z.object({ phase: text }),
  'installer.needs_person': z.object({ line: text }),
  'installer.booted_again': nothing,
  'installer.switched_off': nothing,
  'installer.still_writes': z.object({ text }),
  'boot.not_seen': z.object({ seconds: z.number() }),
  'agent.hello': z.object({ firmware: z.enum(['bios', 'uefi']), disks: z.number() }),
  'agent.inventory_refused': z.object({ reason: text }),
  'agent.refused': z.object({ address: text, why: text }),
  'agent.step_given': step,
  'agent.step_done': step,
  /** `code` is one of the agent's own reasons (`assets/ramdisk/protocol.md`). */
  'agent.step_refused': step.extend(failure.shape).extend({ disks: z.array(toldDisk).optional() }),
  'agent.silent': step.extend({ seconds: z.number() }),
  'agent.boot_entry_not_taken': z.object({ problem: text }),
  'agent.inspected': nothing,
  'step.started': step,
  'step.done': step,
  'step.skipped': step,
  /** At each tenth of the way, for who looks at it later. */
  'step.progress': step.extend({
    doneBytes: z.number(),
    totalBytes: z.number(),
    bytesPerSecond: z.number(),
  }),
  'step.undo_failed': step.extend({ text }),
  'step.group_has_room': z.object({ group: text, freeBytes: z.number() }),
  /** There was none before. */
  'step.initramfs_made': z.object({ file: text, newBytes: z.number() }),
  /** Nobody can look into it. */
  'step.initramfs_made_anew': initramfs,
  'step.initramfs_drivers': initramfs.extend({ oldDrivers: z.number(), newDrivers: z.number() }),
  /** Of this server's disk controllers. */
  'step.initramfs_lacked': z.object({ file: text, drivers: text }),
  'step.network_guessed': z.object({ network: text, nic: text }),
  /** `why` is the agent's `result` (`assets/ramdisk/protocol.md`). */
  'step.address_not_asked': z.object({ address: text, why: text }),
  'deployment.resumed': nothing,
  'deployment.retried': z.object({ from: z.enum(retryStarts) }),
  'deployment.succeeded': z.object({ host: text }),
  'deployment.failed': failure,
  'deployment.cancelled': failure,
  'rescue.ready': nothing,
  'rescue.failed': failure,
  'rescue.cancelled': failure,
  /** The server was restarted: there is a new system in its memory, with a new host key. */
  'rescue.restarted': nothing,
  'rescue.left': z.object({ by: z.enum(rescueExits) }),
  'rescue.leave_failed': failure,
  'rescue.logs_kept': z.object({ bytes: z.number() }),
  'batch.begun': z.object({ name: text, servers: z.number(), concurrency: z.number() }),
  'batch.stopped': z.object({ name: text }),
  'batch.continued': z.object({ name: text }),
  'batch.ended': z.object({ name: text, succeeded: z.number(), failed: z.number(), cancelled: z.number() }),
  'batch.refused': failure.extend({ name: text }),
  'node.enrolled': z.object({ name: text }),
  'node.removed': z.object({ name: text }),
  'image.imported': z.object({ name: text, seconds: z.number() }),
  'image.refused': z.object({ name: text, error: errorData }),
  'network.vlan_not_restored': z.object({ name: text, text }),
  'network.mode_changed': z.object({ name: text, mode: z.enum(dhcpModes) }),
  /** A person had waited for this text. */
  'console.text_seen': z.object({ text, line: text }),
  'console.said': z.object({ meaning: z.enum(consoleMeanings), line: text }),
  'console.port_opened': z.object({ address: text, port: z.number(), access: z.enum(['read', 'write']) }),
  'console.port_closed': z.object({ port: z.number() }),
  /** Somebody came without the port's token. */
  'console.port_refused': z.object({ port: z.number(), from: text }),
  /** The worst that its sensors say. Without a number `reading` is the keys of its states. */
  'health.sensor': z.object({
    sensor: text,
    state: z.enum(alarmSeverities),
    reading: text,
    unit: text,
  }),
  /** An entry of the BMC's event log. */
  'health.log_entry': z.object({ sensor: text, event: text, data: text }),
  'health.log_nearly_full': z.object({ entries: z.number(), freeBytes: z.number() }),
  'health.log_saved': z.object({ entries: z.number() }),
  'health.bmc_silent': failure.extend({ seconds: z.number() }),
  'health.part_gone': z.object({ part: z.enum(partKinds), name: text }),
  /** What the machine says of itself at an inspection. `number`: how many, or percent or °C; `part`: which disk, DIMM, NIC. */
  'health.hardware': z.object({ trouble: z.enum(hardwareTroubleKinds), name: text, number: z.number() }),
  'health.part_new': z.object({ part: z.enum(partKinds), name: text }),
  /** What an alarm told of is over. */
  'health.over': z.object({ alarm: z.enum(alarmKinds), subject: text }),
  'health.acknowledged': z.object({ alarm: z.enum(alarmKinds), subject: text, note: text }),
  'backup.restored': z.object({ name: text }),
  'service.failed': z.object({ service: z.enum(serviceNames), text }),
  'service.started': z.object({ service: z.enum(serviceNames), detail: text }),
  'service.degraded': z.object({ service: z.enum(serviceNames), text }),
} as const;

export type EventMessage = keyof typeof eventDetails;
export type EventDetails<Message extends EventMessage> = Readonly<z.input<(typeof eventDetails)[Message]>>;

/** An event as it is told: a message, with the details that its sentence needs if it needs any. */
export type ToldEvent<Message extends EventMessage = EventMessage> = {
  [M in Message]: string extends keyof EventDetails<M>
    ? { readonly message: M; readonly details?: EventDetails<M> }
    : { readonly message: M; readonly details: EventDetails<M> };
}[Message];
