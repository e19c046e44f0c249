import type { HttpExchange, HttpObservation, HttpOutcome } from './observation.ts';

/** An answer on its way out. */
export interface OpenExchange {
  readonly sent: (bytes: number) => void;
  readonly ended: (outcome: HttpOutcome) => void;
}

/** Counts what goes out, by exchange and by client address, and reports it at a bounded rate. */
export interface ExchangeBook<Tag> {
  readonly open: (facts: Omit<HttpExchange<Tag>, 'id'>) => OpenExchange;
  readonly sentBytesTo: (clientAddress: string) => number;
}

/** A laptop's rack has a thousand machines; an attacker with a /16 must not grow this without end. */
const maxClients = 4096;

interface Entry<Tag> {
  readonly exchange: HttpExchange<Tag>;
  readonly startedMs: number;
  sentBytes: number;
  reportedBytes: number;
  reportedAtMs: number;
}

export function exchangeBook<Tag>(
  observe: (observation: HttpObservation<Tag>) => void,
  nowMs: () => number,
  progressIntervalMs: number,
): ExchangeBook<Tag> {
  const entries = new Set<Entry<Tag>>();
  const clientBytes = new Map<string, number>();
  let lastId = 0;
  let timer: NodeJS.Timeout | undefined;

  const sentBytesTo = (address: string): number => clientBytes.get(address) ?? 0;
  const add = (address: string, bytes: number): void => {
    const total = sentBytesTo(address) + bytes;
    // Deleted first, so that the map's order is that of last use.
    clientBytes.delete(address);
    clientBytes.set(address, total);
    const [oldest] = clientBytes.keys();
    if (clientBytes.size > maxClients && oldest !== undefined) clientBytes.delete(oldest);
  };
  const report = (): void => {
    const now = nowMs();
    for (const entry of entries) {
      const { exchange, sentBytes } = entry;
      if (sentBytes === entry.reportedBytes || now - entry.reportedAtMs < progressIntervalMs) continue;
      entry.reportedBytes = sentBytes;
      entry.reportedAtMs = now;
      const clientSentBytes = sentBytesTo(exchange.client.address);
      observe({ kind: 'progress', exchange, sentBytes, clientSentBytes });
    }
  };

  return {
    sentBytesTo,
    open(facts) {
      lastId += 1;
      const exchange: HttpExchange<Tag> = { id: lastId, ...facts };
      const startedMs = nowMs();
      const entry: Entry<Tag> = {
        exchange,
        startedMs,
        sentBytes: 0,
        reportedBytes: 0,
        reportedAtMs: startedMs,
      };
      entries.add(entry);
      timer ??= setInterval(report, Math.max(10, progressIntervalMs / 2));
      observe({ kind: 'started', exchange });
      return {
        sent(bytes) {
          entry.sentBytes += bytes;
          add(exchange.client.address, bytes);
        },
        ended(outcome) {
          if (!entries.delete(entry)) return;
          if (entries.size === 0) {
            clearInterval(timer);
            timer = undefined;
          }
          const { sentBytes } = entry;
          const clientSentBytes = sentBytesTo(exchange.client.address);
          const durationMs = nowMs() - startedMs;
          observe({ kind: 'ended', exchange, outcome, sentBytes, clientSentBytes, durationMs });
        },
      };
    },
  };
}
