import type { Transport } from './frames.ts';

/** What browsers' WebSocket and that of the `ws` package have in common. */
export interface WebSocketLike {
  readonly readyState: number;
  readonly bufferedAmount: number;
  send(text: string): void;
  close(): void;
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void;
  addEventListener(type: 'close', listener: () => void): void;
}

const open = 1;
/** A reader this far behind is cut off; it comes back and takes a snapshot, which is smaller. */
const maxBufferedBytes = 32 * 1024 * 1024;

/** Frames as JSON text. `socket` is open already. Text that is no JSON arrives as `undefined`: a malformed frame. */
export function webSocketTransport<Out>(socket: WebSocketLike): Transport<Out> {
  return {
    send(frame) {
      if (socket.readyState !== open) return;
      if (socket.bufferedAmount > maxBufferedBytes) socket.close();
      else socket.send(JSON.stringify(frame));
    },
    onFrame: callback => socket.addEventListener('message', event => callback(parseJson(event.data))),
    onClose: callback => socket.addEventListener('close', () => callback()),
    close: () => socket.close(),
  };
}

function parseJson(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data);
  } catch {
    return undefined; // the peer's mistake; the receiver counts it as a malformed frame
  }
}
