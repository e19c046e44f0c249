import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';

export const serviceProcedures = {
  list: query(nothing, z.array(e.service)),
  /** Tries again what failed. */
  restart: command(z.object({ name: z.enum(e.serviceNames) }), e.service),
} as const;
