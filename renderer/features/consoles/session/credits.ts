/** The engine keeps back what is more than 256 KiB ahead of what was acknowledged: four steps of this. */
const stepBytes = 64 * 1024;

export interface Credits {
  /** Everything up to this offset is on the screen now. The offset to acknowledge, or null: it is not worth a call yet. */
  readonly shown: (offset: number) => number | null;
}

/** What a view acknowledges: in steps, because a keystroke's echo must not cost a call. */
export function newCredits(startOffset: number): Credits {
  let acknowledged = startOffset;
  return {
    shown(offset) {
      if (offset - acknowledged < stepBytes) return null;
      acknowledged = offset;
      return offset;
    },
  };
}
