import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const root = join(import.meta.dirname, '..', '..');

export interface RealEngine {
  /** For a browser, once. */
  readonly url: string;
  readonly dataDir: string;
  readonly stop: () => Promise<void>;
}

/** `rackside serve` as a person starts it, with a data folder of its own. */
export async function startRealEngine(): Promise<RealEngine> {
  const dataDir = mkdtempSync(join(tmpdir(), 'rk-e2e-'));
  const child = spawn(
    process.execPath,
    [join(root, 'electron', 'engine', 'hosts', 'rackside.mjs'), 'serve', '--data', dataDir],
    { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(child, 'exit');
  const lines = createInterface({ input: child.stdout });
  const first = await Promise.race([once(lines, 'line'), ended]);
  const ready = JSON.parse(String(first[0])) as { url: string };
  return {
    url: ready.url,
    dataDir,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
