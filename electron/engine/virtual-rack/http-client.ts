import { type IncomingMessage, request } from 'node:http';

/** The agent gives up a silent call after so long (`assets/ramdisk/protocol.md`). */
const silenceMs = 40_000;

/** One request from a simulated machine's own address, so that our server sees the machine and not this computer. */
export function send(
  url: string,
  options: {
    readonly localAddress: string;
    readonly signal: AbortSignal;
    readonly method?: 'GET' | 'POST' | 'PUT';
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string | Buffer;
  },
): Promise<IncomingMessage> {
  const { localAddress, signal, method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { localAddress, signal, method, headers: { ...headers, connection: 'close' } },
      resolve,
    );
    sent.setTimeout(silenceMs, () => sent.destroy(new SilenceError(`${url}: no byte for ${silenceMs} ms`)));
    sent.once('error', reject);
    sent.end(body);
  });
}

class SilenceError extends Error {
  readonly code = 'ETIMEDOUT';
}

/** A connection that was refused, cut off, or fell silent; Node's errors of sockets and of the HTTP parser have codes. */
export function isNetworkError(error: unknown): boolean {
  return error instanceof Error && 'code' in error && /^(E[A-Z]+|HPE_\w+)$/.test(String(error.code));
}

export async function textOf(response: IncomingMessage): Promise<string> {
  return (await bytesOf(response)).toString('utf8');
}

export async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
