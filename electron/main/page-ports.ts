import { MessageChannelMain, type WebContents } from 'electron';
import { hostChannels } from '#shared/contract/host-names.ts';
import type { EngineSupervisor } from './supervisor.ts';

/** Brokers one MessagePort between each page that asks and the running engine; main itself reads nothing of it. */
export class PagePorts {
  readonly #connect: EngineSupervisor['connect'];
  readonly #waiting = new Set<WebContents>();
  readonly #connected = new Set<WebContents>();

  constructor(connect: EngineSupervisor['connect']) {
    this.#connect = connect;
  }

  request(page: WebContents): void {
    if (page.isDestroyed()) return;
    const { port1, port2 } = new MessageChannelMain();
    if (!this.#connect(port1)) {
      this.#waiting.add(page);
      return;
    }
    this.#connected.add(page);
    page.postMessage(hostChannels.enginePort, null, [port2]);
  }

  engineRuns(): void {
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const page of waiting) this.request(page);
  }

  /** A port does not always say that the process behind it died; main knows. */
  engineLost(): void {
    for (const page of this.#connected) if (!page.isDestroyed()) page.send(hostChannels.engineLost);
    this.#connected.clear();
  }
}
