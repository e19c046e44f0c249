import type { Transport } from '#shared/contract/frames.ts';
import { countUnread } from '#shared/contract/unread-frames.ts';

/** What we use of Electron's MessagePortMain, which is an emitter and no EventTarget as elsewhere. */
export interface PortMain {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start(): void;
  postMessage(message: unknown): void;
  close(): void;
}

export function portMainTransport<Out>(port: PortMain): Transport<Out> {
  const unread = countUnread(
    message => port.postMessage(message),
    () => port.close(),
  );
  return {
    send: unread.send,
    onFrame(callback) {
      port.on('message', event => unread.receive(event.data, callback));
      port.start();
    },
    onClose: callback => void port.on('close', callback),
    close: () => port.close(),
  };
}
