import { type IpmiClock, monotonicClock } from '#engine/net/ipmi/clock.ts';
import { type OpenDatagramSocket, openUdpSocket } from '#engine/net/ipmi/datagram-socket.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError, type Scan, type ScanPatch } from '#shared/contract/index.ts';
import { parseRanges, rangesText } from '#shared/model/address-ranges.ts';
import type { NodeId, ScanId } from '#shared/model/ids.ts';
import type { Ipv4 } from '#shared/model/ip.ts';
import type { BmcCredentials } from './bmc-login.ts';
import { RunningScan, type ScanRequest, type WantedRanges } from './running-scan.ts';

/** A page that was left open overnight does not keep passwords in memory. */
const keptMs = 30 * 60_000;

export interface BmcScanInputs {
  readonly store: Store;
  readonly now: () => number;
  /** What is no BMC's failure; it is logged. */
  readonly asCoded: (error: unknown) => CodedError;
  readonly clock?: IpmiClock;
  readonly openSocket?: OpenDatagramSocket;
}

export type BmcScan = ReturnType<typeof createBmcScan>;

/** Searches typed addresses for BMCs, one search at a time. All of it is in memory and ends with the engine. */
export function createBmcScan(inputs: BmcScanInputs) {
  const clock = inputs.clock ?? monotonicClock;
  const openSocket = inputs.openSocket ?? openUdpSocket;
  const watchers = new Set<(patch: ScanPatch) => void>();
  let current: RunningScan | undefined;
  /** A cancelled scan may still have a session to close: no BMC has two at a time. */
  let ended: Promise<void> = Promise.resolve();
  let stopKeeping: () => void = () => undefined;

  const tell = (patch: ScanPatch) => {
    for (const watcher of watchers) watcher(patch);
  };

  function require(id: ScanId): RunningScan {
    if (current?.id === id) return current;
    throw new CodedError('input.not_found', `no scan ${id}`, { what: 'scan', id });
  }

  function drop(): void {
    stopKeeping();
    current?.cancel();
    current = undefined;
  }

  function forget(): void {
    drop();
    tell({ op: 'forgotten' });
  }

  function keep(scan: RunningScan): void {
    if (current === scan) stopKeeping = clock.after(keptMs, forget);
  }

  const unsubscribe = inputs.store.changes.subscribe(patch => {
    if (patch.table !== 'nodes') return;
    if (patch.op === 'put') current?.serverChanged(patch.row.id, patch.row.bmc);
    else for (const id of patch.ids) current?.serverChanged(id as NodeId, null);
  });

  return {
    /** Throws `scan.*`. */
    start(request: ScanRequest): ScanId {
      if (current?.isRunning === true) throw new CodedError('scan.running', 'a scan is running', {});
      const ranges = wantedRanges(request);
      drop();
      const scan = new RunningScan({ ...inputs, clock, openSocket, tell, request, ranges });
      current = scan;
      tell({ op: 'started', status: scan.snapshot().status });
      ended = ended.then(() => scan.run()).then(() => keep(scan));
      return scan.id;
    },
    cancel: (id: ScanId) => require(id).cancel(),
    forget(id: ScanId): void {
      require(id);
      forget();
    },
    /** What worked there. Throws `input.not_found` where nothing did. */
    credentialsAt: (id: ScanId, address: Ipv4): BmcCredentials => require(id).credentialsAt(address),
    snapshot: (): Scan | null => current?.snapshot() ?? null,
    subscribe(onPatch: (patch: ScanPatch) => void): () => void {
      watchers.add(onPatch);
      return () => void watchers.delete(onPatch);
    },
    /** Resolves when the last session is closed. */
    close(): Promise<void> {
      unsubscribe();
      drop();
      return ended;
    },
  };
}

function wantedRanges({ ranges: text, beyondPrivate }: ScanRequest): WantedRanges {
  const parsed = parseRanges(text);
  if (!parsed.ok) {
    const { problem, text: part } = parsed;
    throw new CodedError('scan.ranges_refused', `${part}: ${problem}`, { problem, text: part });
  }
  if (parsed.beyondPrivate.length > 0 && !beyondPrivate) {
    const outside = rangesText(parsed.beyondPrivate);
    throw new CodedError('scan.not_private', `${outside} is outside of private networks`, { text: outside });
  }
  return parsed;
}
