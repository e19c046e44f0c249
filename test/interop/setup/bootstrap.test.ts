import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { describe, expect, it, vi } from 'vitest';

const root = path.join(import.meta.dirname, '..', '..', '..');
const family = 'test/interop/setup/family-process.ts';

/** `node scripts/bootstrap.mjs SCRIPT`, once the script and its child run. */
async function startFamily(...args: string[]) {
  const bootstrap = spawn(process.execPath, ['scripts/bootstrap.mjs', family, ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const lines: string[] = [];
  const reader = createInterface({ input: bootstrap.stdout });
  reader.on('line', line => void lines.push(line));
  const ended = once(bootstrap, 'close') as Promise<[number | null, NodeJS.Signals | null]>;
  const [pids] = (await once(reader, 'line')) as [string];
  return { bootstrap, ended, lines, pids: pids.split(' ').map(Number) };
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false; // ESRCH
  }
}

const allGone = (pids: readonly number[]) =>
  vi.waitFor(() => expect(pids.filter(isAlive)).toEqual([]), { timeout: 15_000, interval: 50 });

describe('what runs behind npm start and npm test', () => {
  it.each(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)(
    'is told %s once, though npm and the terminal both send it, and gives its exit code',
    async signal => {
      const { bootstrap, ended, lines, pids } = await startFamily('orderly');
      bootstrap.kill(signal);
      bootstrap.kill(signal);
      expect(await ended).toEqual([7, null]);
      expect(lines.slice(1)).toEqual([signal]);
      await allGone(pids);
    },
  );

  it('leaves nobody behind when it dies of a signal, of which npm start dies too', async () => {
    const { bootstrap, ended, pids } = await startFamily();
    bootstrap.kill('SIGTERM');
    expect(await ended).toEqual([null, 'SIGTERM']);
    await allGone(pids);
  });

  it('ends in good order with npm, of which only the shell between them hears', async () => {
    const command = `${process.execPath} scripts/bootstrap.mjs ${family} orderly; true`;
    const shell = spawn('/bin/sh', ['-c', command], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
    const reader = createInterface({ input: shell.stdout });
    const lines = once(reader, 'close');
    const [pids] = (await once(reader, 'line')) as [string];
    const heard = once(reader, 'line');
    shell.kill('SIGTERM');
    expect(await heard).toEqual(['SIGTERM']);
    await lines;
    await allGone(pids.split(' ').map(Number));
  });

  it('ends with what started it, even when that is killed outright', async () => {
    const { bootstrap, pids } = await startFamily();
    bootstrap.kill('SIGKILL');
    await allGone(pids);
  });
});
