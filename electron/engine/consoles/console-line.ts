import type { CodedError } from '#shared/contract/index.ts';
import type { NodeId } from '#shared/model/ids.ts';

/** Why a console is no longer connected. */
export type LineEnd =
  | { readonly why: 'closed_by_us' }
  | { readonly why: 'deactivated' }
  | { readonly why: 'lost'; readonly error: CodedError };

/** A machine's serial line, as far as the product needs one. */
export interface ConsoleLine {
  write(bytes: Uint8Array): Promise<void>;
  sendBreak(): Promise<void>;
  readonly ended: Promise<LineEnd>;
  /** Gives the BMC's place free. Resolves when that is done, or cannot be. */
  close(): Promise<void>;
}

export interface LineOptions {
  readonly onData: (bytes: Uint8Array) => void;
  /** The BMC says that it lost some of what the machine said. */
  readonly onDropped: () => void;
  /** Ends whoever has the BMC's place. */
  readonly takeOver: boolean;
  readonly signal: AbortSignal;
}

/** Connects to the BMC that the server has now. Rejects with a `console.*` or `bmc.*` CodedError. */
export type OpenLine = (nodeId: NodeId, options: LineOptions) => Promise<ConsoleLine>;
