import { z } from 'zod';
import * as e from '../entities/index.ts';
import { command, query, stream } from '../procedure.ts';
import { nothing } from './nothing.ts';

const ofServer = z.object({ nodeId: e.nodeId });
const ofView = z.object({ viewId: e.consoleViewId });

/** Serial consoles over the BMC (SOL). What a console says is recorded from its first byte on. */
export const consoleProcedures = {
  /** One row a server that has a BMC. */
  states: stream(nothing, z.array(e.serverConsole), e.consoleStatesPatch),
  /**
   * Shows a console, and connects it when nobody did. At most 256 KiB are on their way: what `taken` does not acknowledge is
   * kept back, and left out when it grows too old (`skipped`). Closing the stream ends the view.
   */
  view: stream(
    z.object({
      nodeId: e.nodeId,
      /** What others read of this window. */
      name: z.string().trim().min(1).max(80),
    }),
    e.attachedConsole,
    e.attachedConsolePatch,
  ),
  /** The view has shown everything up to this offset. */
  taken: command(ofView.extend({ offset: z.number().int().nonnegative() }), nothing),
  /** Types. The first one to do so becomes the writer; another view is refused (`console.not_writer`). */
  write: command(ofView.extend({ data: z.base64().min(1).max(8192) }), nothing),
  sendBreak: command(ofView, nothing),
  /** From now on this view types; who typed before sees it. */
  becomeWriter: command(ofView, nothing),
  /** Ends whoever has the BMC's only place for a console (IPMI 2.0 §24.2), and connects. */
  takeOver: command(ofServer, nothing),
  /** Tries at once what waits or is stopped. */
  reconnect: command(ofServer, nothing),
  /** Gives the BMC's place free until somebody opens the console again. */
  disconnect: command(ofServer, nothing),
  /** One row a server whose console has a port for other programs. None has one before a person opened it. */
  ports: stream(nothing, z.array(e.consolePort), e.consolePortPatch),
  /**
   * Gives a console a port (the same as before, if it had one) and a new token, which is told this once: of it only a hash
   * is stored. Whoever came in with an older one is sent away.
   */
  openPort: command(
    ofServer.extend({ address: e.consolePortAddress.default('127.0.0.1'), mayWrite: z.boolean() }),
    z.object({ port: e.consolePort, token: z.string() }),
  ),
  closePort: command(ofServer, nothing),
  solSettings: query(ofServer, e.solSettings),
  /** Switches SOL on, for the privilege that we log in with; sets the bit rate if one is given. Gives what is read back. */
  repairSol: command(
    ofServer.extend({ bitRate: z.literal([9600, 19_200, 38_400, 57_600, 115_200]).optional() }),
    e.solSettings,
  ),
  /** Newest first; of one server, of what a deployment's machine said while it ran, or all. */
  recordings: query(
    z.object({
      nodeId: e.nodeId.optional(),
      deploymentId: e.deploymentId.optional(),
      limit: z.number().int().min(1).max(1000).default(200),
    }),
    z.array(e.consoleRecording),
  ),
  /** Part by part: events after `afterPart`, up to about 256 KiB. `nextPart` null: that was all there is by now. */
  readRecording: query(
    z.object({ recordingId: e.recordingId, afterPart: z.number().int().nonnegative().default(0) }),
    z.object({
      recording: e.consoleRecording,
      events: z.array(e.recordedEvent),
      nextPart: z.number().int().nullable(),
    }),
  ),
  /** The last lines until that moment, oldest first. Null: nothing is recorded of the time before it. */
  textAt: query(
    ofServer.extend({ at: e.timestamp, lines: z.number().int().min(1).max(100).default(12) }),
    e.consoleText.nullable(),
  ),
  removeRecording: command(z.object({ recordingId: e.recordingId }), nothing),
  /**
   * Lines that have all these words, newest first, in all recordings or those of one server. A word is found from its
   * beginning on (`pan` finds panic, `anic` does not), one of signs alone in the newest 20,000 parts only.
   */
  search: query(
    z.object({
      text: z.string().trim().min(2).max(200),
      nodeId: e.nodeId.optional(),
      limit: z.number().int().min(1).max(500).default(100),
    }),
    z.array(e.consoleHit),
  ),
  /**
   * A person waits for a text: when it comes it is an event (`console.text_seen`) and waited for no longer. At most 20 a
   * server. Gives what is waited for on this server.
   */
  waitFor: command(ofServer.extend({ text: e.textWatch.shape.text }), z.array(e.textWatch)),
  stopWaiting: command(ofServer.extend({ text: z.string().max(200) }), z.array(e.textWatch)),
  waitingFor: query(ofServer, z.array(e.textWatch)),
} as const;
