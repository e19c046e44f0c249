/** The names by which the two halves of the double find each other in the page. */
export const bindingName = '__electronDouble';
export const deliverName = '__electronDeliver';

/** From the page to main. */
export type FromPage =
  | { readonly kind: 'invoke' | 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'close'; readonly port: number };

/** From main to the page. */
export type ToPage =
  | {
      readonly kind: 'message';
      readonly channel: string;
      readonly args: readonly unknown[];
      readonly ports: readonly number[];
    }
  | { readonly kind: 'port'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'close'; readonly port: number };

/**
 * Runs in the page before its own scripts, where Electron would run the preload in its isolated world: `electron` as
 * a sandboxed preload sees it, then the preload itself. Only the top frame has a preload.
 */
export function pageSideScript(preload: string): string {
  return `(() => {
    if (window !== window.top) return;
    const tell = window.${bindingName};
    delete window.${bindingName};
    const listeners = new Map();
    const ports = new Map();
    const openPort = id => {
      const { port1, port2 } = new MessageChannel();
      port2.onmessage = event => tell({ kind: 'port', port: id, data: event.data });
      ports.set(id, port2);
      return port1;
    };
    Object.defineProperty(window, '${deliverName}', {
      value: wire => {
        if (wire.kind === 'port') ports.get(wire.port)?.postMessage(wire.data);
        else if (wire.kind === 'close') ports.get(wire.port)?.close();
        else for (const listener of listeners.get(wire.channel) ?? [])
          listener({ ports: wire.ports.map(openPort) }, ...wire.args);
      },
    });
    const freeze = value => {
      if (typeof value === 'object' && value !== null) Object.values(value).forEach(freeze);
      return Object.freeze(value);
    };
    const electron = {
      contextBridge: {
        exposeInMainWorld: (name, api) => Object.defineProperty(window, name, { value: freeze(api) }),
      },
      ipcRenderer: {
        on: (channel, listener) => listeners.set(channel, [...(listeners.get(channel) ?? []), listener]),
        send: (channel, ...args) => void tell({ kind: 'send', channel, args }),
        invoke: async (channel, ...args) => {
          const answer = await tell({ kind: 'invoke', channel, args });
          if (answer.error !== undefined) throw new Error(answer.error);
          return answer.value;
        },
      },
    };
    const require = name => {
      if (name === 'electron') return electron;
      throw new Error('a sandboxed preload cannot require ' + name);
    };
    (function (require, module, exports) {${preload}\n})(require, { exports: {} }, {});
  })();`;
}
