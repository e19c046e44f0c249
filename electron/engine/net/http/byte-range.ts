/** Ranges and entity tags (RFC 9110 §13.1, §14). */

export type RangeChoice =
  | { readonly kind: 'whole' }
  /** Both ends included. */
  | { readonly kind: 'part'; readonly first: number; readonly last: number }
  | { readonly kind: 'unsatisfiable' };

const whole: RangeChoice = { kind: 'whole' };

/**
 * A single `bytes` range is honoured. Several ranges, other units and nonsense are ignored, which §14.2 allows,
 * and the client gets the whole.
 */
export function chooseRange(header: string | undefined, sizeBytes: number): RangeChoice {
  const match = /^bytes=[ \t]*([0-9]*)-([0-9]*)[ \t]*$/i.exec(header ?? '');
  if (match === null) return whole;
  const [, from = '', to = ''] = match;
  if (from === '' && to === '') return whole;
  if (from === '') {
    const length = Math.min(Number(to), sizeBytes);
    return length === 0
      ? { kind: 'unsatisfiable' }
      : { kind: 'part', first: sizeBytes - length, last: sizeBytes - 1 };
  }
  const first = Number(from);
  const last = to === '' ? sizeBytes - 1 : Math.min(Number(to), sizeBytes - 1);
  if (to !== '' && Number(to) < first) return whole;
  return first >= sizeBytes ? { kind: 'unsatisfiable' } : { kind: 'part', first, last };
}

/** If-None-Match: weak comparison against each member of the list, `*` matches any. */
export function matchesEntityTag(header: string | undefined, etag: string | undefined): boolean {
  if (header === undefined || etag === undefined) return false;
  const strip = (tag: string): string => tag.trim().replace(/^W\//, '');
  return header.trim() === '*' || header.split(',').some(member => strip(member) === strip(etag));
}

/** If-Range: strong comparison. Without a modification date of ours a date never matches (§13.1.5). */
export function rangeStillValid(header: string | undefined, etag: string | undefined): boolean {
  return header === undefined || (etag !== undefined && !etag.startsWith('W/') && header.trim() === etag);
}
