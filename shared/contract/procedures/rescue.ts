import { z } from 'zod';
import { provisionStates } from '../../model/provision-state.ts';
import * as e from '../entities/index.ts';
import { command, query } from '../procedure.ts';
import { nothing } from './nothing.ts';

const ofServer = z.object({ nodeId: e.nodeId });

export const rescueProcedures = {
  /** Restarts the server into a system in memory with a shell. Its disks are not touched. */
  start: command(ofServer, e.deployment),
  /** `access` null: there is no shell (yet). */
  get: query(
    ofServer,
    z.object({
      state: z.enum(provisionStates),
      access: e.rescueAccess.nullable(),
      /** Newest first, five at most. */
      logs: z.array(e.ramdiskLog),
    }),
  ),
  /** OpenSSH's format, for this rescue alone. A command, because it opens something. */
  privateKey: command(ofServer, z.object({ privateKey: z.string() })),
  /** Read-only, all that can be. */
  mount: command(ofServer, e.rescueMounts),
  unmount: command(ofServer, z.object({ busy: z.array(z.string()) })),
  /** Of a rescue, or of a ramdisk that waits after something failed. */
  collectLogs: command(ofServer, e.ramdiskLog),
  /** Copies an archive into the folder of support bundles, from which `support.read` gives it. */
  saveLog: command(z.object({ id: z.uuid() }), e.savedFile),
  /** The server goes back to the state of before; the answer does not wait for it. */
  leave: command(ofServer.extend({ exit: z.enum(e.rescueExits) }), nothing),
} as const;
