import { EventEmitter } from 'node:events';

/** Electron's MessagePortMain: an emitter whose messages wait until `start`, linked with another one. */
export class MessagePortMain extends EventEmitter {
  peer: MessagePortMain | undefined;
  #isStarted = false;
  #isClosed = false;
  readonly #waiting: unknown[] = [];

  postMessage(message: unknown): void {
    const copy: unknown = structuredClone(message);
    queueMicrotask(() => this.peer?.receive(copy));
  }

  receive(data: unknown): void {
    if (this.#isClosed) return;
    if (this.#isStarted) this.emit('message', { data, ports: [] });
    else this.#waiting.push(data);
  }

  start(): void {
    this.#isStarted = true;
    for (const data of this.#waiting.splice(0)) this.emit('message', { data, ports: [] });
  }

  close(): void {
    for (const end of [this, this.peer]) queueMicrotask(() => end?.shut());
  }

  shut(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.emit('close');
  }
}

export class MessageChannelMain {
  readonly port1 = new MessagePortMain();
  readonly port2 = new MessagePortMain();

  constructor() {
    this.port1.peer = this.port2;
    this.port2.peer = this.port1;
  }
}
