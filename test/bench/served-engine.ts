/** `rackside serve` as a person starts it, in a process of its own that dies with us. */
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { repositoryRoot, type Service, serviceOf } from '#test/lab/program.ts';

/** A machine that does other things as well may need minutes for 5,000 servers. */
const startTimeoutMs = 300_000;

export interface ServedEngine {
  readonly service: Service;
  readonly baseUrl: string;
  /** For scripts, and for a page as often as one is opened. */
  readonly token: string;
}

export async function serveEngine(dataDir: string): Promise<ServedEngine> {
  const entry = join(repositoryRoot, 'electron', 'engine', 'hosts', 'rackside.mjs');
  const serve = [entry, 'serve', '--data', dataDir, '--listen', '127.0.0.1:0'];
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', process.execPath, ...serve], {
    stdio: ['ignore', 'pipe', 'inherit'],
    detached: true,
    env: { ...process.env, RACKSIDE_TOKEN: randomBytes(24).toString('base64url') },
  });
  const service = serviceOf(child, 'rackside serve');
  const ready = new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).once('line', resolve);
    void service.ended.then(() => reject(new Error('the engine ended before it was ready')));
    setTimeout(() => reject(new Error('the engine is not ready in time')), startTimeoutMs).unref();
  });
  try {
    const { baseUrl, token } = JSON.parse(await ready) as { baseUrl: string; token: string };
    return { service, baseUrl, token };
  } catch (error) {
    await service.stop();
    throw error;
  }
}
