import { canonicalJson } from './canonical-json.ts';

/** SHA-256 of the text's UTF-8, in lower-case hex. */
export type Digest = (text: string) => string;

export const reportFormat = 'rackside-report-1';

export interface ChainedRecord {
  readonly hash: string;
  readonly record: unknown;
}

/** What a chain begins with. */
const noHash = '0'.repeat(64);

/**
 * The hash of a record, which has the one before in it: SHA-256 of the hash before, a line feed, and the record as
 * canonical JSON. So whoever changes, takes out, adds or moves a record must make all hashes after it anew, and the last
 * one, the *head*, is another. That is all that it proves. There is no signature: whoever has the file can make a whole new
 * chain. Compare the head with the one that somebody else noted.
 */
export function chainedHash(before: string, record: unknown, digest: Digest): string {
  return digest(`${before}\n${canonicalJson(record)}`);
}

/** From the beginning, or behind the record that has this hash. */
export function chainOf(
  records: readonly unknown[],
  digest: Digest,
  behind: string = noHash,
): ChainedRecord[] {
  let before = behind;
  return records.map(record => {
    before = chainedHash(before, record, digest);
    return { hash: before, record };
  });
}

export function headOf(chain: readonly ChainedRecord[]): string {
  return chain.at(-1)?.hash ?? noHash;
}

/** A record a line. No `<`, so that it can stand in a page. */
export function chainText(chain: readonly ChainedRecord[]): string {
  const lines = chain.map(({ hash, record }) => `{"hash":"${hash}","record":${canonicalJson(record)}}`);
  const text = `{"format":"${reportFormat}","records":[\n${lines.join(',\n')}\n],"head":"${headOf(chain)}"}\n`;
  return text.replaceAll('<', String.raw`\u003c`);
}
