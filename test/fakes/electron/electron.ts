import { EventEmitter, once } from 'node:events';
import type { Browser, BrowserContext, Page } from '@playwright/test';
import { launchChromium } from '../launch-chromium.ts';
import type { FromPage } from './page-side.ts';
import { UtilityProcess as FakeUtilityProcess, type UtilityOptions } from './utility-process.ts';
import { type IpcEvent, PreventableEvent, WebContents } from './web-contents.ts';

export { MessageChannelMain } from './message-port-main.ts';

/**
 * A double of the `electron` module, as far as our main process uses it: pages are real ones in Debian's Chromium, the
 * engine's process is a real one. What security depends on is written down in `recorded`. What it cannot show is listed
 * in `docs/verification.md`.
 */
export interface Recorded {
  schemes: unknown[];
  isSandboxEnabled: boolean;
  windowOptions: Record<string, unknown>[];
  forks: { modulePath: string; options: Record<string, unknown> }[];
  permissionRequest:
    | ((contents: unknown, permission: string, answer: (ok: boolean) => void) => void)
    | undefined;
  permissionCheck: ((contents: unknown, permission: string) => boolean) | undefined;
  devicePermission: (() => boolean) | undefined;
  menus: unknown[];
  dialogs: unknown[];
  powerSaveBlockers: number;
  notifications: string[];
  quits: number;
}

type BeforeRequest = (details: { url: string }, callback: (answer: { cancel?: boolean }) => void) => void;
type ProtocolHandler = (request: Request) => Promise<Response> | Response;
type InvokeHandler = (event: IpcEvent, ...args: unknown[]) => unknown;

let context: BrowserContext;
let browser: Browser | undefined;
let utility: UtilityOptions;
export let recorded: Recorded;
export let windows: BrowserWindow[] = [];
export let engines: FakeUtilityProcess[] = [];
let protocolHandlers = new Map<string, ProtocolHandler>();
let invokeHandlers = new Map<string, InvokeHandler>();
let beforeRequest: BeforeRequest = (_details, callback) => callback({});
let saveDialogAnswer = { canceled: true, filePath: '' };
let openDialogAnswer: { canceled: boolean; filePaths: string[] } = { canceled: true, filePaths: [] };
let messageBoxAnswer = 0;
let keyring: string | undefined;

export async function openDouble(options: UtilityOptions & { readonly keyring?: string }): Promise<void> {
  browser ??= await launchChromium();
  context = await browser.newContext();
  utility = options;
  keyring = options.keyring;
  recorded = {
    schemes: [],
    isSandboxEnabled: false,
    windowOptions: [],
    forks: [],
    permissionRequest: undefined,
    permissionCheck: undefined,
    devicePermission: undefined,
    menus: [],
    dialogs: [],
    powerSaveBlockers: 0,
    notifications: [],
    quits: 0,
  };
  windows = [];
  engines = [];
  protocolHandlers = new Map();
  invokeHandlers = new Map();
  for (const emitter of [app, ipcMain, session.defaultSession]) emitter.removeAllListeners();
}

/** Quits as a person does, so that main ends its engine; the browser stays for the next run. */
export async function closeDouble(): Promise<void> {
  const ended = engines.filter(({ child }) => child.exitCode === null && child.signalCode === null);
  app.quit();
  await Promise.all(ended.map(engine => once(engine.child, 'close')));
  await context.close();
}

export async function closeBrowser(): Promise<void> {
  await browser?.close();
  browser = undefined;
}

/** Sees each page before it loads anything. */
export function onPage(callback: (page: Page) => void): void {
  context.on('page', callback);
}

export function answerSaveDialogs(save: typeof saveDialogAnswer): void {
  saveDialogAnswer = save;
}

export function answerDialogs(open: typeof openDialogAnswer, messageBox = 0): void {
  openDialogAnswer = open;
  messageBoxAnswer = messageBox;
}

/** As if a frame had sent this: for frames that our page does not have. */
export async function ipcFrom(event: IpcEvent, channel: string, ...args: unknown[]): Promise<unknown> {
  ipcMain.emit(channel, event, ...args);
  return await invokeHandlers.get(channel)?.(event, ...args);
}

export function fetchApp(url: string, method = 'GET'): Promise<Response> {
  const handler = protocolHandlers.get(new URL(url).protocol.slice(0, -1));
  if (handler === undefined) throw new Error(`no handler for ${url}`);
  return Promise.resolve(handler(new Request(url, { method })));
}

export function isRequestCancelled(url: string): Promise<boolean> {
  return new Promise(resolve => beforeRequest({ url }, ({ cancel }) => resolve(cancel === true)));
}

async function ipc(message: Extract<FromPage, { channel: string }>, event: IpcEvent): Promise<unknown> {
  if (message.kind === 'send') return void ipcMain.emit(message.channel, event, ...message.args);
  try {
    const handler = invokeHandlers.get(message.channel);
    if (handler === undefined) throw new Error(`no handler for ${message.channel}`);
    return { value: await handler(event, ...message.args) };
  } catch (error) {
    return { error: error instanceof Error ? error.message : String(error) };
  }
}

class App extends EventEmitter {
  readonly isPackaged = true;
  enableSandbox(): void {
    recorded.isSandboxEnabled = true;
  }
  requestSingleInstanceLock(): boolean {
    return true;
  }
  whenReady(): Promise<void> {
    return Promise.resolve();
  }
  getVersion(): string {
    return '0.0.0-test';
  }
  /** Closes the windows, then asks as Electron does. */
  quit(): void {
    for (const window of windows) window.close();
    const event = new PreventableEvent();
    this.emit('will-quit', event);
    if (!event.isPrevented) recorded.quits += 1;
  }
  exit(): void {
    recorded.quits += 1;
  }
}
export const app = new App();

export const protocol = {
  registerSchemesAsPrivileged: (schemes: unknown[]) => void recorded.schemes.push(...schemes),
  handle: (scheme: string, handler: ProtocolHandler) => void protocolHandlers.set(scheme, handler),
};

class Session extends EventEmitter {
  readonly webRequest = {
    onBeforeRequest: (listener: BeforeRequest) => {
      beforeRequest = listener;
    },
  };
  setPermissionRequestHandler(handler: NonNullable<Recorded['permissionRequest']>): void {
    recorded.permissionRequest = handler;
  }
  setPermissionCheckHandler(handler: NonNullable<Recorded['permissionCheck']>): void {
    recorded.permissionCheck = handler;
  }
  setDevicePermissionHandler(handler: () => boolean): void {
    recorded.devicePermission = handler;
  }
  setDisplayMediaRequestHandler(): void {
    // nothing here asks for a screen
  }
}
export const session = { defaultSession: new Session() };

class IpcMain extends EventEmitter {
  handle(channel: string, handler: InvokeHandler): void {
    invokeHandlers.set(channel, handler);
  }
}
export const ipcMain = new IpcMain();

export class BrowserWindow extends EventEmitter {
  readonly webContents: WebContents;
  readonly #preload: string;
  #isVisible = false;
  #isDestroyed = false;

  static getFocusedWindow(): BrowserWindow | undefined {
    return windows[0];
  }
  static getAllWindows(): BrowserWindow[] {
    return windows;
  }

  constructor(options: Record<string, unknown> & { webPreferences: { preload: string } }) {
    super();
    recorded.windowOptions.push(options);
    this.#preload = options.webPreferences.preload;
    const answer = (request: Request) => fetchApp(request.url, request.method);
    this.webContents = new WebContents({ context, isCancelled: isRequestCancelled, answer, ipc });
    windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }

  async loadURL(url: string): Promise<void> {
    await this.webContents.load(url, this.#preload);
    this.emit('ready-to-show');
  }
  show(): void {
    this.#isVisible = true;
  }
  showInactive(): void {
    this.#isVisible = true;
  }
  hide(): void {
    this.#isVisible = false;
  }
  focus(): void {
    // a page without a screen has no focus
  }
  isVisible(): boolean {
    return this.#isVisible;
  }
  isMinimized(): boolean {
    return false;
  }
  isDestroyed(): boolean {
    return this.#isDestroyed;
  }
  /** As when a person closes it: whoever listens may prevent it. */
  close(): void {
    if (this.#isDestroyed) return;
    const event = new PreventableEvent();
    this.emit('close', event);
    if (event.isPrevented) return;
    this.#isDestroyed = true;
    void this.webContents.close();
    this.emit('closed');
    app.emit('window-all-closed');
  }
}

export const utilityProcess = {
  fork(modulePath: string, _args: string[], options: Record<string, unknown>): FakeUtilityProcess {
    recorded.forks.push({ modulePath, options });
    const engine = new FakeUtilityProcess(modulePath, options, utility);
    engines.push(engine);
    return engine;
  },
};

/** A keyring that turns the text round, `reset` cannot open what another one sealed; without one, Electron's `basic_text`. */
export const safeStorage = {
  getSelectedStorageBackend: () => keyring ?? 'basic_text',
  isAsyncEncryptionAvailable: async () => true,
  encryptStringAsync: async (text: string) => Buffer.from(text).reverse(),
  decryptStringAsync: async (sealed: Buffer) => {
    if (keyring === 'reset') throw new Error('Error while decrypting the ciphertext');
    return { result: Buffer.from(sealed).reverse().toString(), shouldReEncrypt: false };
  },
};

export const dialog = {
  showOpenDialog: async (...args: unknown[]) => {
    recorded.dialogs.push(args.at(-1));
    return openDialogAnswer;
  },
  showSaveDialog: async (...args: unknown[]) => {
    recorded.dialogs.push(args.at(-1));
    return saveDialogAnswer;
  },
  showMessageBox: async (...args: unknown[]) => {
    recorded.dialogs.push(args.at(-1));
    return { response: messageBoxAnswer };
  },
  showErrorBox: (...args: unknown[]) => void recorded.dialogs.push(args),
};

export const shell = { openPath: async () => '' };
export const nativeTheme = { shouldUseDarkColors: false };
export const Menu = {
  setApplicationMenu: (menu: unknown) => void recorded.menus.push(menu),
  buildFromTemplate: (template: unknown) => template,
};
export const powerSaveBlocker = {
  start: () => {
    recorded.powerSaveBlockers += 1;
    return recorded.powerSaveBlockers;
  },
  stop: () => {
    recorded.powerSaveBlockers -= 1;
  },
};
export class Notification extends EventEmitter {
  readonly #body: string;

  constructor({ body }: { readonly body: string }) {
    super();
    this.#body = body;
  }
  show(): void {
    recorded.notifications.push(this.#body);
  }
}
