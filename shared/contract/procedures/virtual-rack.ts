import { z } from 'zod';
import { machineFaults } from '../../model/machine-fault.ts';
import * as e from '../entities/index.ts';
import { command } from '../procedure.ts';
import { nothing } from './nothing.ts';

const suppliedName = z.string().trim().min(1).max(60);

export const virtualRackProcedures = {
  /** Adds simulated servers with their own BMCs, a network for them and a small image: all that a first try needs. */
  start: command(
    z.object({
      nodes: z.number().int().min(1).max(200).default(8),
      /** Of network and image, in the language of whoever starts it. */
      names: z
        .object({ network: suppliedName, image: suppliedName })
        .default({ network: 'Virtual rack', image: 'Demo image' }),
    }),
    z.object({ nodes: z.number() }),
  ),
  /** Switches them off and removes them, their network and their image. */
  stop: command(nothing, nothing),
  /** A fault for one simulated server; `none` clears it. */
  setFault: command(
    z.object({
      nodeId: e.nodeId,
      fault: z.enum(machineFaults),
    }),
    nothing,
  ),
} as const;
