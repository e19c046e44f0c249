export type SyslogTransport = 'udp' | 'tcp';

export type SyslogRefusal =
  /** A datagram over the address' rate. TCP is read more slowly instead. */
  | 'too-fast'
  /** No text in it. */
  | 'malformed'
  | 'too-many-connections';

/** What did not become a message, for the health page. An observer must not throw. */
export type SyslogObservation =
  | {
      readonly kind: 'refused';
      readonly sourceAddress: string;
      readonly transport: SyslogTransport;
      readonly why: SyslogRefusal;
      /** So many since the last observation of this address and reason. */
      readonly count: number;
    }
  /** A socket of ours broke. */
  | { readonly kind: 'failed'; readonly transport: SyslogTransport; readonly cause: unknown };
