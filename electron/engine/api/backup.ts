import type { Backups } from '#engine/backup/backups.ts';
import type { RacksideHandlers } from '#shared/contract/index.ts';

export function backupHandlers(backups: Backups): RacksideHandlers['backup'] {
  return {
    list: () => backups.list(),
    create: () => backups.create(),
    async remove({ name }) {
      await backups.remove(name);
      return {};
    },
    read: ({ name, offset }) => backups.read(name, offset),
    receive: ({ name, offset, base64, isLast }) =>
      backups.receive(name, offset, Buffer.from(base64, 'base64'), isLast),
    preview: ({ name }) => backups.preview(name),
    async restore({ name, confirmed }) {
      await backups.restore(name, confirmed);
      return {};
    },
  };
}
