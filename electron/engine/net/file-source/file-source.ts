/** Where a request came from. `address` is textual IPv4 or IPv6, never a name. */
export interface ClientAddress {
  readonly address: string;
  readonly port: number;
}

/** One opened file, on a disk or made up for this request. Size and content do not change while it is open. */
export interface ReadableFile {
  readonly sizeBytes: number;
  /** A strong validator including its quotes (RFC 9110 §8.8.3). Absent: the file offers none. */
  readonly etag?: string;
  /**
   * The bytes from `offsetBytes`, exactly `lengthBytes` of them unless the file ends first.
   * `into` (at least `lengthBytes` long) is memory that an implementation may fill instead of allocating;
   * the result is then a view of it and is valid until the caller uses `into` again. Rejects on a read error
   * and when a file turns out shorter than `sizeBytes`.
   */
  read(offsetBytes: number, lengthBytes: number, into?: Uint8Array): Promise<Uint8Array>;
  close(): Promise<void>;
}

export interface FileRequest {
  /** As the client wrote it, not checked: pass it through `containedPath` before it names anything. */
  readonly path: string;
  readonly client: ClientAddress;
}

/** Policy: which file this client gets for that path. `undefined` is "there is none", which both protocols can say. */
export type FileSource = (request: FileRequest) => Promise<ReadableFile | undefined>;
