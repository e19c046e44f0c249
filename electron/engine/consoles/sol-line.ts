import { bmcError } from '#engine/inventory/bmc-error.ts';
import { logIn, loginOf } from '#engine/inventory/bmc-login.ts';
import type { BmcClient } from '#engine/net/ipmi/client.ts';
import { openSolConsole, type SolConsole } from '#engine/net/ipmi/sol/console.ts';
import type { Store } from '#engine/store/store.ts';
import { CodedError } from '#shared/contract/index.ts';
import type { ConsoleLine, LineEnd, OpenLine } from './console-line.ts';

/** Serial over LAN of the BMC that the server has at that moment, with the login that is stored then. */
export function solLine(store: Store, client: BmcClient, asCoded: (error: unknown) => CodedError): OpenLine {
  return async (nodeId, { onData, onDropped, takeOver, signal }) => {
    const node = store.nodes.find(nodeId);
    const login = node === undefined ? undefined : loginOf(store, node);
    if (login === undefined) throw new CodedError('bmc.none', 'no BMC', { node: node?.name ?? nodeId });
    const { address } = login;
    const coded = (error: unknown) => asCoded(bmcError(error, address));
    const sol = { onData, onDropped, takeOver };
    try {
      const { session } = await logIn(
        { openSession: options => openSolConsole(client, { ...options, ...sol }) },
        login,
        signal,
      );
      return lineOf(session, coded);
    } catch (error) {
      throw coded(error);
    }
  };
}

function lineOf(sol: SolConsole, coded: (error: unknown) => CodedError): ConsoleLine {
  const asLine = async (work: Promise<void>) => {
    await work.catch((error: unknown) => {
      throw coded(error);
    });
  };
  return {
    write: bytes => asLine(sol.write(bytes)),
    sendBreak: () => asLine(sol.sendBreak()),
    ended: sol.ended.then(
      (end): LineEnd => (end.why === 'lost' ? { why: 'lost', error: coded(end.error) } : end),
    ),
    close: () => sol.close(),
  };
}
