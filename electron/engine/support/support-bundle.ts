import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { createGzip } from 'node:zlib';
import { writeTar } from '#engine/media/tar/writer.ts';
import { type SavedFiles, savedFilesIn, stampOf } from '#engine/system/saved-files.ts';
import { createTurns } from '#engine/system/turns.ts';
import { CodedError, type SavedFile, type SupportDraft } from '#shared/contract/index.ts';
import { savedFolders } from '#shared/model/data-folders.ts';
import type { DeploymentId } from '#shared/model/ids.ts';
import { type FactSources, factFiles } from './facts.ts';
import { logTails, type TextFile } from './log-tails.ts';
import { redactor } from './redact.ts';

/** What was saved and handed on is of no use here. */
const keptBundles = 3;

interface SupportParts extends FactSources {
  readonly dataDir: string;
  readonly sealKey: Uint8Array;
}

interface SafeFile extends TextFile {
  readonly redactions: number;
}

interface Draft {
  readonly id: string;
  readonly files: readonly SafeFile[];
}

export type SupportBundles = ReturnType<typeof createSupportBundles>;

/** Files for whoever looks for a fault. What a person has looked at is, byte for byte, what is saved. */
export function createSupportBundles(parts: SupportParts) {
  const saved = savedFilesIn(join(parts.dataDir, savedFolders.support));
  /** Two of one second must not take the same name. */
  const inTurn = createTurns();
  let draft: Draft | undefined;

  function required(id: string): Draft {
    if (draft?.id === id) return draft;
    throw new CodedError('input.not_found', 'this bundle was replaced by a newer one', { what: 'file', id });
  }

  return {
    read: saved.read,
    async gather(deploymentId: DeploymentId | null): Promise<SupportDraft> {
      const files = [
        ...(await factFiles(parts, deploymentId)),
        ...(await logTails(join(parts.dataDir, 'logs'))),
      ];
      const redact = redactor(secretsOf(parts));
      const safe: SafeFile[] = [];
      for (const { name, text } of files) {
        const redacted = redact(text);
        safe.push({ name, text: redacted.text, redactions: redacted.count });
        // A megabyte takes a while, and packets wait for it.
        await setImmediate();
      }
      draft = { id: randomUUID(), files: safe };
      return {
        id: draft.id,
        files: draft.files.map(({ name, text, redactions }) => ({
          name,
          sizeBytes: Buffer.byteLength(text),
          redactions,
        })),
      };
    },
    file(id: string, name: string): string {
      const found = required(id).files.find(file => file.name === name);
      if (found === undefined)
        throw new CodedError('input.not_found', `no ${name} in it`, { what: 'file', id: name });
      return found.text;
    },
    /** An archive that somebody else made, beside the bundles and with them forgotten. */
    keepArchive: (name: string, bytes: Uint8Array) =>
      inTurn(async () => {
        await saved.requireRoom(bytes.length);
        const file = await saved.write(await saved.freeName(name), part =>
          writeFile(part, bytes, { mode: 0o600, flag: 'wx' }),
        );
        await forgetOld(saved);
        return file;
      }),
    save: (id: string, leftOut: readonly string[]) =>
      inTurn(() => {
        const wanted = required(id).files.filter(({ name }) => !leftOut.includes(name));
        return saveBundle(saved, wanted, parts.now());
      }),
  };
}

async function saveBundle(saved: SavedFiles, files: readonly TextFile[], now: number): Promise<SavedFile> {
  const members = files.map(({ name, text }) => {
    const bytes = Buffer.from(text);
    return { name, sizeBytes: bytes.length, content: [bytes] };
  });
  await saved.requireRoom(members.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0));
  const name = await saved.freeName(`rackside-support-${stampOf(now)}.tar.gz`);
  const file = await saved.write(name, part =>
    pipeline(writeTar(members, now), createGzip(), createWriteStream(part, { mode: 0o600, flags: 'wx' })),
  );
  await forgetOld(saved);
  return file;
}

async function forgetOld(saved: SavedFiles): Promise<void> {
  for (const old of (await saved.list()).slice(keptBundles)) await saved.remove(old.name);
}

/** With the sealing key too: no file of a bundle names it, but a log that did would open every backup. */
function secretsOf({ store, sealKey }: SupportParts): string[] {
  const key = Buffer.from(sealKey);
  const encodings = ['base64', 'base64url', 'hex'] as const;
  return [
    ...store.secrets.all().filter(secret => secret !== undefined),
    ...encodings.map(encoding => key.toString(encoding)),
  ];
}
