import { appendFileSync, existsSync, mkdirSync, renameSync } from 'node:fs';
import path from 'node:path';

export type ShellLog = (
  level: 'error' | 'warn' | 'info',
  message: string,
  context?: Readonly<Record<string, unknown>>,
) => void;

/** `main.log` beside the engine's log, in the same form; the one before is `main.1.log`. Holds no secret: none is here. */
export function openShellLog(folder: string): ShellLog {
  const file = path.join(folder, 'main.log');
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  if (existsSync(file)) renameSync(file, path.join(folder, 'main.1.log'));
  return (level, message, context = {}) => {
    const line = JSON.stringify({
      t: new Date().toISOString(),
      level,
      subsystem: 'main',
      msg: message,
      ...context,
    });
    try {
      appendFileSync(file, `${line}\n`, { mode: 0o600 });
    } catch {
      // A full disk must not close the window.
    }
  };
}
