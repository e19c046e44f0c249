import { z } from 'zod';
import { errorData } from '../errors.ts';
import { consoleViewId, deploymentId, nodeId, recordingId, timestamp } from './common.ts';

/**
 * `waiting`: lost or refused for now, tried again at `retryAt` (null: when its turn comes, a few at a time). `stopped`: not tried again before a person says so (another
 * program has it, SOL is off on the BMC, wrong password). `off`: nobody wants it.
 */
export const consoleStates = ['off', 'connecting', 'connected', 'waiting', 'stopped'] as const;
export type ConsoleState = (typeof consoleStates)[number];

/** A window that shows a console, or a program at its port. */
export const consoleWatcher = z.object({
  viewId: consoleViewId,
  /** What the window calls itself: a browser and its address, the desktop program. */
  name: z.string(),
  since: timestamp,
});
export type ConsoleWatcher = z.infer<typeof consoleWatcher>;

/** A server's console. One writer at a time, any number of watchers. */
export const serverConsole = z.object({
  nodeId,
  state: z.enum(consoleStates),
  since: timestamp,
  retryAt: timestamp.nullable(),
  /** Why it waits or is stopped. */
  error: errorData.nullable(),
  /** Who may type; null: the next one who types. */
  writer: consoleViewId.nullable(),
  watchers: z.array(consoleWatcher),
  /** That is being made. */
  recordingId: recordingId.nullable(),
});
export type ServerConsole = z.infer<typeof serverConsole>;

export const consoleStatesPatch = z.discriminatedUnion('op', [
  z.object({ op: z.literal('put'), row: serverConsole }),
  z.object({ op: z.literal('remove'), nodeIds: z.array(nodeId) }),
]);
export type ConsoleStatesPatch = z.infer<typeof consoleStatesPatch>;

/** Bytes of the wire, unchanged. */
export const consoleBytes = z.base64().max(96 * 1024);

/** What a page shows when it opens a console: the last of what came, so that the screen is not empty. */
export const attachedConsole = z.object({
  viewId: consoleViewId,
  console: serverConsole,
  /** Of the first byte of `tail`, counted from the start of this engine. */
  offset: z.number().int().nonnegative(),
  tail: consoleBytes,
});
export type AttachedConsole = z.infer<typeof attachedConsole>;

/**
 * Why bytes are missing or a new start begins at this place. `disconnected`: we gave the place free. `bmc_dropped`: the BMC
 * could not keep up with the machine; the connection stayed.
 */
export const consoleGapReasons = [
  'lost',
  'deactivated',
  'taken_over',
  'disconnected',
  'bmc_dropped',
] as const;
export type ConsoleGapReason = (typeof consoleGapReasons)[number];

export const attachedConsolePatch = z.discriminatedUnion('op', [
  z.object({ op: z.literal('output'), offset: z.number().int().nonnegative(), data: consoleBytes }),
  /** This page was too slow: what is between is in the recording. The next output begins at `to`. */
  z.object({ op: z.literal('skipped'), from: z.number(), to: z.number() }),
  /** The connection to the BMC was away; what the machine said meanwhile is not known. */
  z.object({ op: z.literal('gap'), at: timestamp, why: z.enum(consoleGapReasons) }),
  z.object({ op: z.literal('console'), row: serverConsole }),
]);
export type AttachedConsolePatch = z.infer<typeof attachedConsolePatch>;

/** From one connection to the next stop, or a rotated part of it. */
export const consoleRecording = z.object({
  id: recordingId,
  nodeId,
  startedAt: timestamp,
  /** Null while it is being made. */
  endedAt: timestamp.nullable(),
  columns: z.number().int(),
  rows: z.number().int(),
  /** Bytes of the wire. */
  outputBytes: z.number().int(),
  /** As they are stored. */
  storedBytes: z.number().int(),
  /** That ran on this server meanwhile. */
  deploymentIds: z.array(deploymentId),
});
export type ConsoleRecording = z.infer<typeof consoleRecording>;

/** asciicast v2: `o` is what the machine said, `i` what a person typed (its length alone, never the text), `m` a mark. */
export const recordedEvent = z.object({
  /** Since the start of the recording. */
  atMs: z.number().nonnegative(),
  kind: z.enum(['o', 'i', 'm']),
  /** Of `o` the bytes, base64; of `i` how many were typed; of `m` a gap's reason, `break`, or `not_recorded` and how many bytes. */
  data: z.string(),
});
export type RecordedEvent = z.infer<typeof recordedEvent>;

/** Newest first. */
export const consoleHit = z.object({
  recordingId,
  nodeId,
  at: timestamp,
  /** Since the start of the recording. */
  atMs: z.number(),
  /** The line without control sequences. */
  line: z.string(),
});
export type ConsoleHit = z.infer<typeof consoleHit>;

/** What a console had said at a moment. */
export const consoleText = z.object({
  /** The newest that had begun by then. */
  recordingId,
  /** The moment in that recording; its end, where it was over by then. */
  atMs: z.number().nonnegative(),
  /** When that recording was over, if it was by then: nothing is known of what the machine said between. */
  endedAt: timestamp.nullable(),
  /** Without control sequences, with the moment at which each was left. */
  lines: z.array(z.object({ at: timestamp, line: z.string() })),
});
export type ConsoleText = z.infer<typeof consoleText>;

/** What a BMC says of its serial-over-LAN (IPMI 2.0 §26.3). Null: it does not tell. */
export const solSettings = z.object({
  isEnabled: z.boolean(),
  privilege: z.enum(['user', 'operator', 'administrator']).nullable(),
  requiresEncryption: z.boolean().nullable(),
  bitRate: z.number().int().nullable(),
  bitRateAfterRestart: z.number().int().nullable(),
});
export type SolSettings = z.infer<typeof solSettings>;

/** A text that is waited for on a console. Plain text, whatever its case; not an expression. */
export const textWatch = z.object({ text: z.string().trim().min(2).max(200) });
export type TextWatch = z.infer<typeof textWatch>;
