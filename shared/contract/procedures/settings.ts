import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';

export const settingProcedures = {
  get: query(nothing, e.settings),
  update: command(e.settings.omit({ rackViews: true }).partial(), e.settings),
} as const;

/** One view at a time, so that two windows do not undo each other. The settings of the world have all of them. */
export const rackViewProcedures = {
  /** In place of the one of this name, whatever its case. */
  save: command(e.rackView, z.array(e.rackView)),
  remove: command(z.object({ name: z.string().max(60) }), z.array(e.rackView)),
} as const;
