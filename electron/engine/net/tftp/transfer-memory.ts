/** Memory for file content that waits for the wire, shared by all transfers of a server. */
export interface TransferMemory {
  /** Bytes for a new transfer, to be given back when it has ended. Smaller the less there is left, never nothing. */
  take(): number;
  give(bytes: number): void;
}

/** Two chunks to read ahead and a packet, each as large as the largest window (`maxWindowBytes`). */
export const partsOfShare = 3;
const largestShareBytes = partsOfShare * 256 * 1024;
/** A chunk of 4 KiB: boot programs ask for blocks of 1,468 bytes at most. Given beyond the budget, as nobody is refused. */
const smallestShareBytes = partsOfShare * 4 * 1024;
/** One client takes this part of what is left, so that a flood of silent ones makes windows small and not memory large. */
const shareOfRest = 16;

export function transferMemory(budgetBytes: number): TransferMemory {
  let takenBytes = 0;
  return {
    take() {
      const wanted = Math.floor((budgetBytes - takenBytes) / shareOfRest);
      const bytes = Math.max(smallestShareBytes, Math.min(wanted, largestShareBytes));
      takenBytes += bytes;
      return bytes;
    },
    give(bytes) {
      takenBytes -= bytes;
    },
  };
}
