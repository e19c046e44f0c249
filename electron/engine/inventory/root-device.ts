import type { Disk, DiskChoice, RootDeviceHints } from '#shared/contract/index.ts';

/**
 * Which disk is meant. Hints are Ironic's (ironic-python-agent device_hints.py, oslo_utils specs_matcher): all must
 * match, text is compared in lower case, `size` is in GiB, values may carry an operator. Unlike Ironic there is no
 * "first match" and no "smallest disk": exactly one disk, or the person decides.
 */
export type DiskMatch =
  | { readonly kind: 'one'; readonly disk: Disk }
  | { readonly kind: 'none'; readonly wanted: string }
  | { readonly kind: 'many'; readonly wanted: string; readonly matches: readonly Disk[] };

export function matchDisk(choice: DiskChoice, disks: readonly Disk[]): DiskMatch {
  switch (choice.by) {
    case 'person': {
      const { serial, wwn, name, sizeBytes } = choice.disk;
      const identified = serial !== '' || wwn !== '';
      const matches = disks.filter(
        disk =>
          disk.sizeBytes === sizeBytes &&
          (serial === '' || sameText(disk.serial, serial)) &&
          (wwn === '' || sameText(disk.wwn, wwn)) &&
          (identified || disk.name === name),
      );
      return oneOf(matches, `${name} ${choice.disk.model} ${serial || wwn}`.trim());
    }
    case 'hints': {
      const { hints } = choice;
      const wanted = Object.entries(hints)
        .map(([hint, value]) => `${hint}=${String(value)}`)
        .join(', ');
      if (wanted === '') return { kind: 'none', wanted: 'no hint was given' };
      return oneOf(
        disks.filter(disk => matchesHints(disk, hints)),
        wanted,
      );
    }
  }
}

function oneOf(matches: readonly Disk[], wanted: string): DiskMatch {
  const [disk, ...others] = matches;
  if (disk === undefined) return { kind: 'none', wanted };
  return others.length === 0 ? { kind: 'one', disk } : { kind: 'many', wanted, matches };
}

function matchesHints(disk: Disk, hints: RootDeviceHints): boolean {
  const texts: [string | undefined, string][] = [
    [hints.serial, disk.serial],
    [hints.wwn, disk.wwn],
    [hints.model, disk.model],
    [hints.vendor, disk.model],
    [hints.name?.replace(/^\/dev\//, ''), disk.name],
    [hints.byPath?.replace(/^\/dev\/disk\/by-path\//, ''), disk.byPath],
    [hints.hctl, disk.hctl],
  ];
  const textsMatch = texts.every(([hint, actual]) => hint === undefined || matchesText(hint, actual));
  const sizeMatches =
    hints.size === undefined || matchesNumber(String(hints.size), Math.floor(disk.sizeBytes / 2 ** 30));
  return (
    textsMatch && sizeMatches && (hints.rotational === undefined || hints.rotational === disk.rotational)
  );
}

function sameText(one: string, other: string): boolean {
  return one.trim().toLowerCase() === other.trim().toLowerCase();
}

function matchesText(hint: string, actual: string): boolean {
  const value = actual.trim().toLowerCase();
  const spec = hint.trim().toLowerCase();
  const either = /^<or>\s+(.+)$/.exec(spec);
  if (either?.[1] !== undefined) return either[1].split(/\s+<or>\s+/).some(word => word.trim() === value);
  const all = /^<all-in>\s+(.+)$/.exec(spec);
  if (all?.[1] !== undefined) return all[1].split(/\s+/).every(word => value.includes(word));
  const [, operator, operand] = /^(s==|s!=|s<=|s>=|s<|s>|<in>)\s+(.*)$/.exec(spec) ?? [
    undefined,
    's==',
    spec,
  ];
  const wanted = operand ?? '';
  switch (operator) {
    case 's!=':
      return value !== wanted;
    case 's<':
      return value < wanted;
    case 's<=':
      return value <= wanted;
    case 's>':
      return value > wanted;
    case 's>=':
      return value >= wanted;
    case '<in>':
      return value.includes(wanted);
    default:
      return value === wanted;
  }
}

/** `=` means "at least" in Ironic's language (specs_matcher), `==` equal. A bare number is equal. */
function matchesNumber(hint: string, actual: number): boolean {
  const spec = hint.trim();
  const either = /^<or>\s+(.+)$/.exec(spec);
  if (either?.[1] !== undefined) return either[1].split(/\s+<or>\s+/).some(word => Number(word) === actual);
  const [, operator, operand] = /^(==|!=|<=|>=|<|>|=)?\s*(\d+(?:\.\d+)?)$/.exec(spec) ?? [];
  if (operand === undefined) return false;
  const wanted = Number(operand);
  switch (operator) {
    case '!=':
      return actual !== wanted;
    case '<':
      return actual < wanted;
    case '<=':
      return actual <= wanted;
    case '>':
      return actual > wanted;
    case '>=':
    case '=':
      return actual >= wanted;
    default:
      return actual === wanted;
  }
}
