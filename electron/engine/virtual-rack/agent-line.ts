import { isNetworkError, send, textOf } from './http-client.ts';

/** How the played agent reaches the engine; `assets/ramdisk/protocol.md`, "All calls". */
export interface AgentLine {
  /** `rackside.url`. */
  readonly baseUrl: string;
  readonly localAddress: string;
  readonly bootId: string;
  readonly signal: AbortSignal;
  /** Rejects when the signal is aborted. */
  readonly wait: (delayMs: number, signal: AbortSignal) => Promise<void>;
}

export interface AgentAnswer {
  readonly status: number;
  readonly text: string;
}

/** 401 and 403: only a power cycle with a new token helps. */
export class AgentRefusedError extends Error {}

/** An answer to a download that trying again does not mend, or ten minutes without a byte. */
export class DownloadFailedError extends Error {
  readonly evidence: { readonly httpStatus: number; readonly receivedBytes: number };

  constructor(httpStatus: number, receivedBytes: number) {
    super(`HTTP ${httpStatus} after ${receivedBytes} bytes`);
    this.evidence = { httpStatus, receivedBytes };
  }
}

const backOffMs = [1000, 2000, 4000, 8000, 15_000] as const;
const giveUpDownloadAfterMs = 600_000;

function isTriedAgain(status: number): boolean {
  return [408, 409, 425, 429].includes(status) || status >= 500;
}

/** One call, repeated until the engine answers for good. */
export async function call(
  line: AgentLine,
  path: string,
  token: string,
  body?: string,
): Promise<AgentAnswer> {
  return repeated(line, path, () => callOnce(line, path, token, body));
}

/** The file of a step, sent while that runs. */
export function putFile(
  line: AgentLine,
  path: string,
  token: string,
  body: Buffer,
  sha256: string,
): Promise<AgentAnswer> {
  const type = { 'content-type': 'application/gzip', 'x-content-sha256': sha256 };
  return repeated(line, path, () => sendOnce(line, path, token, { method: 'PUT', headers: type, body }));
}

async function repeated(
  line: AgentLine,
  path: string,
  once: () => Promise<AgentAnswer | undefined>,
): Promise<AgentAnswer> {
  for (let tries = 0; ; tries += 1) {
    const answer = await once();
    if (answer !== undefined && !isTriedAgain(answer.status)) {
      if (answer.status === 401 || answer.status === 403)
        throw new AgentRefusedError(`${path}: HTTP ${answer.status}`);
      return answer;
    }
    await line.wait(delayAfter(tries), line.signal);
  }
}

/** Undefined without an answer. */
export async function callOnce(
  line: AgentLine,
  path: string,
  token: string,
  body?: string,
): Promise<AgentAnswer | undefined> {
  return sendOnce(line, path, token, body === undefined ? { method: 'GET' } : { method: 'POST', body });
}

interface Sent {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

async function sendOnce(
  line: AgentLine,
  path: string,
  token: string,
  { method, headers: more, body }: Sent,
): Promise<AgentAnswer | undefined> {
  const { localAddress, signal } = line;
  try {
    const response = await send(`${line.baseUrl}/v1/${path}`, {
      localAddress,
      signal,
      method,
      headers: { ...headers(token), 'x-rackside-boot': line.bootId, ...more },
      ...(body === undefined ? {} : { body }),
    });
    return { status: response.statusCode ?? 0, text: await textOf(response) };
  } catch (error) {
    signal.throwIfAborted();
    if (isNetworkError(error)) return undefined;
    throw error;
  }
}

/** A download whose connections may break: each goes on where the last one ended. */
export interface Download {
  readonly attempts: () => number;
  /** @throws DownloadFailedError, AgentRefusedError, or the reason of the line's signal. */
  readonly chunks: () => AsyncGenerator<Uint8Array, void, undefined>;
}

export function download(line: AgentLine, url: string, session: string): Download {
  const { localAddress, signal } = line;
  let attempts = 0;
  let receivedBytes = 0;
  let etag = '';

  /** The body from `receivedBytes` on; undefined when it is to be tried again. */
  async function open(): Promise<AsyncIterable<Uint8Array> | undefined> {
    attempts += 1;
    const range = receivedBytes === 0 ? {} : { range: `bytes=${receivedBytes}-` };
    const condition = receivedBytes === 0 || etag === '' ? {} : { 'if-range': etag };
    const response = await send(url, {
      localAddress,
      signal,
      headers: { ...headers(session), ...range, ...condition },
    });
    const status = response.statusCode ?? 0;
    if (status === (receivedBytes === 0 ? 200 : 206)) {
      etag ||= response.headers.etag ?? '';
      return response;
    }
    response.resume();
    if (isTriedAgain(status)) return undefined;
    if (status === 401 || status === 403) throw new AgentRefusedError(`${url}: HTTP ${status}`);
    throw new DownloadFailedError(status, receivedBytes);
  }

  async function* chunks(): AsyncGenerator<Uint8Array, void, undefined> {
    let tries = 0;
    let waitedMs = 0;
    for (;;) {
      try {
        const body = await open();
        for await (const chunk of body ?? []) {
          receivedBytes += chunk.length;
          tries = 0;
          waitedMs = 0;
          yield chunk;
        }
        if (body !== undefined) return;
      } catch (error) {
        signal.throwIfAborted();
        if (!isNetworkError(error)) throw error;
      }
      if (waitedMs >= giveUpDownloadAfterMs) throw new DownloadFailedError(0, receivedBytes);
      waitedMs += delayAfter(tries);
      await line.wait(delayAfter(tries), signal);
      tries += 1;
    }
  }
  return { attempts: () => attempts, chunks };
}

function delayAfter(tries: number): number {
  return backOffMs[Math.min(tries, backOffMs.length - 1)] ?? 15_000;
}

function headers(token: string) {
  return { authorization: `Bearer ${token}`, 'user-agent': 'rackside-agent/virtual' };
}
