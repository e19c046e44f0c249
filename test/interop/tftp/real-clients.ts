import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram } from '#test/lab/program.ts';

export interface ClientTerms {
  readonly blockSizeBytes?: number;
  readonly windowBlocks?: number;
}

export interface RealClient {
  readonly name: string;
  /** Which terms it can ask for. */
  readonly blocks: boolean;
  readonly windows: boolean;
  readonly arguments: (port: number, remote: string, local: string, terms: ClientTerms) => readonly string[];
}

const host = '127.0.0.1';
const option = (name: string, value: number | undefined): string[] =>
  value === undefined ? [] : ['--option', `${name} ${value}`];

/** The TFTP clients that Debian has; each with its own idea of options, timers and last blocks. */
export const realClients: readonly RealClient[] = [
  {
    name: 'curl',
    blocks: true,
    windows: false,
    arguments: (port, remote, local, { blockSizeBytes }) => [
      '-sS',
      '-o',
      local,
      ...(blockSizeBytes === undefined ? ['--tftp-no-options'] : ['--tftp-blksize', String(blockSizeBytes)]),
      `tftp://${host}:${port}/${remote}`,
    ],
  },
  {
    name: 'tftp',
    blocks: false,
    windows: false,
    arguments: (port, remote, local) => ['-m', 'binary', host, String(port), '-c', 'get', remote, local],
  },
  {
    name: 'atftp',
    blocks: true,
    windows: true,
    arguments: (port, remote, local, { blockSizeBytes, windowBlocks }) => [
      ...option('blksize', blockSizeBytes),
      ...option('windowsize', windowBlocks),
      '-g',
      '-r',
      remote,
      '-l',
      local,
      host,
      String(port),
    ],
  },
  {
    name: 'busybox',
    blocks: true,
    windows: false,
    arguments: (port, remote, local, { blockSizeBytes }) => [
      'tftp',
      ...(blockSizeBytes === undefined ? [] : ['-b', String(blockSizeBytes)]),
      '-g',
      '-r',
      remote,
      '-l',
      local,
      host,
      String(port),
    ],
  },
];

let lastFile = 0;

/** What the client wrote to its disk. Rejects when the client says that it failed. */
export async function fetchWith(
  client: RealClient,
  folder: string,
  port: number,
  remote: string,
  terms: ClientTerms = {},
): Promise<Buffer> {
  lastFile += 1;
  const local = join(folder, `got-${lastFile}`);
  await runProgram(client.name, client.arguments(port, remote, local, terms), { timeoutMs: 100_000 });
  return readFile(local);
}
