import type { Clock } from '#engine/system/clock.ts';
import type { DeploymentStep } from '#shared/contract/index.ts';

/** Bytes done into rate and remaining time: over the last few seconds, so that a stall shows and a burst does not lie. */
export function createRateMeter(clock: Pick<Clock, 'now'>, windowMs = 8000) {
  let samples: { at: number; bytes: number }[] = [];
  return {
    restart(): void {
      samples = [];
    },
    measure(doneBytes: number, totalBytes: number): NonNullable<DeploymentStep['progress']> {
      const at = clock.now();
      samples.push({ at, bytes: doneBytes });
      while (samples.length > 2 && at - (samples[0]?.at ?? at) > windowMs) samples.shift();
      const first = samples[0] ?? { at, bytes: doneBytes };
      const seconds = (at - first.at) / 1000;
      const bytesPerSecond = seconds > 0 ? Math.max(0, Math.round((doneBytes - first.bytes) / seconds)) : 0;
      const etaSeconds = bytesPerSecond > 0 ? Math.round((totalBytes - doneBytes) / bytesPerSecond) : null;
      return { doneBytes, totalBytes, bytesPerSecond, etaSeconds };
    },
  };
}
