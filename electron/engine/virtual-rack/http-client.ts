import { type IncomingMessage, request } from 'node:http';

/** One request from a simulated machine's own address, so that our server sees the machine and not this computer. */
export function send(
  url: string,
  options: {
    readonly localAddress: string;
    readonly signal: AbortSignal;
    readonly method?: 'GET' | 'POST';
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: string;
  },
): Promise<IncomingMessage> {
  const { localAddress, signal, method = 'GET', headers = {}, body } = options;
  return new Promise((resolve, reject) => {
    const sent = request(
      url,
      { localAddress, signal, method, headers: { ...headers, connection: 'close' } },
      resolve,
    );
    sent.once('error', reject);
    sent.end(body);
  });
}

export async function textOf(response: IncomingMessage): Promise<string> {
  return (await bytesOf(response)).toString('utf8');
}

export async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const parts: Buffer[] = [];
  for await (const part of response as AsyncIterable<Buffer>) parts.push(part);
  return Buffer.concat(parts);
}
