import type { Image } from '#shared/contract/index.ts';

export type Comparison = 'empty' | 'none-given' | 'same-file' | 'same-content' | 'not-counted' | 'different';

/**
 * What a person pasted from a download page, which may be the whole list of sums: compared with that of the file as it
 * came, and with that of the disk inside.
 */
export function compareChecksum(
  text: string,
  { sha256, sourceSha256 }: Pick<Image, 'sha256' | 'sourceSha256'>,
): Comparison {
  if (text.trim() === '') return 'empty';
  const sums = text.toLowerCase().match(/\b[0-9a-f]{64}\b/g);
  if (sums === null) return 'none-given';
  if (sourceSha256 !== '' && sums.includes(sourceSha256)) return 'same-file';
  if (sums.includes(sha256)) return 'same-content';
  return sourceSha256 === '' ? 'not-counted' : 'different';
}
