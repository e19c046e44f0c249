import { useMemo } from 'react';
import { useWorld } from '../../client/world-store.ts';
import { watchArrivals } from './arrivals.ts';

/** For the page's life: what came while another screen was shown is new as well. */
export const arrivals = watchArrivals(() => performance.now());

/** Looks before the rows are drawn, or the highlight would come too late. */
export function useArrivals(): void {
  const isLoaded = useWorld(world => world.isLoaded);
  const nodes = useWorld(world => world.nodes);
  const discovered = useWorld(world => world.discovered);
  useMemo(() => {
    if (isLoaded) arrivals.look([...nodes.keys(), ...discovered.keys()]);
  }, [isLoaded, nodes, discovered]);
}
