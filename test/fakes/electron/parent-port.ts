import { EventEmitter } from 'node:events';
import { MessagePortMain } from './message-port-main.ts';

/** Between the double of `utilityProcess` and the process that it forks. */
export type Wire =
  | { readonly kind: 'message'; readonly data: unknown; readonly ports: readonly number[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'close'; readonly port: number };

// Loaded before the engine's entry (`--import`): makes `process.parentPort` of the IPC channel of `fork`.
const send = (wire: Wire) => void process.send?.(wire);
const ports = new Map<number, MessagePortMain>();

class ParentPort extends EventEmitter {
  postMessage(data: unknown): void {
    send({ kind: 'message', data, ports: [] });
  }
}
const parentPort = new ParentPort();
Object.assign(process, { parentPort });

process.on('message', (wire: Wire) => {
  if (wire.kind === 'message')
    parentPort.emit('message', { data: wire.data, ports: wire.ports.map(openPort) });
  else if (wire.kind === 'port') ports.get(wire.port)?.receive(wire.data);
  else ports.get(wire.port)?.shut();
});
process.on('disconnect', () => process.exit(1));

function openPort(port: number): MessagePortMain {
  const local = new MessagePortMain();
  local.postMessage = data => send({ kind: 'port', port, data });
  local.close = () => send({ kind: 'close', port });
  ports.set(port, local);
  return local;
}
