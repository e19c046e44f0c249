/** Random access to an image. `read` gives fewer bytes than asked for only at the end, and rejects on a read error. */
export interface ByteReader {
  readonly sizeBytes: number;
  readonly read: (offsetBytes: number, lengthBytes: number) => Promise<Uint8Array>;
}

/** A piece of a file in the image. Without an offset it was never recorded and reads as zeros. */
export interface Extent {
  readonly offsetBytes: number | undefined;
  readonly lengthBytes: number;
}

export interface DiscFile {
  readonly kind: 'file';
  readonly sizeBytes: number;
  /** In order; together exactly `sizeBytes`, each inside the image. */
  readonly extents: readonly Extent[];
}

export interface DiscSymlink {
  readonly kind: 'symlink';
  /** As recorded: may be absolute, may lead out of the disc, may lead nowhere. */
  readonly target: string;
}

export interface DiscDirectory {
  readonly kind: 'directory';
  readonly entries: ReadonlyMap<string, DiscNode>;
}

export type DiscNode = DiscDirectory | DiscFile | DiscSymlink;
