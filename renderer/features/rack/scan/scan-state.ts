import type { FoundBmc, Scan, ScanPatch } from '#shared/contract/index.ts';
import { assertNever } from '#shared/model/assert-never.ts';

/** The scan after these changes; null: there is none. */
export function patchScan(scan: Scan | null, patches: readonly ScanPatch[]): Scan | null {
  return patches.reduce(patchOnce, scan);
}

function patchOnce(scan: Scan | null, patch: ScanPatch): Scan | null {
  switch (patch.op) {
    case 'started':
      return { status: patch.status, found: [] };
    case 'status':
      return scan && { ...scan, status: patch.status };
    case 'found':
      return scan && { ...scan, found: withRow(scan.found, patch.row) };
    case 'forgotten':
      return null;
    default:
      return assertNever(patch);
  }
}

function withRow(found: readonly FoundBmc[], row: FoundBmc): FoundBmc[] {
  const index = found.findIndex(({ address }) => address === row.address);
  return index < 0 ? [...found, row] : found.with(index, row);
}

/** What was typed, on one line and short enough for a title. */
export function shortened(text: string, longest = 60): string {
  const line = text.trim().replaceAll(/\s+/g, ' ');
  return line.length > longest ? `${line.slice(0, longest)}…` : line;
}

export function mayEnroll({ login, nodeId }: FoundBmc): boolean {
  return login.is === 'worked' && nodeId === null;
}

/** Three packets to each address that has not answered; less as soon as one does. */
export function secondsLeft({ status: { addresses, settled, packetsPerSecond } }: Scan): number {
  return ((addresses - settled) * 3) / packetsPerSecond;
}
