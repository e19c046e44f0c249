/** One comparison of ours with a peer, both measured in the same run. `ratio` above 1: ours is better, whatever the unit. */
export interface BenchRow {
  readonly bench: string;
  readonly case: string;
  /** `MB/s`, `ms`, `1/s`, `CPU s/GB` … */
  readonly unit: string;
  /** Medians over `runs`. */
  readonly ours: number;
  /** Null where no peer can do this case. */
  readonly peer: number | null;
  readonly peerName: string;
  readonly ratio: number | null;
  readonly runs: number;
}
