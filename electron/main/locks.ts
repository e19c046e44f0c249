import { app, type Session, type WebContents } from 'electron';
import type { ShellLog } from './shell-log.ts';

/** What the page may ask the browser for. Copying text is all; pasting needs no permission with the keyboard. */
const allowedPermissions: ReadonlySet<string> = new Set(['clipboard-sanitized-write']);

export interface PageAddress {
  /** `app://bundle`, or the development server's origin. */
  readonly origin: string;
}

/** Every web contents, ours or one that should never be: no navigation, no redirect, no new window, no webview. */
export function lockWebContents(page: PageAddress, log: ShellLog): void {
  app.on('web-contents-created', (_created, contents) => {
    const refuse = (what: string) => (event: { preventDefault(): void; url: string }) => {
      if (what === 'navigation' && isInPage(event.url, page)) return;
      event.preventDefault();
      log('warn', `refused a ${what}`, { to: withoutQuery(event.url) });
    };
    contents.on('will-navigate', refuse('navigation'));
    contents.on('will-frame-navigate', refuse('navigation'));
    contents.on('will-redirect', refuse('redirect'));
    contents.on('will-attach-webview', event => event.preventDefault());
    contents.setWindowOpenHandler(({ url }) => {
      log('warn', 'refused a new window', { to: withoutQuery(url) });
      return { action: 'deny' };
    });
  });
}

/** The page's requests go to the page's origin and nowhere else; permissions, devices and downloads are refused. */
export function lockSession(session: Session, page: PageAddress, log: ShellLog): void {
  session.setPermissionRequestHandler((_contents, permission, callback) => {
    const isAllowed = allowedPermissions.has(permission);
    if (!isAllowed) log('warn', 'refused a permission', { permission });
    callback(isAllowed);
  });
  session.setPermissionCheckHandler((_contents, permission) => allowedPermissions.has(permission));
  session.setDevicePermissionHandler(() => false);
  session.setDisplayMediaRequestHandler((_request, callback) => callback({}));
  session.webRequest.onBeforeRequest((details, callback) => {
    const isAllowed = isOwnRequest(details.url, page);
    if (!isAllowed) log('warn', 'refused a request of the page', { to: withoutQuery(details.url) });
    callback({ cancel: !isAllowed });
  });
  session.on('will-download', event => event.preventDefault());
}

/** Reloads a page whose process died, unless it dies at once again. */
export function surviveCrashes(contents: WebContents, log: ShellLog, now: () => number = Date.now): void {
  let lastCrashAt = Number.NEGATIVE_INFINITY;
  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    log('error', "the page's process is gone", { reason, exitCode });
    const isFirst = now() - lastCrashAt > 10_000;
    lastCrashAt = now();
    if (reason !== 'clean-exit' && isFirst) contents.reload();
  });
}

/** A reload of our own page is a navigation too. */
function isInPage(url: string, page: PageAddress): boolean {
  return originOf(url) === page.origin;
}

function isOwnRequest(url: string, page: PageAddress): boolean {
  if (url.startsWith('devtools://') || url.startsWith('data:')) return true;
  return originOf(url) === page.origin || originOf(url)?.replace(/^ws/, 'http') === page.origin;
}

/** `URL.origin` is `null` for schemes that Node does not know, such as ours. */
export function originOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { protocol, host } = new URL(url);
  return `${protocol}//${host}`;
}

function withoutQuery(url: string): string {
  return url.split(/[?#]/, 1)[0]?.slice(0, 200) ?? '';
}
