import { randomUUID } from 'node:crypto';
import type { AttachedConsole, AttachedConsolePatch, ServerConsole } from '#shared/contract/index.ts';
import type { ConsoleViewId } from '#shared/model/ids.ts';
import type { OutputRing } from './output-ring.ts';

/** What is on its way to a window and not acknowledged. */
const windowBytes = 256 * 1024;
/** Base64 of it is well below the contract's limit of a piece. */
const pieceBytes = 48 * 1024;
const tailBytes = 64 * 1024;

/** A window that shows a console. */
export interface ConsoleView {
  readonly id: ConsoleViewId;
  readonly name: string;
  readonly since: number;
  snapshot(row: ServerConsole): AttachedConsole;
  /** From now on `tell` gets the patches. */
  start(tell: (patch: AttachedConsolePatch) => void): void;
  /** The window has shown all up to `offset`. */
  taken(offset: number): void;
  /** Something new is in the ring. */
  pump(): void;
  tellRow(row: ServerConsole): void;
}

/**
 * Reads the ring at the pace of its window: no more than 256 KiB are under way, and what the ring no longer has by the time
 * the window is ready is left out and told as `skipped`. A view itself keeps no output.
 */
export function createConsoleView(ring: OutputRing, name: string, since: number): ConsoleView {
  const id = randomUUID() as ConsoleViewId;
  let tell: ((patch: AttachedConsolePatch) => void) | undefined;
  let sent = ring.end;
  let acknowledged = sent;
  let gapIndex = ring.gapCount;
  /** Left out, and the window has not come past it: never was under way. */
  let skips: { readonly from: number; readonly to: number }[] = [];

  function underWay(): number {
    const skipped = skips.reduce((sum, { from, to }) => sum + to - Math.max(from, acknowledged), 0);
    return sent - acknowledged - skipped;
  }

  function leaveOut(): void {
    if (ring.start <= sent) return;
    const skip = { from: sent, to: ring.start };
    skips.push(skip);
    sent = skip.to;
    tell?.({ op: 'skipped', ...skip });
  }

  function tellGaps(): void {
    for (let next = ring.gapAfter(gapIndex); next !== undefined; next = ring.gapAfter(gapIndex)) {
      const { offset, at, why } = next.gap;
      if (offset > sent) return;
      gapIndex = next.index + 1;
      tell?.({ op: 'gap', at, why });
    }
  }

  return {
    id,
    name,
    since,
    snapshot(row) {
      const offset = Math.max(ring.start, ring.end - tailBytes);
      sent = ring.end;
      acknowledged = offset;
      return { viewId: id, console: row, offset, tail: ring.read(offset, tailBytes).toString('base64') };
    },
    start(onPatch) {
      tell = onPatch;
    },
    taken(offset) {
      acknowledged = Math.min(sent, Math.max(acknowledged, offset));
      skips = skips.filter(({ to }) => to > acknowledged);
      this.pump();
    },
    pump() {
      if (tell === undefined) return;
      for (;;) {
        const room = windowBytes - underWay();
        if (room <= 0) return;
        leaveOut();
        tellGaps();
        const nextGap = ring.gapAfter(gapIndex)?.gap.offset ?? ring.end;
        const length = Math.min(room, pieceBytes, nextGap - sent);
        if (length <= 0) return;
        const data = ring.read(sent, length);
        tell({ op: 'output', offset: sent, data: data.toString('base64') });
        sent += length;
      }
    },
    tellRow: row => tell?.({ op: 'console', row }),
  };
}
