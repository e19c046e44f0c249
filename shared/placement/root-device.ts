import type { Disk, DiskChoice, RootDeviceHints } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';
import { findAgain } from '#shared/model/disk-identity.ts';
import { matchesGibibytes, matchesText, namesItWhole } from './hint-operators.ts';

type TextHint = string | readonly string[];

/**
 * Which disk is meant. Hints are Ironic's (ironic-python-agent device_hints.py): all must match, `size` is in GiB, values
 * may carry an operator (`hint-operators.ts`). Unlike Ironic there is no "first match" and no "smallest disk": exactly one
 * disk, or the person decides.
 */
export type DiskMatch =
  | { readonly kind: 'one'; readonly disk: Disk }
  | { readonly kind: 'none'; readonly wanted: string }
  | { readonly kind: 'many'; readonly wanted: string; readonly matches: readonly Disk[] };

/** Chosen among `disks`; told from all that are `seen`, because the ramdisk sees those too when it writes. */
export function matchDisk(
  choice: DiskChoice,
  disks: readonly Disk[],
  seen: readonly Disk[] = disks,
): DiskMatch {
  switch (choice.by) {
    case 'person': {
      const { name, model, serial, wwn, byPath } = choice.disk;
      const matches = findAgain(choice.disk, disks);
      return oneOf(matches, `${name} ${model} ${serial || wwn || byPath}`.trim(), seen);
    }
    case 'hints': {
      const { hints } = choice;
      const wanted = Object.entries(hints)
        .map(([hint, value]) => `${hint}=${String(value)}`)
        .join(', ');
      if (wanted === '') return { kind: 'none', wanted: 'no hint was given' };
      const matches = disks.filter(disk => matchesHints(disk, hints));
      return oneOf(matches, wanted, seen);
    }
    default:
      return assertNever(choice);
  }
}

/** One that could not be told from another right before the write is as good as several. */
function oneOf(matches: readonly Disk[], wanted: string, seen: readonly Disk[]): DiskMatch {
  const [disk, ...others] = matches;
  if (disk === undefined) return { kind: 'none', wanted };
  const alike = others.length > 0 ? matches : findAgain(disk, seen);
  return alike.length === 1 ? { kind: 'one', disk } : { kind: 'many', wanted, matches: alike };
}

function matchesHints(disk: Disk, hints: RootDeviceHints): boolean {
  const { wwn, extension } = wwnParts(disk.wwn);
  const texts: readonly (readonly [hint: TextHint | undefined, actual: string, folder?: string])[] = [
    [hints.serial, disk.serial],
    [hints.wwnWithExtension, disk.wwn],
    [hints.wwnVendorExtension, extension],
    [hints.model, disk.model],
    [hints.vendor, disk.vendor],
    [hints.name, disk.name, '/dev/'],
    [hints.byPath, disk.byPath, '/dev/disk/by-path/'],
    [hints.hctl, disk.hctl],
    [hints.tran, disk.transport],
  ];
  return (
    texts.every(([hint, actual, folder]) => matchesAny(hint, word => matchesText(word, actual, folder))) &&
    // Ironic's `wwn` is the part before the vendor's extension; a person copies the whole one from the list of disks.
    matchesAny(
      hints.wwn,
      word => matchesText(word, wwn) || (namesItWhole(word) && matchesText(word, disk.wwn)),
    ) &&
    (hints.size === undefined || matchesGibibytes(hints.size, disk.sizeBytes)) &&
    (hints.rotational === undefined || hints.rotational === disk.rotational)
  );
}

/** As udev splits it for Ironic: of a NAA 6 identifier (SPC-4 §7.8.6.6.5) the last 16 digits are the vendor's own. */
function wwnParts(whole: string): { readonly wwn: string; readonly extension: string } {
  const [, first, rest] = /^(0x[0-9a-f]{16})([0-9a-f]{16})$/i.exec(whole.trim()) ?? [];
  return first === undefined ? { wwn: whole, extension: '' } : { wwn: first, extension: `0x${rest}` };
}

/** No hint fits everything; a list fits when one of it does. */
function matchesAny(hint: TextHint | undefined, matches: (word: string) => boolean): boolean {
  if (hint === undefined) return true;
  return typeof hint === 'string' ? matches(hint) : hint.some(matches);
}
