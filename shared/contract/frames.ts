import { z } from 'zod';
import { errorData } from './errors.ts';

/** Raised when frames or the contract change so that an older page must not talk to a newer engine. */
export const protocolVersion = '1';

/** Optional, because JSON drops a member that is `undefined`. Its schema is the procedure's. */
const payload = z.unknown().optional();
const id = z.number().int().nonnegative();
const path = z.string().regex(/^[a-z][A-Za-z]*\.[a-z][A-Za-z]*$/);

/** What a client sends, on every transport (MessagePort, WebSocket, in memory). Ids are the client's, per connection. */
export const clientFrame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('hello'), version: z.string().max(40) }),
  z.object({ t: z.literal('call'), id, path, input: payload }),
  z.object({ t: z.literal('cancel'), id }),
  z.object({ t: z.literal('open'), id, path, input: payload }),
  z.object({ t: z.literal('close'), id }),
]);
export type ClientFrame = z.infer<typeof clientFrame>;

/** What the engine sends. `seq` is 0 for a snapshot and grows by one with each patch of that stream. */
export const engineFrame = z.discriminatedUnion('t', [
  z.object({ t: z.literal('welcome'), version: z.string() }),
  z.object({ t: z.literal('ok'), id, output: payload }),
  z.object({ t: z.literal('err'), id, error: errorData }),
  z.object({ t: z.literal('snapshot'), id, seq: z.literal(0), value: payload }),
  z.object({ t: z.literal('patch'), id, seq: z.number().int().positive(), value: payload }),
  z.object({ t: z.literal('end'), id, error: errorData }),
]);
export type EngineFrame = z.infer<typeof engineFrame>;

/** A two-way, ordered, reliable channel of frames. */
export interface Transport<Out, In = unknown> {
  send(frame: Out): void;
  onFrame(callback: (frame: In) => void): void;
  onClose(callback: () => void): void;
  close(): void;
}
