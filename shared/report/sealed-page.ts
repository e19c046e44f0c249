import { type ChainedRecord, chainedHash, chainText, type Digest, headOf } from './report-chain.ts';
import { asSent } from './sent-text.ts';

/** Where a page of a report shows the head, and where its records lie. Both are empty until it is sealed. */
export const headPlace = { opens: '<code id="report-head">', closes: '</code>' } as const;
export const dataPlace = {
  opens: '<script type="application/json" id="report-data">',
  closes: '</script>',
} as const;
type Place = typeof headPlace | typeof dataPlace;

/**
 * The page with its records, and as the last of them the hash of the page itself without these two: what a person reads
 * is bound to the chain like what a program reads.
 */
export function sealPage(written: string, chain: readonly ChainedRecord[], digest: Digest): string {
  const page = asSent(written);
  const record = { type: 'page', sha256: digest(page) };
  const sealed: ChainedRecord[] = [...chain, { hash: chainedHash(headOf(chain), record, digest), record }];
  return put(put(page, headPlace, headOf(sealed)), dataPlace, chainText(sealed));
}

function put(page: string, place: Place, text: string): string {
  const empty = page.split(`${place.opens}${place.closes}`);
  const [before, after] = empty;
  if (before === undefined || after === undefined || empty.length !== 2)
    throw new Error(`the page must have one place ${place.opens}`);
  return `${before}${place.opens}${text}${place.closes}${after}`;
}

interface OpenedPage {
  readonly head: string;
  readonly data: string;
  /** As it was before it was sealed. */
  readonly page: string;
}

/** Undefined where it is no such page, or its end is missing. */
export function openPage(file: string): OpenedPage | undefined {
  const head = taken(file, headPlace);
  const data = head && taken(head.rest, dataPlace);
  return data && { head: head.text, data: data.text, page: data.rest };
}

function taken(file: string, { opens, closes }: Place): { text: string; rest: string } | undefined {
  const start = file.indexOf(opens);
  const end = file.indexOf(closes, start);
  if (start < 0 || end < 0) return undefined;
  return {
    text: file.slice(start + opens.length, end),
    rest: file.slice(0, start + opens.length) + file.slice(end),
  };
}
