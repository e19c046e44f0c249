import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { BrowserContext, Frame, Page, Route } from '@playwright/test';
import type { MessagePortMain } from './message-port-main.ts';
import { bindingName, deliverName, type FromPage, pageSideScript, type ToPage } from './page-side.ts';

/** Chromium knows no `app:`; a secure origin of its own stands for it, and main never sees the difference. */
const standIn = 'http://bundle.localhost';
const real = 'app://bundle';
const toReal = (url: string) => (url.startsWith(standIn) ? real + url.slice(standIn.length) : url);
const toStandIn = (url: string) => (url.startsWith(real) ? standIn + url.slice(real.length) : url);

/** What a page does that main has registered handlers for. */
export interface PageSurroundings {
  readonly context: BrowserContext;
  /** True: the request is cancelled. */
  isCancelled(url: string): Promise<boolean>;
  answer(request: Request): Promise<Response>;
  ipc(message: Extract<FromPage, { channel: string }>, event: IpcEvent): Promise<unknown>;
}

export interface IpcEvent {
  readonly sender: WebContents;
  readonly senderFrame: { readonly url: string; readonly parent: object | null } | null;
}

type OpenHandler = (details: { url: string }) => { action: string };

/** Electron's WebContents, made of a page in a real Chromium. */
export class WebContents extends EventEmitter {
  readonly #surroundings: PageSurroundings;
  readonly #ports = new Map<number, MessagePortMain>();
  #openHandler: OpenHandler = () => ({ action: 'allow' });
  #page: Page | undefined;
  #loading = '';
  #lastPort = 0;
  /** Deliveries one after the other: a MessagePort keeps its order. */
  #deliveries: Promise<unknown> = Promise.resolve();

  constructor(surroundings: PageSurroundings) {
    super();
    this.#surroundings = surroundings;
  }

  get page(): Page {
    if (this.#page === undefined) throw new Error('no page is loaded');
    return this.#page;
  }

  isDestroyed(): boolean {
    return this.#page?.isClosed() ?? false;
  }

  async close(): Promise<void> {
    await this.#page?.close();
  }

  setWindowOpenHandler(handler: OpenHandler): void {
    this.#openHandler = handler;
  }

  reload(): void {
    this.#loading = this.page.url();
    void this.page.reload();
  }

  send(channel: string, ...args: unknown[]): void {
    this.#deliver({ kind: 'message', channel, args, ports: [] });
  }

  postMessage(channel: string, message: unknown, transfer: readonly MessagePortMain[] = []): void {
    const ports = transfer.map(port => {
      this.#lastPort += 1;
      const id = this.#lastPort;
      this.#ports.set(id, port);
      port.on('message', (event: { data: unknown }) =>
        this.#deliver({ kind: 'port', port: id, data: event.data }),
      );
      port.on('close', () => this.#deliver({ kind: 'close', port: id }));
      port.start();
      return id;
    });
    this.#deliver({ kind: 'message', channel, args: [message], ports });
  }

  async load(url: string, preloadFile: string): Promise<void> {
    const page = await this.#surroundings.context.newPage();
    this.#page = page;
    await page.exposeBinding(bindingName, ({ frame }, message: FromPage) => this.#fromPage(message, frame));
    await page.addInitScript(pageSideScript(readFileSync(preloadFile, 'utf8')));
    await page.route('**/*', route => this.#onRequest(route));
    page.on('popup', popup => void this.#onPopup(popup));
    page.on('close', () => this.emit('destroyed'));
    this.#loading = toStandIn(url);
    await page.goto(this.#loading);
  }

  #deliver(wire: ToPage): void {
    const [name, page] = [deliverName, this.page];
    this.#deliveries = this.#deliveries
      .then(() =>
        page.evaluate(
          ([key, value]) => (window as unknown as Record<string, (wire: unknown) => void>)[key]?.(value),
          [name, wire] as const,
        ),
      )
      .catch(() => undefined); // the page is gone or between two documents
  }

  async #fromPage(message: FromPage, frame: Frame): Promise<unknown> {
    if (message.kind === 'port') this.#ports.get(message.port)?.postMessage(message.data);
    else if (message.kind === 'close') this.#ports.get(message.port)?.close();
    else {
      const senderFrame = { url: toReal(frame.url()), parent: frame.parentFrame() };
      return await this.#surroundings.ipc(message, { sender: this, senderFrame });
    }
    return undefined;
  }

  async #onRequest(route: Route): Promise<void> {
    const request = route.request();
    const url = toReal(request.url());
    if (request.isNavigationRequest() && !this.#mayNavigate(request.url(), request.frame()))
      return await route.abort('aborted'); // the browser stays where it is
    if (await this.#surroundings.isCancelled(url)) return await route.abort('blockedbyclient');
    if (!url.startsWith('app:')) return await route.fulfill({ status: 404 });
    const answer = await this.#surroundings.answer(new Request(url, { method: request.method() }));
    return await route.fulfill({
      status: answer.status,
      headers: Object.fromEntries(answer.headers),
      body: Buffer.from(await answer.arrayBuffer()),
    });
  }

  /** Navigations that main starts itself are not asked about, as in Electron. */
  #mayNavigate(url: string, frame: Frame): boolean {
    const isOwn = url === this.#loading && frame.parentFrame() === null;
    if (isOwn) {
      this.#loading = '';
      return true;
    }
    const event = new NavigationEvent(toReal(url));
    if (frame.parentFrame() === null) this.emit('will-navigate', event);
    this.emit('will-frame-navigate', event);
    return !event.isPrevented;
  }

  async #onPopup(popup: Page): Promise<void> {
    const { action } = this.#openHandler({ url: toReal(popup.url()) });
    if (action === 'deny') await popup.close();
  }
}

export class PreventableEvent {
  isPrevented = false;

  preventDefault(): void {
    this.isPrevented = true;
  }
}

export class NavigationEvent extends PreventableEvent {
  readonly url: string;

  constructor(url: string) {
    super();
    this.url = url;
  }
}
