import type { ServiceBoard } from '#engine/boot-services/service-board.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

/** `restart` tries again what failed, and touches nothing that runs; the row says how it went. */
export function serviceHandlers(
  board: ServiceBoard,
  startAgain: () => Promise<void>,
): RacksideHandlers['services'] {
  return {
    list: () => Promise.resolve(board.list()),
    async restart({ name }) {
      await startAgain();
      return board.row(name);
    },
  };
}
