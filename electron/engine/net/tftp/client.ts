import type { RemoteInfo, Socket } from 'node:dgram';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ClientAddress } from '../file-source/file-source.ts';
import { decodeTftp, encodeTftp, type TftpOptionMap, type TftpPacket, tftpError } from './packet.ts';
import { newReceipt, type Receipt, type ReceiptAction, repeatAck, stepReceipt } from './receipt.ts';

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

/** One transfer as seen from here: the request until the server's port is known, ACKs from then on. */
interface Conversation {
  readonly socket: Socket;
  readonly receipt: Receipt;
  readonly options: TftpFetchOptions;
  readonly request: Uint8Array;
  /** RFC 1350 §4: the server answers from a port of its own, which then stays. */
  transferPort: number | undefined;
  retries: number;
  readonly settle: (error?: TftpFetchError) => void;
}

function converse(
  socket: Socket,
  receipt: Receipt,
  options: TftpFetchOptions,
  asked: TftpOptionMap,
): Promise<void> {
  const { path, signal } = options;
  const request = encodeTftp({ kind: 'read-request', path, mode: 'octet', options: asked });
  return new Promise((resolve, reject) => {
    const settle = (error?: TftpFetchError): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      socket.removeAllListeners('message');
      if (error === undefined) resolve();
      else reject(error);
    };
    const talk: Conversation = {
      socket,
      receipt,
      options,
      request,
      transferPort: undefined,
      retries: 0,
      settle,
    };
    const timer = setTimeout(() => {
      if (repeat(talk)) timer.refresh();
    }, options.timeoutMs ?? 1000);
    const onAbort = (): void => {
      const { notDefined: code } = tftpError;
      if (talk.transferPort !== undefined) send(talk, { kind: 'error', code, message: 'aborted' });
      settle(new TftpFetchError('aborted', undefined, { cause: signal?.reason }));
    };
    socket.on('message', (bytes: Uint8Array, from: RemoteInfo) => {
      if (from.address === options.server.address && hear(talk, bytes, from.port)) timer.refresh();
    });
    socket.on('error', cause => settle(new TftpFetchError(cause.message, undefined, { cause })));
    signal?.addEventListener('abort', onAbort, { once: true });
    if (signal?.aborted === true) onAbort();
    else sendBytes(talk, request);
  });
}

/** Says again what was said last. False when that was once too often. */
function repeat(talk: Conversation): boolean {
  const { server, maxRetries = 5 } = talk.options;
  talk.retries += 1;
  if (talk.retries > maxRetries) {
    talk.settle(new TftpFetchError(`no answer from ${server.address}:${talk.transferPort ?? server.port}`));
    return false;
  }
  const block = repeatAck(talk.receipt);
  if (block === undefined) sendBytes(talk, talk.request);
  else send(talk, { kind: 'ack', block });
  return true;
}

/** Takes one datagram of the server's host. True when it brought the transfer further. */
function hear(talk: Conversation, bytes: Uint8Array, port: number): boolean {
  if (talk.transferPort !== undefined && port !== talk.transferPort) {
    const { unknownTransferId: code } = tftpError;
    sendBytes(talk, encodeTftp({ kind: 'error', code, message: 'unknown transfer' }), port);
    return false;
  }
  const received = decodeTftp(bytes);
  if (!received.ok) return false;
  talk.transferPort = port;
  const before = talk.receipt.lastBlock;
  const action = stepReceipt(talk.receipt, received.value);
  answer(talk, action);
  if (talk.receipt.lastBlock === before) return false;
  talk.retries = 0;
  return action.kind !== 'done' && action.kind !== 'failed';
}

function answer(talk: Conversation, action: ReceiptAction): void {
  switch (action.kind) {
    case 'wait':
      return;
    case 'ack':
      send(talk, { kind: 'ack', block: action.block });
      return;
    case 'done':
      sendBytes(talk, encodeTftp({ kind: 'ack', block: action.block }), talk.transferPort, talk.settle);
      return;
    case 'failed':
      if (action.reply !== undefined) send(talk, { kind: 'error', ...action.reply });
      talk.settle(new TftpFetchError(`${talk.options.path}: ${action.why}`, action.code));
      return;
    default:
      assertNever(action);
  }
}

function send(talk: Conversation, packet: TftpPacket): void {
  sendBytes(talk, encodeTftp(packet));
}

/** A packet that cannot be sent is like one that was lost: the timer repeats it. */
function sendBytes(
  talk: Conversation,
  bytes: Uint8Array,
  port = talk.transferPort ?? talk.options.server.port,
  sent: () => void = () => undefined,
): void {
  talk.socket.send(bytes, port, talk.options.server.address, () => sent());
}

function askedOptions(options: TftpFetchOptions): TftpOptionMap {
  const asked = new Map<string, string>();
  if (options.askSize !== false) asked.set('tsize', '0');
  if (options.blockSizeBytes !== undefined) asked.set('blksize', String(options.blockSizeBytes));
  if (options.windowBlocks !== undefined) asked.set('windowsize', String(options.windowBlocks));
  return asked;
}
