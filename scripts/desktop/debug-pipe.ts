import type { Readable, Writable } from 'node:stream';

/** Chromium's `--remote-debugging-pipe`: JSON messages that end with a zero byte, on file descriptors 3 and 4. */
export interface DebugPipe {
  call(method: string, params?: object, sessionId?: string): Promise<Record<string, unknown>>;
}

/** The other end is gone, with whatever exit code. */
export class BrowserEnded extends Error {}

interface Answer {
  readonly id?: number;
  readonly result?: Record<string, unknown>;
  readonly error?: { readonly message: string };
}

export function openDebugPipe(input: Writable, output: Readable): DebugPipe {
  const waiting = new Map<
    number,
    { resolve(result: Record<string, unknown>): void; reject(error: Error): void }
  >();
  let lastId = 0;
  let rest = '';
  const take = (text: string) => {
    const { id, result, error } = JSON.parse(text) as Answer;
    const call = id === undefined ? undefined : waiting.get(id);
    if (id === undefined || call === undefined) return;
    waiting.delete(id);
    if (error === undefined) call.resolve(result ?? {});
    else call.reject(new Error(error.message));
  };
  const fail = () => {
    for (const { reject } of waiting.values()) reject(new BrowserEnded('the browser has ended'));
    waiting.clear();
  };
  output.setEncoding('utf8');
  output.on('data', (text: string) => {
    const parts = (rest + text).split('\0');
    rest = parts.pop() ?? '';
    for (const part of parts) take(part);
  });
  for (const stream of [input, output]) stream.on('error', fail);
  output.on('close', fail);
  return {
    call: (method, params = {}, sessionId) =>
      new Promise((resolve, reject) => {
        lastId += 1;
        waiting.set(lastId, { resolve, reject });
        input.write(`${JSON.stringify({ id: lastId, method, params, sessionId })}\0`);
      }),
  };
}
