/** One file of the new system; nothing else is in it. */
export interface NetworkFile {
  /** From the system's root, without the leading slash. */
  readonly path: string;
  readonly text: string;
  readonly mode: 0o600 | 0o644;
}

/** One line `NAME="value"` of a sysconfig file that the distribution brings: the rest of it stays. */
export interface SysconfigSetting {
  readonly path: string;
  readonly name: string;
  readonly value: string;
}

export interface RenderedNetwork {
  readonly files: readonly NetworkFile[];
  readonly settings: readonly SysconfigSetting[];
}
