import { spawn } from 'node:child_process';

/**
 * Runs a program that prints where we print, and gives its exit code (null: a signal ended it). Others of ours go on
 * meanwhile. Rejects when it cannot be started.
 */
export function runVisibly(
  program: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): Promise<number | null> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env });
    child.on('error', reject);
    child.on('exit', resolve);
  });
}
