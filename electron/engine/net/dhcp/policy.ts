import type { Ipv4 } from '#shared/model/ip.ts';
import type { DhcpClient } from './client.ts';
import type { DhcpOptions } from './options.ts';

/** What a machine boots. Goes to the fixed fields and to options 66 and 67, as far as the client can take them. */
export interface DhcpBootFile {
  /** A TFTP path, or a URL for HTTP boot and iPXE. */
  readonly fileName: string;
  /** Option 66; by default the next server as text. */
  readonly serverName?: string;
  /** siaddr; by default the server itself. */
  readonly nextServer?: Ipv4;
}

/** The answer to one client, asked again at each message, so it may change between two boots. */
export type DhcpDecision =
  | { readonly answer: false; readonly reason: string }
  | {
      readonly answer: true;
      /** Without one the machine gets an address from the network's pool. Ignored outside the network it asks from. */
      readonly reservedAddress?: Ipv4;
      readonly bootFile?: DhcpBootFile;
      /** Why a machine that wants to boot gets no boot file; comes back with the event. */
      readonly withheld?: string;
      readonly hostName?: string;
      /** Its default route is elsewhere: it is told no router. */
      readonly withoutRouter?: boolean;
      /** Sent whether asked for or not; overrides what the server would say. */
      readonly options?: DhcpOptions;
    };

/** `networkId` is where the machine asked. Pure and quick: it runs before every answer. */
export type DhcpPolicy = (client: DhcpClient, networkId: string) => DhcpDecision;

/** The default: a server that nobody told whom to serve serves nobody. */
export const answerNobody: DhcpPolicy = () => ({ answer: false, reason: 'nobody is admitted' });
