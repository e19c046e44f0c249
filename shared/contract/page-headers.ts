/**
 * What the page may do, sent with every file of it by both of its servers (`app://` and the headless host).
 * Inline styles are allowed because Emotion (MUI) and xterm write `<style>` elements; scripts are ours alone.
 */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
].join('; ');

export const pageHeaders = {
  'content-security-policy': contentSecurityPolicy,
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy':
    'camera=(), display-capture=(), geolocation=(), microphone=(), usb=(), serial=(), hid=()',
} as const;

const html = 'text/html; charset=utf-8';
const contentTypes: ReadonlyMap<string, string> = new Map([
  ['html', html],
  ['js', 'text/javascript; charset=utf-8'],
  ['css', 'text/css; charset=utf-8'],
  ['json', 'application/json; charset=utf-8'],
  ['svg', 'image/svg+xml'],
  ['png', 'image/png'],
  ['ico', 'image/x-icon'],
  ['woff2', 'font/woff2'],
  ['txt', 'text/plain; charset=utf-8'],
]);

export interface PageFile {
  /** Below the built page's folder, with `/`; no part of it is `..`. */
  readonly path: string;
  readonly contentType: string;
}

/**
 * Which file of the built page a URL's path means; undefined: none. A path without an extension is a screen of the
 * page, so `index.html`. Only known types are served, and nothing that could leave the folder on any system.
 */
export function pageFile(urlPath: string): PageFile | undefined {
  const decoded = decode(urlPath);
  if (decoded === undefined || decoded.length > 500 || !/^[\w./@+-]*$/.test(decoded)) return undefined;
  const parts = decoded.split('/').filter(part => part !== '' && part !== '.');
  if (parts.some(part => part.startsWith('.'))) return undefined;
  const last = parts.at(-1) ?? '';
  const dot = last.lastIndexOf('.');
  if (dot === -1) return { path: 'index.html', contentType: html };
  const contentType = contentTypes.get(last.slice(dot + 1).toLowerCase());
  return contentType === undefined ? undefined : { path: parts.join('/'), contentType };
}

function decode(urlPath: string): string | undefined {
  try {
    return decodeURIComponent(urlPath);
  } catch {
    return undefined; // a broken escape names nothing
  }
}
