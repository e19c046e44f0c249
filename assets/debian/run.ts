import { spawn } from 'node:child_process';

export interface RunOptions {
  readonly cwd?: string;
  readonly signal?: AbortSignal | undefined;
  readonly env?: NodeJS.ProcessEnv;
}

/** Runs a program to its end and gives its stdout; an exit code other than 0 is an error with the end of its stderr. */
export async function run(
  program: string,
  args: readonly string[],
  options: RunOptions = {},
): Promise<string> {
  const { cwd, signal, env } = options;
  signal?.throwIfAborted();
  const child = spawn(program, args, {
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(cwd === undefined ? {} : { cwd }),
    ...(signal === undefined ? {} : { signal }),
    env: { ...process.env, LC_ALL: 'C', ...env },
  });
  const stdout: Buffer[] = [];
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    stderr = (stderr + chunk.toString()).slice(-4000);
  });
  const code = await new Promise<number | null>((resolve, reject) => {
    child.once('error', cause =>
      reject(signal?.aborted === true ? signal.reason : notStarted(program, cause)),
    );
    child.once('close', resolve);
  });
  signal?.throwIfAborted();
  if (code === 0) return Buffer.concat(stdout).toString('utf8');
  throw new Error(`${program} ${args.join(' ')} ended with ${code ?? 'a signal'}: ${stderr.trim()}`);
}

function notStarted(program: string, cause: Error): Error {
  return new Error(`${program} cannot be started: is its package installed?`, { cause });
}
