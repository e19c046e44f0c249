import type { HttpExchange, HttpObservation, HttpOutcome } from './observation.ts';

/** An answer on its way out. */
export interface OpenExchange {
  readonly sent: (bytes: number) => void;
  readonly ended: (outcome: HttpOutcome) => void;
}

/** Counts what goes out of each exchange and reports it at a bounded rate. */
export interface ExchangeBook<Tag> {
  readonly open: (facts: Omit<HttpExchange<Tag>, 'id'>) => OpenExchange;
}

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
  let lastId = 0;
  let timer: NodeJS.Timeout | undefined;

  const report = (): void => {
    const now = nowMs();
    for (const entry of entries) {
      const { exchange, sentBytes } = entry;
      if (sentBytes === entry.reportedBytes || now - entry.reportedAtMs < progressIntervalMs) continue;
      entry.reportedBytes = sentBytes;
      entry.reportedAtMs = now;
      observe({ kind: 'progress', exchange, sentBytes });
    }
  };

  return {
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
        },
        ended(outcome) {
          if (!entries.delete(entry)) return;
          if (entries.size === 0) {
            clearInterval(timer);
            timer = undefined;
          }
          const { sentBytes } = entry;
          const durationMs = nowMs() - startedMs;
          observe({ kind: 'ended', exchange, outcome, sentBytes, durationMs });
        },
      };
    },
  };
}
