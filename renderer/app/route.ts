import { create } from 'zustand';

/** `#/rack/<id>/disks` → `['rack', '<id>', 'disks']`. */
export type Route = readonly string[];

export function parseRoute(hash: string): Route {
  const parts = hash.replace(/^#\/?/, '').split('/').map(decodePart);
  return parts.filter(part => part !== '');
}

export function routeHref(...parts: readonly string[]): string {
  return `#/${parts.map(encodeURIComponent).join('/')}`;
}

export const useRoute = create<{ readonly route: Route }>(() => ({ route: [] }));

export function goTo(...parts: readonly string[]): void {
  window.location.hash = routeHref(...parts);
}

/** Keeps the store equal to the address bar. */
export function followAddress(): () => void {
  const read = () => useRoute.setState({ route: parseRoute(window.location.hash) });
  read();
  window.addEventListener('hashchange', read);
  return () => window.removeEventListener('hashchange', read);
}

function decodePart(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return ''; // a mistyped address is as good as none
  }
}
