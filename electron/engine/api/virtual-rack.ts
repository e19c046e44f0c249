import type { VirtualRack } from '#engine/virtual-rack/rack.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

export function virtualRackHandlers(rack: VirtualRack): RacksideHandlers['virtualRack'] {
  return {
    start: ({ nodes, names }) => rack.start(nodes, names),
    async stop() {
      await rack.remove();
      return {};
    },
    async setFault({ nodeId, fault }) {
      rack.setFault(nodeId, fault);
      return {};
    },
  };
}
