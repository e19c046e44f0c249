/** Keeps what a console says. */
export interface Listener {
  readonly onData: (bytes: Buffer) => void;
  text(): string;
  bytes(): Buffer;
  /** Resolves when so many bytes have come. */
  until(sizeBytes: number): Promise<void>;
}

export function createListener(): Listener {
  const chunks: Buffer[] = [];
  let size = 0;
  let onChange: () => void = () => undefined;
  const bytes = () => Buffer.concat(chunks);
  return {
    onData(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      onChange();
    },
    bytes,
    text: () => bytes().toString('latin1'),
    until: sizeBytes =>
      new Promise(resolve => {
        onChange = () => {
          if (size >= sizeBytes) resolve();
        };
        onChange();
      }),
  };
}
