import type { RemoteInfo, Socket } from 'node:dgram';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ClientAddress } from '../file-source/file-source.ts';
import { decodeTftp, encodeTftp, type TftpOptionMap, tftpError } from './packet.ts';
import { newReceipt, type Receipt, repeatAck, stepReceipt } from './receipt.ts';

export interface TftpFetchOptions {
  readonly server: ClientAddress;
  readonly path: string;
  /** Unbound to a server port; closed in the end. `transferSocketsOn(localAddress)` makes one. */
  readonly openSocket: () => Promise<Socket>;
  /** Absent: the option is not sent, 512 holds. */
  readonly blockSizeBytes?: number;
  readonly windowBlocks?: number;
  /** Ask for the size first (tsize); default true. */
  readonly askSize?: boolean;
  /** Default 1000. */
  readonly timeoutMs?: number;
  /** Repetitions without an answer; default 5. */
  readonly maxRetries?: number;
  /** Default 64 MiB. */
  readonly maxBytes?: number;
  readonly signal?: AbortSignal;
}

export interface TftpFetched {
  readonly bytes: Uint8Array;
  /** As agreed with the server. */
  readonly blockSizeBytes: number;
  readonly windowBlocks: number;
  readonly announcedBytes: number | undefined;
}

/** `code` is TFTP's (RFC 1350); undefined for silence, a signal and socket errors. */
export class TftpFetchError extends Error {
  readonly code: number | undefined;
  constructor(message: string, code?: number, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** Reads one file (RRQ, octet). Rejects with `TftpFetchError`. */
export async function fetchTftp(options: TftpFetchOptions): Promise<TftpFetched> {
  const socket = await options.openSocket();
  const asked = askedOptions(options);
  const receipt = newReceipt(asked, options.maxBytes ?? 64 * 1024 * 1024);
  try {
    await converse(socket, receipt, options, asked);
  } finally {
    socket.close();
  }
  const { blockSizeBytes, windowBlocks, announcedBytes } = receipt;
  return { bytes: Buffer.concat(receipt.parts), blockSizeBytes, windowBlocks, announcedBytes };
}

function converse(
  socket: Socket,
  receipt: Receipt,
  options: TftpFetchOptions,
  asked: TftpOptionMap,
): Promise<void> {
  const { server, path, signal, maxRetries = 5 } = options;
  const request = encodeTftp({ kind: 'read-request', path, mode: 'octet', options: asked });
  return new Promise((resolve, reject) => {
    // RFC 1350 §4: the server answers from a port of its own, which then stays.
    let transferPort: number | undefined;
    let retries = 0;
    const send = (packet: Uint8Array, port = transferPort ?? server.port): void =>
      socket.send(packet, port, server.address, () => undefined);
    const settle = (error?: TftpFetchError): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners('message');
      if (error === undefined) resolve();
      else reject(error);
    };
    const onAbort = (): void => {
      if (transferPort !== undefined)
        send(encodeTftp({ kind: 'error', code: tftpError.notDefined, message: 'aborted' }));
      settle(new TftpFetchError('aborted', undefined, { cause: signal?.reason }));
    };
    const onSilence = (): void => {
      retries += 1;
      if (retries > maxRetries) {
        settle(new TftpFetchError(`no answer from ${server.address}:${transferPort ?? server.port}`));
        return;
      }
      const block = repeatAck(receipt);
      send(block === undefined ? request : encodeTftp({ kind: 'ack', block }));
      timer.refresh();
    };
    const timer = setTimeout(onSilence, options.timeoutMs ?? 1000);

    socket.on('message', (bytes: Uint8Array, from: RemoteInfo) => {
      if (from.address !== server.address) return;
      if (transferPort !== undefined && from.port !== transferPort) {
        const { unknownTransferId: code } = tftpError;
        send(encodeTftp({ kind: 'error', code, message: 'unknown transfer' }), from.port);
        return;
      }
      const received = decodeTftp(bytes);
      if (!received.ok) return;
      transferPort = from.port;
      const before = receipt.lastBlock;
      const action = stepReceipt(receipt, received.value);
      if (receipt.lastBlock > before) {
        retries = 0;
        timer.refresh();
      }
      switch (action.kind) {
        case 'wait':
          return;
        case 'ack':
          send(encodeTftp({ kind: 'ack', block: action.block }));
          return;
        case 'done':
          socket.send(encodeTftp({ kind: 'ack', block: action.block }), from.port, server.address, () =>
            settle(),
          );
          return;
        case 'failed':
          if (action.reply !== undefined) send(encodeTftp({ kind: 'error', ...action.reply }));
          settle(new TftpFetchError(`${path}: ${action.why}`, action.code));
          return;
        default:
          assertNever(action);
      }
    });
    socket.on('error', cause => settle(new TftpFetchError(cause.message, undefined, { cause })));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    else send(request);
  });
}

function askedOptions(options: TftpFetchOptions): TftpOptionMap {
  const asked = new Map<string, string>();
  if (options.askSize !== false) asked.set('tsize', '0');
  if (options.blockSizeBytes !== undefined) asked.set('blksize', String(options.blockSizeBytes));
  if (options.windowBlocks !== undefined) asked.set('windowsize', String(options.windowBlocks));
  return asked;
}
