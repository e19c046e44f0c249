import type { ClientAddress } from '../file-source/file-source.ts';
import type { TftpTransferFacts } from './observation.ts';
import type { RequestPacket } from './packet.ts';
import type { Sending } from './sending.ts';

/** One request being served: `sending` and `facts` are absent until its file and its socket are open. */
export interface TableEntry {
  readonly client: ClientAddress;
  readonly request: RequestPacket;
  sending: Sending | undefined;
  facts: TftpTransferFacts | undefined;
  /** Set once something else took its place or the server closes: it must not begin any more. */
  cancelled: boolean;
  reportedBytes: number;
  reportedAtMs: number;
}

export type Admission =
  | { readonly kind: 'admitted'; readonly entry: TableEntry }
  | { readonly kind: 'retransmission' }
  | { readonly kind: 'too-many-transfers' }
  | { readonly kind: 'too-many-from-client' };

export interface TableLimits {
  readonly maxTransfers: number;
  readonly maxTransfersPerClient: number;
}

/** Who is being served: by client address and port for requests, by client address for the caps. */
export interface TransferTable {
  admit(request: RequestPacket, client: ClientAddress): Admission;
  remove(entry: TableEntry): void;
  entries(): readonly TableEntry[];
  size(): number;
}

export function transferTable(limits: TableLimits): TransferTable {
  const all = new Set<TableEntry>();
  const byPort = new Map<string, TableEntry>();
  const perClient = new Map<string, number>();
  const keyOf = (client: ClientAddress): string => `${client.address} ${client.port}`;

  return {
    admit(request, client) {
      const key = keyOf(client);
      const earlier = byPort.get(key);
      if (earlier !== undefined) {
        // The very same request before any progress is a retransmission. Anything else is a machine that was reset, or
        // one that only asked for the size and whose ERROR was lost: PXE ROMs ask from the same port each time.
        const progressed = (earlier.sending?.confirmedBytes() ?? 0) > 0;
        if (!progressed && isSameRequest(earlier.request, request)) return { kind: 'retransmission' };
        byPort.delete(key);
        earlier.cancelled = true;
        earlier.sending?.abandon('superseded by a new request');
      }
      if (all.size >= limits.maxTransfers) return { kind: 'too-many-transfers' };
      const ofClient = perClient.get(client.address) ?? 0;
      if (ofClient >= limits.maxTransfersPerClient) return { kind: 'too-many-from-client' };
      const entry: TableEntry = {
        client,
        request,
        sending: undefined,
        facts: undefined,
        cancelled: false,
        reportedBytes: 0,
        reportedAtMs: 0,
      };
      all.add(entry);
      byPort.set(key, entry);
      perClient.set(client.address, ofClient + 1);
      return { kind: 'admitted', entry };
    },
    remove(entry) {
      if (!all.delete(entry)) return;
      const key = keyOf(entry.client);
      if (byPort.get(key) === entry) byPort.delete(key);
      const left = (perClient.get(entry.client.address) ?? 1) - 1;
      if (left > 0) perClient.set(entry.client.address, left);
      else perClient.delete(entry.client.address);
    },
    entries: () => [...all],
    size: () => all.size,
  };
}

function isSameRequest(one: RequestPacket, other: RequestPacket): boolean {
  return (
    one.path === other.path &&
    one.mode === other.mode &&
    one.options.size === other.options.size &&
    [...one.options].every(([name, value]) => other.options.get(name) === value)
  );
}
