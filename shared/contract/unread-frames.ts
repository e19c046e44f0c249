/** A port tells nobody how much waits in it, so each end says how many frames it has taken out. */
interface Receipt {
  readonly t: 'read';
  readonly frames: number;
}

/** A reader so many frames behind hangs; it is cut off, comes back and takes a snapshot, which is smaller. */
export const maxUnreadFrames = 10_000;
const framesPerReceipt = 250;

/**
 * The bound of a MessagePort, which both ends must use: counts what was sent and not yet read. `onTooMany` is called once;
 * after it nothing is sent any more.
 */
export function countUnread(post: (message: unknown) => void, onTooMany: () => void) {
  let unread = 0;
  let isOver = false;
  let read = 0;
  return {
    send(frame: unknown): void {
      if (isOver) return;
      post(frame); // first: what cannot be cloned throws, and was not sent
      unread += 1;
      if (unread <= maxUnreadFrames) return;
      isOver = true;
      onTooMany();
    },
    /** The frame that came, for `callback`; receipts stay here. */
    receive(message: unknown, callback: (frame: unknown) => void): void {
      if (isReceipt(message)) {
        unread = Math.max(0, unread - message.frames);
        return;
      }
      read += 1;
      if (read >= framesPerReceipt && !isOver) {
        post({ t: 'read', frames: read } satisfies Receipt);
        read = 0;
      }
      callback(message);
    },
  };
}

function isReceipt(message: unknown): message is Receipt {
  if (typeof message !== 'object' || message === null || !('t' in message) || message.t !== 'read')
    return false;
  return 'frames' in message && typeof message.frames === 'number' && message.frames > 0;
}
