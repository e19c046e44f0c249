import type { PasteStep } from './paste-plan.ts';

export interface PasteLine {
  /** False: nobody may type there now, and the rest is not sent. */
  readonly send: (text: string) => boolean;
  /** Resolves when this text came, or after `timeoutMs`. */
  readonly waitForEcho: (text: string, timeoutMs: number) => Promise<void>;
  readonly wait: (ms: number) => Promise<void>;
  readonly onProgress: (sentBytes: number) => void;
}

/** A prompt may be a password's and echo nothing: then the next line goes after this long. */
const echoTimeoutMs = 2000;

/** Sends the steps one after the other; false when it was cut short. */
export async function runPaste(
  steps: readonly PasteStep[],
  line: PasteLine,
  signal: AbortSignal,
): Promise<boolean> {
  let sentBytes = 0;
  for (const step of steps) {
    if (signal.aborted) return false;
    // Listened for before it is sent: an echo may be faster than we.
    const echoed = step.echo === '' ? undefined : line.waitForEcho(step.echo, echoTimeoutMs);
    if (!line.send(step.text)) return false;
    sentBytes += step.sizeBytes;
    line.onProgress(sentBytes);
    await line.wait(step.pauseMs);
    await echoed;
  }
  return true;
}
