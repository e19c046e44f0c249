import { createEngine } from '#engine/engine.ts';
import { runCli } from '#engine/hosts/cli.ts';
import { systemClock } from '#engine/system/clock.ts';
import { defaultSettings } from '#shared/contract/index.ts';

/**
 * `node engine-without-patience-process.ts ARGS…`: `rackside ARGS…`, which has waited half an hour for every machine that has
 * not called back when it is sent SIGUSR2. Nobody can watch a test for so long, and a shorter time would be over for machines
 * that are only slow.
 */
const { sleep } = systemClock;
const callBackMs = defaultSettings.callBackTimeoutSeconds * 1000;
const impatient = new Set<() => void>();
process.on('SIGUSR2', () => {
  for (const end of impatient) end();
  impatient.clear();
});

Object.assign(systemClock, {
  async sleep(delayMs: number, signal?: AbortSignal): Promise<void> {
    if (delayMs !== callBackMs) return sleep(delayMs, signal);
    const { promise, resolve } = Promise.withResolvers<void>();
    impatient.add(resolve);
    return Promise.race([promise, sleep(delayMs, signal)]).finally(() => impatient.delete(resolve));
  },
});

process.exit(await runCli(process.argv.slice(2), async () => createEngine));
