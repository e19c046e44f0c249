import type { ServerConsole } from '#shared/contract/index.ts';
import type { ConsoleViewId } from '#shared/model/ids.ts';

/** Nobody types yet, or this view does. */
export function mayType({ writer }: Pick<ServerConsole, 'writer'>, viewId: ConsoleViewId): boolean {
  return writer === null || writer === viewId;
}

/** Empty: nobody types. */
export function writerName({ writer, watchers }: Pick<ServerConsole, 'writer' | 'watchers'>): string {
  return watchers.find(({ viewId }) => viewId === writer)?.name ?? '';
}

export function othersOf(
  row: Pick<ServerConsole, 'watchers'>,
  viewId: ConsoleViewId | null,
): readonly string[] {
  return row.watchers.filter(watcher => watcher.viewId !== viewId).map(({ name }) => name);
}

/** What others read of this window: `Chrome, Linux (7K)`; the letters tell two windows of one computer apart. */
export function windowName(userAgent: string, tag: string): string {
  const find = (names: readonly (readonly [RegExp, string])[]) =>
    names.find(([pattern]) => pattern.test(userAgent))?.[1] ?? '';
  const parts = [find(browsers), find(systems)].filter(part => part !== '');
  return `${parts.join(', ')} (${tag})`.trim();
}

/** In this order: each calls itself the next ones, too. */
const browsers = [
  [/Electron\//, 'Rackside'],
  [/Edg\//, 'Edge'],
  [/Firefox\//, 'Firefox'],
  [/Chrome\//, 'Chrome'],
  [/Safari\//, 'Safari'],
] as const;
const systems = [
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux/, 'Linux'],
] as const;
