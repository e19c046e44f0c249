import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';

export const backupProcedures = {
  /** Those on the engine's computer, newest first. */
  list: query(nothing, z.array(e.savedFile)),
  /** Made while everything runs. Without images, and without the key that seals the passwords. */
  create: command(nothing, e.savedFile),
  remove: command(z.object({ name: e.savedFileName }), nothing),
  read: query(e.filePlace, e.filePiece),
  /** A file that a person has elsewhere, in pieces that follow each other; kept under a free name, whole, after the last. */
  receive: command(
    e.filePlace.extend({ base64: z.base64().max(2_000_000), isLast: z.boolean() }),
    e.savedFile.nullable(),
  ),
  preview: query(z.object({ name: e.savedFileName }), e.backupPreview),
  /** Replaces all that is stored, and starts the engine again; what is there now is backed up first. */
  restore: command(z.object({ name: e.savedFileName, confirmed: z.string().max(40) }), nothing),
} as const;
