/** The serial line between a virtual BMC and the machine behind it. Calls must not block. */
export interface SerialPort {
  /** What a console typed. */
  write(bytes: Buffer): void;
  sendBreak(): void;
  /** Hears what the machine says until the returned function is called. One listener at a time. */
  onData(listener: (bytes: Buffer) => void): () => void;
}
