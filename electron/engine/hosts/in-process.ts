import { serve } from '#engine/api/serve.ts';
import type { Logger } from '#engine/system/log.ts';
import { createClient, type RpcConnection } from '#shared/contract/client.ts';
import { contract, type RacksideContract, type RacksideHandlers } from '#shared/contract/index.ts';
import { memoryPair } from '#shared/contract/memory-transport.ts';

/** A client of an engine in this same process, by the same frames and checks as any other. For tests and the CLI. */
export function connectInProcess(
  engine: { readonly handlers: RacksideHandlers },
  log: Logger,
): RpcConnection<RacksideContract> {
  const pair = memoryPair();
  serve(contract, engine.handlers, pair.engine, { log });
  return createClient(contract, pair.client);
}
