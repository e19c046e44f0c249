/** What is typed goes in order and one call at a time; what comes meanwhile goes together with the next. */
export interface TypeQueue {
  /** False: so much waits already that more would only be lost later. */
  readonly add: (bytes: Uint8Array) => boolean;
}

/** As base64 a call has room for 8192. */
const callBytes = 6000;
const waitingBytesMax = 64 * 1024;

export function newTypeQueue(
  send: (bytes: Uint8Array) => Promise<unknown>,
  onFailed: (thrown: unknown) => void,
): TypeQueue {
  let waiting: number[] = [];
  let isSending = false;
  const run = async () => {
    isSending = true;
    try {
      while (waiting.length > 0) {
        const part = waiting.slice(0, callBytes);
        waiting = waiting.slice(callBytes);
        await send(Uint8Array.from(part));
      }
    } catch (thrown) {
      // Half of a line must not be followed by its end.
      waiting = [];
      onFailed(thrown);
    } finally {
      isSending = false;
    }
  };
  return {
    add(bytes) {
      if (waiting.length + bytes.length > waitingBytesMax) return false;
      waiting.push(...bytes);
      if (!isSending) void run();
      return true;
    },
  };
}
