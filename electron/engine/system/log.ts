import {
  closeSync,
  existsSync,
  fstatSync,
  mkdirSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import path from 'node:path';

/** error: an operator must act; warn: degraded; info: state changes; debug: a packet's summary; trace: its bytes. */
export const logLevels = ['error', 'warn', 'info', 'debug', 'trace'] as const;
export type LogLevel = (typeof logLevels)[number];
export type LogContext = Readonly<Record<string, unknown>>;

export type Logger = { readonly [Level in LogLevel]: (message: string, context?: LogContext) => void } & {
  /** Its lines carry `subsystem` (replaced) and `context` (added to what this one carries). */
  child(subsystem: string, context?: LogContext): Logger;
};

/** Where lines go: one call a line, with its line feed. */
export interface LogSink {
  write(line: string): void;
  close(): void;
}

export interface LoggerOptions {
  readonly sink: LogSink;
  readonly level?: LogLevel;
  /** Epoch milliseconds. */
  readonly now?: () => number;
}

/** JSON lines `{t, level, subsystem, msg, …context}`. Secrets, and what is named like one, are written `[redacted]`. */
export function createLogger(options: LoggerOptions, subsystem = 'engine', context: LogContext = {}): Logger {
  const now = options.now ?? Date.now;
  const threshold = logLevels.indexOf(options.level ?? 'info');
  const at = (level: LogLevel) => {
    if (logLevels.indexOf(level) > threshold) return () => undefined;
    return (message: string, more: LogContext = {}) => {
      const head = { t: new Date(now()).toISOString(), level, subsystem, msg: message };
      options.sink.write(`${lineOf({ ...context, ...more, ...head }, head)}\n`);
    };
  };
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    trace: at('trace'),
    child: (name, more = {}) => createLogger(options, name, { ...context, ...more }),
  };
}

/** A logger for tests and for parts that run without one. */
export const silentLogger: Logger = createLogger({
  sink: { write: () => undefined, close: () => undefined },
});

const secretName =
  /^(authorization|cookie|.*(password|passphrase|secret|token|credential|privatekey|sealkey|productkey))$/i;

function lineOf(record: Record<string, unknown>, head: Record<string, unknown>): string {
  try {
    return JSON.stringify({ ...head, ...record }, (key, value: unknown) => plain(key, value));
  } catch {
    return JSON.stringify({ ...head, context: 'could not be written as JSON' }); // a cycle
  }
}

function plain(key: string, value: unknown): unknown {
  if (typeof value === 'string' && secretName.test(key)) return '[redacted]';
  if (typeof value === 'bigint') return value.toString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString('hex');
  if (value instanceof Error) return errorContext(value);
  return value;
}

/** An error as data, with its chain of causes; what `codes` and details it has come along. */
function errorContext(error: Error): Record<string, unknown> {
  const { stack, message, name, cause, ...own } = error as Error & Record<string, unknown>;
  return { name, message, ...own, stack, ...(cause === undefined ? {} : { cause }) };
}

export interface LogFileOptions {
  readonly folder: string;
  /** `engine` gives `engine.log`, `engine.1.log` (the one before) … */
  readonly name: string;
  readonly maxBytes?: number;
  readonly keep?: number;
}

/** A file that begins anew at each start and at `maxBytes`; the last `keep` are kept. */
export function logFile({ folder, name, maxBytes = 10 * 1024 * 1024, keep = 5 }: LogFileOptions): LogSink {
  const numbered = (number: number) =>
    path.join(folder, number === 0 ? `${name}.log` : `${name}.${number}.log`);
  const rotate = () => {
    rmSync(numbered(keep), { force: true });
    for (let number = keep - 1; number >= 0; number -= 1)
      if (existsSync(numbered(number))) renameSync(numbered(number), numbered(number + 1));
  };
  const openNew = () => openSync(numbered(0), 'a', 0o600);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  rotate();
  let file: number | undefined = openNew();
  let sizeBytes = fstatSync(file).size;
  return {
    write(line) {
      if (file === undefined) return;
      try {
        if (sizeBytes > maxBytes) {
          closeSync(file);
          rotate();
          file = openNew();
          sizeBytes = 0;
        }
        sizeBytes += writeSync(file, line);
      } catch {
        // A full disk must not stop the engine; what cannot be written is lost.
      }
    },
    close() {
      if (file !== undefined) closeSync(file);
      file = undefined;
    },
  };
}
