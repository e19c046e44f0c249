import type { ClientTransport, Connector } from '#shared/contract/client.ts';
import type { ClientFrame } from '#shared/contract/frames.ts';
import type { HostBridge } from '#shared/contract/host.ts';
import { engineLostMessage, enginePortMessage, hostBridgeName } from '#shared/contract/host-names.ts';
import { messagePortTransport } from '#shared/contract/message-port-transport.ts';

/** What the Electron shell's preload left on `window`; undefined in a browser tab. */
export function hostBridge(): HostBridge | undefined {
  return (globalThis as { [hostBridgeName]?: HostBridge })[hostBridgeName];
}

/**
 * A connector over the ports that the shell hands to this window: one for each request, as soon as an engine runs. The
 * shell also says when the engine is gone, which a port alone does not always.
 */
export function enginePortConnector(host: HostBridge): Connector {
  let present: ClientTransport | undefined;
  let take: ((port: MessagePort) => void) | undefined;
  window.addEventListener('message', event => {
    if (event.source !== window || event.origin !== location.origin) return;
    const port = event.ports[0];
    if (event.data === enginePortMessage && port !== undefined) take?.(port);
    if (event.data === engineLostMessage) present?.close();
  });
  return () =>
    new Promise(resolve => {
      take = port => {
        take = undefined;
        present = messagePortTransport<ClientFrame>(port);
        resolve(present);
      };
      host.requestEnginePort();
    });
}
