import type { ClientFrame, EngineFrame, Transport } from './frames.ts';

/**
 * Both ends of a channel inside one process, for tests and the in-process host. Frames are cloned and delivered later,
 * in order, as a MessagePort does it.
 */
export function memoryPair(): { client: Transport<ClientFrame>; engine: Transport<EngineFrame> } {
  const client = halfChannel<ClientFrame>();
  const engine = halfChannel<EngineFrame>();
  client.peer = engine;
  engine.peer = client;
  return { client: client.transport, engine: engine.transport };
}

interface Half {
  peer: Half | undefined;
  isOpen: boolean;
  readonly onFrame: ((frame: unknown) => void)[];
  readonly onClose: (() => void)[];
}

function halfChannel<Out>(): Half & { transport: Transport<Out> } {
  const half: Half = { peer: undefined, isOpen: true, onFrame: [], onClose: [] };
  const transport: Transport<Out> = {
    send(frame) {
      const copy = structuredClone(frame);
      queueMicrotask(() => {
        if (half.peer?.isOpen === true) for (const callback of half.peer.onFrame) callback(copy);
      });
    },
    onFrame: callback => void half.onFrame.push(callback),
    onClose: callback => void half.onClose.push(callback),
    close() {
      for (const end of [half, half.peer]) queueMicrotask(() => shut(end));
    },
  };
  return Object.assign(half, { transport });
}

function shut(half: Half | undefined): void {
  if (half?.isOpen !== true) return;
  half.isOpen = false;
  for (const callback of half.onClose) callback();
}
