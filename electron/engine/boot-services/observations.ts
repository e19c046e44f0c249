import { bootModeOf } from '#engine/inventory/nodes.ts';
import type { DhcpClient } from '#engine/net/dhcp/client.ts';
import type { DhcpEvent } from '#engine/net/dhcp/event.ts';
import type { HttpObservation } from '#engine/net/http/observation.ts';
import type { SyslogObservation } from '#engine/net/syslog/observation.ts';
import type { TftpObservation } from '#engine/net/tftp/observation.ts';
import { tftpError } from '#engine/net/tftp/packet.ts';
import type { BootSubject } from '#engine/store/nodes.ts';
import type { Store } from '#engine/store/store.ts';
import type { NewEvent } from '#engine/store/timeline.ts';
import type { Logger } from '#engine/system/log.ts';
import { policySilences } from '#shared/contract/event-messages.ts';
import type { ServiceName } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import type { NetworkId, NodeId } from '#shared/model/ids.ts';
import type { Mac } from '#shared/model/mac.ts';
import type { DownloadTag } from './download-tag.ts';

/** Packets and requests become timeline events of the machine they belong to. */
export interface Observers {
  dhcp(event: DhcpEvent, interfaceName: string): void;
  tftp(observation: TftpObservation): void;
  http(observation: HttpObservation<DownloadTag>): void;
  syslog(observation: SyslogObservation): void;
  /** A service runs without something that it wanted. */
  degraded(service: ServiceName, lacks: readonly string[]): void;
}

export interface ObserverParts {
  readonly store: Store;
  readonly log: Logger;
  readonly now: () => number;
  readonly machineAt: (clientAddress: string) => BootSubject | undefined;
  /** A machine that was sent to its disk asks for an address as an operating system does. */
  readonly onSystemStarted: (nodeId: NodeId) => void;
  /** Bytes of an ISO left for this machine. */
  readonly onMediumBytes: (nodeId: NodeId) => void;
  readonly onImageBytes: (tag: DownloadTag, doneBytes: number, totalBytes: number) => void;
}

/**
 * What our ramdisk's DHCP client calls itself (option 60), by `assets/ramdisk/root/init`. The virtual rack's does not
 * need to: it goes on with its first lease.
 */
export const ramdiskVendorClass = 'rackside-ramdisk';

/** What others can cause at will, of each kind and source. A machine that boots stays far below. */
const observationsPerMinute = 20;

/** A machine that only asks for the time does not fill the inventory of the unknown. */
const rememberSeenEveryMs = 5000;

export function createObservers({
  store,
  log,
  now,
  machineAt,
  onSystemStarted,
  onMediumBytes,
  onImageBytes,
}: ObserverParts): Observers {
  const about = (subject: BootSubject | undefined) => ({
    nodeId: subject?.nodeId ?? null,
    deploymentId: subject?.deploymentId ?? null,
  });

  let syslogFailedAtMs = Number.NEGATIVE_INFINITY;

  return {
    dhcp(event, interfaceName) {
      if (event.kind === 'seen') {
        const known = store.nodes.bootSubject(event.client.mac);
        if (known === undefined) rememberStranger(store, event, interfaceName, now());
        else if (known.bootTarget === 'disk' && isInstalledSystem(event.client))
          onSystemStarted(known.nodeId);
        if (known?.bootMode === null) learnBootMode(store, known.nodeId, event.client);
        return;
      }
      const mac: Mac | undefined = 'client' in event ? event.client.mac : undefined;
      const subject = mac === undefined ? undefined : store.nodes.bootSubject(mac);
      const told = dhcpEvent(event, id => store.networks.find(id as NetworkId)?.name ?? id);
      // What strangers say is in the list of machines seen; a timeline of them would only grow.
      if (told === undefined || (subject === undefined && told.kind === 'dhcp' && mac !== undefined)) return;
      store.timeline.append({
        limit: { source: mac ?? interfaceName, perMinute: observationsPerMinute },
        ...told,
        ...about(subject),
      });
    },

    tftp(observation) {
      if (observation.kind === 'refused' && observation.cause !== undefined) {
        const { client, path, cause } = observation;
        log.error('a boot file could not be served by TFTP', { client: client.address, path, cause });
      }
      const told = tftpEvent(observation);
      if (told === undefined) return;
      const limit = { source: told.client, perMinute: observationsPerMinute };
      store.timeline.append({ ...told.event, ...about(machineAt(told.client)), limit });
    },

    http(observation) {
      if (observation.kind === 'refused') return;
      if (observation.kind === 'failed') {
        const { client, method, path, cause } = observation;
        log.error('a request of a machine failed on our side', {
          client: client.address,
          method,
          path,
          cause,
        });
        const subject = machineAt(client.address);
        if (subject === undefined) return;
        const details = { path, why: codeOf(cause) };
        const limit = { source: client.address, perMinute: observationsPerMinute };
        store.timeline.append({ kind: 'warning', ...about(subject), message: 'http.failed', details, limit });
        return;
      }
      const { exchange } = observation;
      const { tag, part } = exchange;
      if (tag === undefined) return;
      const sentBytes = observation.kind === 'started' ? 0 : observation.sentBytes;
      if (tag.what === 'image' && part !== undefined)
        onImageBytes(tag, part.firstByte + sentBytes, part.wholeBytes);
      if (tag.what === 'medium' && tag.nodeId !== null) onMediumBytes(tag.nodeId);
      if (observation.kind !== 'ended' || exchange.method === 'HEAD' || tag.nodeId === null) return;
      const { outcome, durationMs } = observation;
      const details = { path: exchange.path, bytes: sentBytes, seconds: durationMs / 1000 };
      store.timeline.append({
        kind: 'http',
        ...about(machineAt(exchange.client.address)),
        nodeId: tag.nodeId,
        ...(outcome.kind === 'aborted'
          ? { message: 'http.cut', details: { ...details, why: outcome.why } }
          : { message: 'http.done', details }),
        limit: { source: exchange.client.address, perMinute: observationsPerMinute },
      });
    },

    syslog(observation) {
      if (observation.kind === 'failed') {
        // A line comes every millisecond where the reason is a disk that is full.
        const isFlood = now() - syslogFailedAtMs < rememberSeenEveryMs;
        if (!isFlood) log.error('a message of a log could not be taken', { cause: observation.cause });
        if (!isFlood) syslogFailedAtMs = now();
        return;
      }
      const { sourceAddress, why, count } = observation;
      store.timeline.append({
        kind: 'warning',
        ...about(machineAt(sourceAddress)),
        message: 'syslog.lost',
        details: { address: sourceAddress, why, count },
        limit: { source: sourceAddress, perMinute: observationsPerMinute },
      });
    },

    degraded(service, lacks) {
      store.timeline.append({
        kind: 'warning',
        message: 'service.degraded',
        details: { service, text: lacks.join('; ') },
      });
    },
  };
}

/** Our ramdisk, firmware and boot programs say what they are. */
function isInstalledSystem({
  messageType,
  vendorClass,
  isPxeClient,
  isHttpClient,
  isIpxe,
}: DhcpClient): boolean {
  const boots = isPxeClient || isHttpClient || isIpxe;
  return messageType === 'discover' && !boots && vendorClass !== ramdiskVendorClass;
}

/** What a person or its ramdisk said stays. */
function learnBootMode(store: Store, nodeId: NodeId, { architecture }: DhcpClient): void {
  const node = store.nodes.find(nodeId);
  const bootMode = bootModeOf(architecture);
  if (node !== undefined && bootMode !== null) store.nodes.save({ ...node, bootMode });
}

function rememberStranger(
  store: Store,
  { client }: Extract<DhcpEvent, { kind: 'seen' }>,
  interfaceName: string,
  at: number,
): void {
  const known = store.discovered.find(client.mac);
  if (known !== undefined && at - known.lastSeenAt < rememberSeenEveryMs) return;
  // A phone on the same wire is no server: only what boots from the network is worth a person's look.
  if (known === undefined && !client.isPxeClient && !client.isHttpClient && !client.isIpxe) return;
  const architecture = client.architecture ?? known?.architecture ?? '';
  store.discovered.save({
    mac: client.mac,
    interfaceName,
    architecture,
    vendorClass: client.vendorClass ?? known?.vendorClass ?? '',
    uuid: client.uuid ?? known?.uuid ?? '',
    firstSeenAt: known?.firstSeenAt ?? at,
    lastSeenAt: at,
    timesSeen: (known?.timesSeen ?? 0) + 1,
  });
  if (known === undefined) {
    store.timeline.append({
      kind: 'dhcp',
      message: 'dhcp.machine_seen',
      details: { mac: client.mac, interface: interfaceName, architecture },
      limit: { source: client.mac, perMinute: observationsPerMinute },
    });
  }
}

function dhcpEvent(
  event: Exclude<DhcpEvent, { kind: 'seen' }>,
  networkName: (id: string) => string,
): NewEvent | undefined {
  switch (event.kind) {
    case 'answered':
      return answeredEvent(event);
    case 'ignored': {
      const { reason, detail, client } = event;
      const { mac } = client;
      if (reason === 'probing') return undefined;
      const silence = policySilences.find(word => reason === 'policy' && word === detail);
      // A system that is not answered asks for ever.
      if (silence !== undefined)
        return {
          kind: 'dhcp',
          message: 'dhcp.ignored',
          details: { reason: silence, detail: '', mac },
          limit: { source: mac, perMinute: 1 },
        };
      if (reason !== 'pool_exhausted')
        return { kind: 'dhcp', message: 'dhcp.ignored', details: { reason, detail, mac } };
      return {
        kind: 'warning',
        message: 'dhcp.pool_exhausted',
        details: { network: networkName(detail), mac },
        limit: { source: mac, perMinute: 1 },
      };
    }
    case 'address_in_use':
      return {
        kind: 'warning',
        message: 'dhcp.address_in_use',
        details: { address: event.address, foundBy: event.foundBy, mac: event.client.mac },
      };
    case 'failed':
      return {
        kind: 'warning',
        message: 'dhcp.failed',
        details: { what: event.what, text: event.error.message },
      };
    case 'released':
    case 'options_dropped':
    case 'malformed':
      return undefined;
    default:
      return assertNever(event);
  }
}

function answeredEvent(event: Extract<DhcpEvent, { kind: 'answered' }>): NewEvent {
  const { message, address, bootFile, withheld } = event;
  const { architecture, mac } = event.client;
  if (message === 'offer' && withheld !== undefined) {
    return {
      kind: 'warning',
      message: 'dhcp.no_boot_file',
      details: { address, reason: withheld, architecture, mac },
      limit: { source: mac, perMinute: 1 },
    };
  }
  const messages = { offer: 'dhcp.offered', ack: 'dhcp.acknowledged', nak: 'dhcp.refused' } as const;
  return { kind: 'dhcp', message: messages[message], details: { address, bootFile, architecture, mac } };
}

function tftpEvent(observation: TftpObservation): { client: string; event: NewEvent } | undefined {
  switch (observation.kind) {
    case 'started':
    case 'progress':
      return undefined;
    case 'refused':
      return {
        client: observation.client.address,
        event: {
          kind: 'tftp',
          message: 'tftp.refused',
          details: { path: observation.path, why: refusedWhy(observation) },
        },
      };
    case 'ended': {
      const { transfer, outcome, confirmedBytes, durationMs } = observation;
      if (isSizeProbe(observation)) return undefined;
      const why = outcome.kind === 'aborted' ? outcome.why : outcome.kind;
      const details = { path: transfer.path, bytes: confirmedBytes, seconds: durationMs / 1000 };
      return {
        client: transfer.client.address,
        event:
          outcome.kind === 'completed'
            ? { kind: 'tftp', message: 'tftp.done', details }
            : { kind: 'tftp', message: 'tftp.failed', details: { ...details, why } },
      };
    }
    default:
      return assertNever(observation);
  }
}

/** UEFI and PXE ROMs ask for the size (RFC 2349) and hang up: part of a healthy boot. */
function isSizeProbe({ outcome, confirmedBytes }: Extract<TftpObservation, { kind: 'ended' }>): boolean {
  const hangsUp = outcome.kind === 'aborted' && outcome.by === 'client';
  return (
    hangsUp &&
    confirmedBytes === 0 &&
    (outcome.code === tftpError.notDefined || outcome.code === tftpError.optionNegotiation)
  );
}

function refusedWhy({ why, cause }: Extract<TftpObservation, { kind: 'refused' }>): string {
  return cause === undefined ? why : `${why}: ${codeOf(cause)}`;
}

/** The timeline is no place for the words of an error; they are in the log. */
function codeOf(cause: unknown): string {
  if (!(cause instanceof Error)) return 'unknown';
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.name;
}
