import {
  CodedError,
  type FoundBmc,
  type RacksideHandlers,
  type Scan,
  type ScanPatch,
} from '#shared/contract/index.ts';
import { parseRanges } from '#shared/model/address-ranges.ts';
import type { ScanId } from '#shared/model/ids.ts';
import { nodeIdOf, uuid } from './ids.ts';
import type { Play } from './play.ts';

/** What every scan finds: one of each kind. */
const finds: readonly FoundBmc[] = [
  row('10.78.0.1', { is: 'not-tried', why: 'known' }, { nodeId: nodeIdOf(1) }),
  row('10.78.0.41', {
    is: 'worked',
    pair: 1,
    username: 'root',
    manufacturer: 'Dell Inc.',
    firmware: '6.10.30',
  }),
  row('10.78.0.42', {
    is: 'worked',
    pair: 2,
    username: 'ADMIN',
    manufacturer: 'Super Micro Computer Inc.',
    firmware: '1.73',
  }),
  row('10.78.0.43', { is: 'refused', tried: 2 }),
  row('10.78.0.44', {
    is: 'stopped',
    tried: 2,
    isLockOut: true,
    error: new CodedError('bmc.unreachable', 'no answer', { address: '10.78.0.44', attempts: 4 }).toData(),
  }),
  row('10.78.0.45', { is: 'not-tried', why: 'no-ipmi' }, { speaksIpmi: false }),
];

function row(address: string, login: FoundBmc['login'], change: Partial<FoundBmc> = {}): FoundBmc {
  return { address: address as FoundBmc['address'], speaksIpmi: true, nodeId: null, login, ...change };
}

/** Finds at once what it finds, and goes on until it is cancelled. */
export function scanHandlers(
  { note }: Play,
  enroll: RacksideHandlers['nodes']['enroll'],
): RacksideHandlers['scan'] {
  let scan: Scan | null = null;
  const watchers = new Set<(patch: ScanPatch) => void>();
  const tell = (patch: ScanPatch) => {
    for (const watcher of watchers) watcher(patch);
  };
  const change = (status: Partial<Scan['status']>) => {
    if (scan === null) return;
    scan = { ...scan, status: { ...scan.status, ...status } };
    tell({ op: 'status', status: scan.status });
  };
  return {
    async start({ ranges, port, packetsPerSecond, credentials, beyondPrivate }) {
      note('scan.start', { ranges, port, packetsPerSecond, credentials, beyondPrivate });
      const parsed = parseRanges(ranges);
      const addresses = parsed.ok ? parsed.count : 0;
      const status: Scan['status'] = {
        id: uuid('8', 1) as ScanId,
        state: 'running',
        ranges,
        port,
        packetsPerSecond,
        pairs: credentials.length,
        addresses,
        settled: Math.floor(addresses / 2),
        unsent: null,
        startedAt: Date.now(),
        finishedAt: null,
      };
      scan = { status, found: [...finds] };
      tell({ op: 'started', status });
      for (const found of finds) tell({ op: 'found', row: found });
      return { scanId: status.id };
    },
    progress: () => ({
      snapshot: () => scan,
      subscribe(onPatch) {
        watchers.add(onPatch);
        return () => void watchers.delete(onPatch);
      },
    }),
    async cancel(input) {
      note('scan.cancel', input);
      change({ state: 'cancelled', finishedAt: Date.now() });
      return {};
    },
    async forget(input) {
      note('scan.forget', input);
      scan = null;
      tell({ op: 'forgotten' });
      return {};
    },
    async enroll({ servers }, signal) {
      note('scan.enroll', { servers });
      for (const { address, name } of servers) {
        const input = {
          name,
          bmc: null,
          macs: [],
          bootMode: null,
          rootDeviceHints: {},
          resourceClass: '',
          cleanOnRelease: null,
          extra: {},
        };
        const { id } = await enroll(input, signal);
        const known = scan?.found.find(found => found.address === address);
        if (scan === null || known === undefined) continue;
        const enrolled = { ...known, nodeId: id as FoundBmc['nodeId'] };
        scan = { ...scan, found: scan.found.map(found => (found === known ? enrolled : found)) };
        tell({ op: 'found', row: enrolled });
      }
      return servers.map(({ address }) => ({ address, error: null }));
    },
  };
}
