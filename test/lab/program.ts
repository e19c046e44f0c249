/** Running outside programs: one that is awaited for its output, one that lives as long as this process. */
import { type ChildProcess, spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { resolve } from 'node:path';

export const repositoryRoot = resolve(import.meta.dirname, '../..');

export type ProgramResult = { readonly code: number; readonly stdout: string; readonly stderr: string };

/** Runs a program to its end. Throws with its stderr unless its exit code is 0 or `mayFail` is set. */
export async function runProgram(
  program: string,
  args: readonly string[],
  options: { readonly input?: string; readonly mayFail?: boolean; readonly timeoutMs?: number } = {},
): Promise<ProgramResult> {
  const child = spawn(program, args, {
    // genisoimage and 7-Zip take a file name's bytes for what the locale says, and a fresh Debian has none.
    env: { ...process.env, LC_ALL: 'C.UTF-8' },
    stdio: ['pipe', 'pipe', 'pipe'],
    timeout: options.timeoutMs ?? 900_000,
  });
  const output = { stdout: '', stderr: '' };
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output.stdout += text;
  });
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output.stderr += text;
  });
  // A program that does not read its input closes the pipe: its exit code tells, not the EPIPE.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const code = await new Promise<number>((settle, fail) => {
    child.once('error', cause => fail(new Error(`cannot run ${program}`, { cause })));
    child.once('close', (exitCode, signal) => settle(exitCode ?? (signal === null ? 1 : 128)));
  });
  if (code !== 0 && options.mayFail !== true) {
    throw new Error(`${program} ${args.join(' ')} ended with ${code}: ${output.stderr.trim().slice(-2000)}`);
  }
  return { code, ...output };
}

export type Service = {
  readonly pid: number;
  /** Settles when the process has ended, whoever ended it. */
  readonly ended: Promise<void>;
  readonly isRunning: () => boolean;
  /** Signals the process and whatever it started (its process group). */
  readonly kill: (signal: NodeJS.Signals) => void;
  /** SIGTERM, SIGKILL after `graceMs`; returns when it is gone. */
  readonly stop: (graceMs?: number) => Promise<void>;
};

/**
 * Starts a program that dies with us, however we die (PR_SET_PDEATHSIG through setpriv), in its own process group,
 * with stdout and stderr appended to a file.
 */
export function startService(
  command: readonly [string, ...string[]],
  options: { readonly logFile: string; readonly env?: NodeJS.ProcessEnv },
): Service {
  const log = openSync(options.logFile, 'a');
  const child = spawn('setpriv', ['--pdeathsig', 'KILL', ...command], {
    stdio: ['ignore', log, log],
    detached: true,
    env: options.env ?? process.env,
  });
  return serviceOf(child, command[0]);
}

export function serviceOf(child: ChildProcess, name: string): Service {
  const { pid } = child;
  if (pid === undefined) throw new Error(`cannot start ${name}`);
  const ended = new Promise<void>(settle => {
    child.once('exit', () => settle());
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  const kill = (signal: NodeJS.Signals): void => {
    if (!isRunning()) return;
    try {
      process.kill(-pid, signal);
    } catch {
      child.kill(signal);
    }
  };
  const stop = async (graceMs = 1000): Promise<void> => {
    kill('SIGTERM');
    const timer = setTimeout(() => kill('SIGKILL'), graceMs);
    if (isRunning()) await ended;
    clearTimeout(timer);
  };
  return { pid, ended, isRunning, kill, stop };
}
