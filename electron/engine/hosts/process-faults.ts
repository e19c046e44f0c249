import type { Logger } from '#engine/system/log.ts';

/**
 * Bugs that nobody caught. A rejected promise concerns one task, and the engine goes on; an exception out of nowhere may
 * have left anything half done, so the process ends: started again, it continues from what is stored.
 */
export function logProcessFaults(log: Logger): void {
  process.on('unhandledRejection', error => log.error('a promise was rejected and nobody looked', { error }));
  process.on('uncaughtException', error => {
    log.error('an exception that nobody caught ends the engine', { error });
    process.exit(70);
  });
}
