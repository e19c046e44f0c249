import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';

export const supportProcedures = {
  /** Collects what helps to find a fault, without secrets. Nothing leaves memory before `save`. */
  gather: query(z.object({ deploymentId: e.deploymentId.nullable().default(null) }), e.supportDraft),
  /** Exactly what `save` would write. */
  file: query(z.object({ id: z.uuid(), name: z.string().max(200) }), z.object({ text: z.string() })),
  save: command(
    z.object({ id: z.uuid(), leftOut: z.array(z.string().max(200)).max(100).default([]) }),
    e.savedFile,
  ),
  read: query(e.filePlace, e.filePiece),
} as const;
