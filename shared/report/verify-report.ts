import { z } from 'zod';
import {
  type ChainedRecord,
  chainedHash,
  chainText,
  type Digest,
  headOf,
  reportFormat,
} from './report-chain.ts';
import { openPage } from './sealed-page.ts';
import { asSent } from './sent-text.ts';

interface Wrong {
  readonly ok: false;
  /** The first that is wrong, from 1; undefined where it is the file as a whole. */
  readonly record?: number;
  readonly reason: string;
}
export type Verdict = { readonly ok: true; readonly head: string; readonly records: number } | Wrong;

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const chainedRecord = z.strictObject({ hash, record: z.record(z.string(), z.unknown()) });
const reportData = z.strictObject({
  format: z.literal(reportFormat),
  records: z.array(z.unknown()).min(1),
  head: hash,
});
const pageRecord = z.strictObject({ type: z.literal('page'), sha256: hash });

/** Recomputes a report of either form, HTML or JSON. See `chainedHash` for what that proves and what not. */
export function verifyReport(kept: string, digest: Digest): Verdict {
  const file = asSent(kept);
  if (file.startsWith('{')) return verdictOn(chainIn(file, digest));
  const opened = openPage(file);
  if (opened === undefined) return wrong('this is no report of Rackside, or its end is missing');
  const chain = chainIn(opened.data, digest);
  if (!Array.isArray(chain)) return chain;
  if (opened.head !== headOf(chain)) return wrong('the head that the page shows is not that of its records');
  const last = pageRecord.safeParse(chain.at(-1)?.record);
  if (!last.success) return wrong('the hash of the page is missing');
  if (last.data.sha256 !== digest(opened.page))
    return wrong('the page does not say what it said when the report was made; its records are whole');
  return verdictOn(chain);
}

/** Its records when all of them are right. */
function chainIn(text: string, digest: Digest): ChainedRecord[] | Wrong {
  const data = reportData.safeParse(parsed(text)).data;
  if (data === undefined) return wrong('its records are damaged, or their end is missing');
  const chain: ChainedRecord[] = [];
  for (const [index, item] of data.records.entries()) {
    const entry = chainedRecord.safeParse(item).data;
    const record = index + 1;
    if (entry === undefined) return { ok: false, record, reason: 'it is damaged' };
    if (entry.hash !== recomputed(headOf(chain), entry.record, digest))
      return {
        ok: false,
        record,
        reason: `${nameOf(entry.record)} was changed, or one before it was added or taken out`,
      };
    chain.push(entry);
  }
  if (data.head !== headOf(chain))
    return wrong('the head is not the hash of the last record: records are missing');
  // The same values can be written in other ways, such as twice: then readers do not agree on what it says.
  if (chainText(chain) !== text) return wrong('its records are not written the way Rackside writes them');
  return chain;
}

function verdictOn(chain: ChainedRecord[] | Wrong): Verdict {
  return Array.isArray(chain) ? { ok: true, head: headOf(chain), records: chain.length } : chain;
}

function recomputed(before: string, record: unknown, digest: Digest): string | undefined {
  try {
    return chainedHash(before, record, digest);
  } catch (error) {
    if (error instanceof RangeError) return undefined; // deeper than what we write
    throw error;
  }
}

function nameOf({ type, seq }: Readonly<Record<string, unknown>>): string {
  return type === 'event' && typeof seq === 'number' ? `this event (${seq})` : 'this record';
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function wrong(reason: string): Wrong {
  return { ok: false, reason };
}
