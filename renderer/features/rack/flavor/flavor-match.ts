import type { RacksideClient } from '#shared/contract/index.ts';

export type FlavorMatch = Awaited<ReturnType<RacksideClient['nodes']['match']>>;
