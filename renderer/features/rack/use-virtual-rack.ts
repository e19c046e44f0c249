import { useClient } from '../../client/client-context.tsx';
import { type Command, useCommand } from '../../client/use-command.ts';
import { useWorld } from '../../client/world-store.ts';

/** Enough to see several at once, few enough to watch. */
export const virtualRackSize = 8;

export interface VirtualRack {
  readonly isRunning: boolean;
  readonly start: Command<[], unknown>;
  readonly stop: Command<[], unknown>;
}

export function useVirtualRack(): VirtualRack {
  const client = useClient();
  const isRunning = useWorld(({ nodes, services }) => {
    if (services.get('virtual-rack')?.state === 'on') return true;
    return [...nodes.values()].some(node => node.isVirtual);
  });
  const start = useCommand(() => client.virtualRack.start({ nodes: virtualRackSize }));
  const stop = useCommand(() => client.virtualRack.stop({}));
  return { isRunning, start, stop };
}
