import type { RacksideClient } from '#shared/contract/index.ts';
import { useClient } from '../../client/client-context.tsx';
import { type Command, useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';
import type { Translate } from '../../i18n/catalogue.ts';
import { useT } from '../../i18n/i18n.ts';
import { offerBoard } from './BoardStrip.tsx';

/** Enough to see several at once, few enough to watch. */
export const virtualRackSize = 8;

export interface VirtualRack {
  readonly isRunning: boolean;
  readonly start: Command<[], unknown>;
  readonly stop: Command<[], unknown>;
}

/** What it brings has names in the language of whoever starts it. */
export async function startVirtualRack(client: RacksideClient, t: Translate): Promise<unknown> {
  const names = { image: t('virtualRack.image'), network: t('virtualRack.network') };
  const started = await client.virtualRack.start({ nodes: virtualRackSize, names });
  offerBoard();
  return started;
}

export function useVirtualRack(): VirtualRack {
  const t = useT();
  const client = useClient();
  const isRunning = useWorld(({ nodes, services }) => {
    if (services.get('virtual-rack')?.state === 'on') return true;
    return [...nodes.values()].some(node => node.isVirtual);
  });
  const start = useCommand(() => startVirtualRack(client, t));
  const stop = useCommand(() => client.virtualRack.stop({}));
  return { isRunning, start, stop };
}
