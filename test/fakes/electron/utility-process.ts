import { type ChildProcess, fork } from 'node:child_process';
import { EventEmitter } from 'node:events';
import path from 'node:path';
import type { MessagePortMain } from './message-port-main.ts';
import type { Wire } from './parent-port.ts';

export interface UtilityOptions {
  /** What is run instead of the built entry that main names. */
  readonly entry?: string;
  /** Whether the ports of a dead process close by themselves: main must not count on it. */
  readonly closesPorts: boolean;
}

interface ForkOptions {
  readonly serviceName?: string;
  readonly env?: NodeJS.ProcessEnv;
}

/** Electron's UtilityProcess, made of a real process of Node. */
export class UtilityProcess extends EventEmitter {
  readonly child: ChildProcess;
  readonly #ports = new Map<number, MessagePortMain>();
  #lastPort = 0;

  constructor(modulePath: string, options: ForkOptions, { entry = modulePath, closesPorts }: UtilityOptions) {
    super();
    this.child = fork(entry, [], {
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      serialization: 'advanced',
      env: options.env,
      execArgv: ['--import', path.join(import.meta.dirname, 'parent-port.ts')],
    });
    this.child.on('message', (wire: Wire) => this.#receive(wire));
    this.child.on('exit', (code, signal) => {
      if (closesPorts) for (const port of this.#ports.values()) port.close();
      this.emit('exit', code ?? (signal === 'SIGKILL' ? 9 : 15));
    });
  }

  get pid(): number | undefined {
    return this.child.pid;
  }

  get stdout() {
    return this.child.stdout;
  }

  get stderr() {
    return this.child.stderr;
  }

  postMessage(data: unknown, transfer: readonly MessagePortMain[] = []): void {
    const ports = transfer.map(port => {
      this.#lastPort += 1;
      const id = this.#lastPort;
      this.#ports.set(id, port);
      port.on('message', (event: { data: unknown }) =>
        this.#send({ kind: 'port', port: id, data: event.data }),
      );
      port.on('close', () => this.#send({ kind: 'close', port: id }));
      port.start();
      return id;
    });
    this.#send({ kind: 'message', data, ports });
  }

  kill(): boolean {
    return this.child.kill();
  }

  #send(wire: Wire): void {
    if (this.child.connected) this.child.send(wire);
  }

  #receive(wire: Wire): void {
    if (wire.kind === 'message') this.emit('message', wire.data);
    else if (wire.kind === 'port') this.#ports.get(wire.port)?.postMessage(wire.data);
    else this.#ports.get(wire.port)?.close();
  }
}
