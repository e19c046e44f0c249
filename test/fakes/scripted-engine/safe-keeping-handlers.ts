import {
  type BackupPreview,
  CodedError,
  type RacksideHandlers,
  type SavedFile,
} from '#shared/contract/index.ts';
import { uuid } from './ids.ts';
import type { Play } from './play.ts';

const content = Buffer.from('not a real archive');

export const backupName = 'rackside-backup-20261124-181500.tar.gz';

export const aBackupPreview: BackupPreview = {
  name: backupName,
  createdAt: Date.UTC(2026, 10, 24, 18, 15),
  version: '0.1.0',
  counts: { servers: 7, networks: 1, images: 3, profiles: 2, deployments: 4, events: 1042 },
  present: { servers: 8, networks: 1, images: 6, profiles: 3, deployments: 5, events: 2210 },
  secrets: 'sealed-with-another-key',
  missingImages: ['SLES 15 SP6 UEFI'],
  interrupted: ['r4u02'],
  confirmWord: '2026-11-24',
};

/** Backups and the support bundle, as far as the page sees them. */
export function safeKeepingHandlers({ note }: Play): Pick<RacksideHandlers, 'backup' | 'support'> {
  const kept: SavedFile[] = [{ name: backupName, sizeBytes: 1_840_000, savedAt: aBackupPreview.createdAt }];
  const keep = (name: string): SavedFile => {
    const file = { name, sizeBytes: content.length, savedAt: Date.now() };
    kept.unshift(file);
    return file;
  };
  const read = async () => ({ base64: content.toString('base64'), sizeBytes: content.length });
  const files = new Map([
    ['about.json', '{\n  "version": "0.1.0",\n  "platform": "linux"\n}\n'],
    ['logs/engine.log', '{"t":"2026-11-26T08:00:00.000Z","level":"info","msg":"ready"}\n'],
  ]);
  return {
    backup: {
      list: async () => kept,
      create: async input => {
        note('backup.create', input);
        return keep('rackside-backup-20261126-090000.tar.gz');
      },
      remove: async ({ name }) => {
        note('backup.remove', { name });
        kept.splice(
          kept.findIndex(file => file.name === name),
          1,
        );
        return {};
      },
      read,
      receive: async ({ name, isLast }) => (isLast ? keep(name) : null),
      preview: async ({ name }) => ({ ...aBackupPreview, name }),
      restore: async input => {
        note('backup.restore', input);
        return {};
      },
    },
    support: {
      gather: async () => ({
        id: uuid('e', 1),
        files: [...files].map(([name, text], redactions) => ({ name, sizeBytes: text.length, redactions })),
      }),
      file: async ({ name }) => {
        const text = files.get(name);
        if (text === undefined) throw new CodedError('input.not_found', name, { what: 'file', id: name });
        return { text };
      },
      save: async input => {
        note('support.save', input);
        return { name: 'rackside-support-20261126-090000.tar.gz', sizeBytes: 512, savedAt: Date.now() };
      },
      read,
    },
  };
}
