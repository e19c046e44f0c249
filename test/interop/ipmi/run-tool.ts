import { execFile } from 'node:child_process';

export interface ToolResult {
  /** stdout and stderr as they came. */
  readonly output: string;
  readonly exitCode: number;
}

/** Runs a program to its end. Rejects when it does not exist: a missing tool fails the test. */
export function runTool(program: string, ...args: readonly string[]): Promise<ToolResult> {
  return new Promise((resolve, reject) => {
    const child = execFile(program, args, { timeout: 60_000 }, (error, stdout, stderr) => {
      if (error !== null && typeof error.code === 'string') reject(error);
      else resolve({ output: `${stdout}${stderr}`, exitCode: child.exitCode ?? 1 });
    });
  });
}
