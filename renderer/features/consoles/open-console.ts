import type { NodeId } from '#shared/model/ids.ts';
import { goTo, routeHref } from '../../app/route.ts';

/** Shows the console of a server on its screen, in a tab of its own. */
export function openConsole(nodeId: NodeId): void {
  goTo('consoles', nodeId);
}

export function consoleHref(nodeId: NodeId): string {
  return routeHref('consoles', nodeId);
}
