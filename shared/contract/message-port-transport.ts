import type { Transport } from './frames.ts';
import { countUnread } from './unread-frames.ts';

/** What browsers' and Node's MessagePort have in common. */
export interface MessagePortLike {
  postMessage(message: unknown): void;
  addEventListener(type: string, listener: (event: object) => void): void;
  start?(): void;
  close(): void;
}

/**
 * Frames as structured clones. `close` comes from the port's own event (Chromium 122 and later, Node), or from the
 * owner, who knows by other means that the process at the other end is gone.
 */
export function messagePortTransport<Out>(port: MessagePortLike): Transport<Out> {
  const closed: (() => void)[] = [];
  let isOpen = true;
  const onClose = () => {
    if (!isOpen) return;
    isOpen = false;
    for (const callback of closed) callback();
  };
  port.addEventListener('close', onClose);
  const close = () => {
    port.close();
    onClose();
  };
  const unread = countUnread(message => port.postMessage(message), close);
  return {
    send: unread.send,
    onFrame(callback) {
      port.addEventListener('message', event => unread.receive((event as { data?: unknown }).data, callback));
      port.start?.();
    },
    onClose: callback => void closed.push(callback),
    close,
  };
}
