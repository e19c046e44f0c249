import type { Budget } from '../disc-tree/budget.ts';
import { accepted, type DiscDecoded, refused } from '../disc-tree/refusal.ts';
import type { BlockAddress } from './allocation.ts';
import { readTag, tags } from './descriptor-tag.ts';
import { longAddress } from './icb.ts';
import { ostaText } from './osta-text.ts';

export interface FileIdentifier {
  readonly name: string;
  readonly isDirectory: boolean;
  readonly icb: BlockAddress;
}

const deletedOrParent = 0x04 | 0x08;

/**
 * File identifier descriptors (ECMA-167 4/14.4), one behind the other, each padded to 4 bytes:
 *
 *     0     16        18         19      20      36        38
 *     +-----+---------+----------+-------+-------+---------+----------+------+
 *     | tag | version | bits: 2  | name  | ICB   | use     | use      | name |
 *     |     | u16     | directory| length| 16    | length  |          | CS0  |
 *     +-----+---------+----------+-------+-------+---------+----------+------+
 *
 * `offset` is where the directory begins, for messages. The parent and deleted files are left out.
 */
export function splitIdentifiers(
  bytes: Buffer,
  offset: number,
  budget: Budget,
): DiscDecoded<FileIdentifier[]> {
  const found: FileIdentifier[] = [];
  for (let at = 0; at + 38 <= bytes.length; ) {
    const nameAt = at + 38 + bytes.readUInt16LE(at + 36);
    const end = nameAt + bytes.readUInt8(at + 19);
    const next = (end + 3) & ~3;
    // A checksum over more than itself would have all that follows read once for each.
    const own = bytes.subarray(at, Math.min(next, bytes.length));
    if (end > bytes.length || readTag(own)?.tag !== tags.fileIdentifier)
      return refused('malformed', offset, `no file identifier at byte ${at} of a directory`);
    const spent = budget.spend('entries', 1, offset);
    if (spent !== undefined) return spent;
    const characteristics = bytes.readUInt8(at + 18);
    if ((characteristics & deletedOrParent) === 0) {
      const name = ostaText(bytes.subarray(nameAt, end));
      if (name === undefined)
        return refused('malformed', offset, `an unknown character set at byte ${nameAt}`);
      found.push({ name, isDirectory: (characteristics & 0x02) !== 0, icb: longAddress(bytes, at + 20) });
    }
    at = next;
  }
  return accepted(found);
}
