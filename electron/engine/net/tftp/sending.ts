import type { Socket } from 'node:dgram';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ReadableFile } from '../file-source/file-source.ts';
import type { TransferTerms } from './options.ts';
import { dataHeaderBytes, decodeTftp, encodeTftp, tftpError, writeDataHeader } from './packet.ts';
import { type ReadAhead, readAhead } from './read-ahead.ts';
import {
  newTransfer,
  type RetryRules,
  restartTimeout,
  stepTransfer,
  type Transfer,
  type TransferAction,
  type TransferEvent,
  type TransferOutcome,
} from './transfer.ts';

/** One transfer on its own connected socket. It closes the socket and the file when it ends, however it ends. */
export interface Sending {
  /** Call now and then: notices a late client. */
  tick(): void;
  /** Ends it and tells the client. */
  stop(why: string): void;
  /** Ends it without a word: the client has begun something else on this port and would take an ERROR for that. */
  abandon(why: string): void;
  /** What the client has confirmed, in file bytes. */
  confirmedBytes(): number;
  /** DATA packets that went out more than once. */
  resentBlocks(): number;
}

export interface SendingOptions {
  /** Connected to the client: the kernel then drops a stranger's packets (RFC 1350 §4, TID check). */
  readonly socket: Socket;
  readonly file: ReadableFile;
  readonly terms: TransferTerms;
  readonly rules: RetryRules;
  /** To read at a time; at least one window. */
  readonly chunkBytes: number;
  readonly nowMs: () => number;
  readonly ended: (outcome: TransferOutcome) => void;
}

interface Line extends SendingOptions {
  readonly transfer: Transfer;
  readonly ahead: ReadAhead;
  /** Every DATA packet is made here, one after the other. */
  readonly packet: Buffer;
  /** The next block to send, and the last one that may go out before an ACK. */
  next: number;
  last: number;
  /** Highest block that ever went out. */
  highest: number;
  resentBlocks: number;
}

export function startSending(options: SendingOptions): Sending {
  const { socket, file, terms, nowMs } = options;
  const { blockSizeBytes, windowBlocks } = terms;
  const blocksPerChunk = Math.max(windowBlocks, Math.floor(options.chunkBytes / blockSizeBytes));
  const line: Line = {
    ...options,
    transfer: newTransfer(file.sizeBytes, terms, options.rules),
    ahead: readAhead(file, blocksPerChunk * blockSizeBytes, {
      ready: () => pump(line),
      failed: cause => stop(line, `cannot read the file: ${cause instanceof Error ? cause.message : ''}`),
    }),
    packet: Buffer.allocUnsafeSlow(dataHeaderBytes + blockSizeBytes),
    next: 1,
    last: 0,
    highest: 0,
    resentBlocks: 0,
  };
  const step = (event: TransferEvent): void => perform(line, stepTransfer(line.transfer, event, nowMs()));
  socket.on('message', bytes => {
    const event = eventOf(bytes);
    if (event !== undefined) step(event);
  });
  socket.on('error', error => {
    const why = clientIsGone(error) ? 'closed its port' : error.message;
    step({ kind: 'client-error', why, code: undefined });
  });
  step({ kind: 'start' });
  return {
    tick() {
      // While the disk keeps us waiting the client is not late.
      if (line.next > line.last) step({ kind: 'tick' });
    },
    stop: why => stop(line, why),
    abandon: why => step({ kind: 'stop', why }),
    confirmedBytes: () => Math.min(line.transfer.acknowledged * blockSizeBytes, file.sizeBytes),
    resentBlocks: () => line.resentBlocks,
  };
}

function eventOf(bytes: Uint8Array): TransferEvent | undefined {
  const received = decodeTftp(bytes);
  if (!received.ok) return undefined;
  const { value } = received;
  if (value.kind === 'ack') return value;
  if (value.kind !== 'error') return undefined;
  const text = value.message === '' ? '' : `: ${value.message}`;
  return { kind: 'client-error', why: `error ${value.code}${text}`, code: value.code };
}

function perform(line: Line, action: TransferAction): void {
  switch (action.kind) {
    case 'wait':
      return;
    case 'send-data':
      line.next = action.first;
      line.last = action.last;
      line.ahead.release((line.next - 1) * line.terms.blockSizeBytes);
      pump(line);
      return;
    case 'send-oack':
      line.socket.send(encodeTftp({ kind: 'oack', options: line.terms.accepted }));
      return;
    case 'end':
      finish(line, action.outcome);
      return;
    default:
      assertNever(action);
  }
}

/** Sends what the window allows and the memory holds. Runs for every ACK, so it makes no views and no copies but one. */
function pump(line: Line): void {
  const { socket, file, packet, ahead, transfer } = line;
  const { blockSizeBytes } = line.terms;
  while (line.next <= line.last) {
    const offset = (line.next - 1) * blockSizeBytes;
    const length = Math.min(blockSizeBytes, file.sizeBytes - offset);
    // libuv keeps a packet that the kernel had no room for: that memory must not change under it.
    const memory = socket.getSendQueueCount() === 0 ? packet : Buffer.allocUnsafe(packet.length);
    if (!ahead.copy(offset, length, memory, dataHeaderBytes)) return;
    writeDataHeader(memory, line.next);
    socket.send(length === blockSizeBytes ? memory : memory.subarray(0, dataHeaderBytes + length));
    if (line.next > line.highest) line.highest = line.next;
    else line.resentBlocks += 1;
    line.next += 1;
    if (line.next > line.last) restartTimeout(transfer, line.nowMs());
  }
}

function stop(line: Line, why: string): void {
  const action = stepTransfer(line.transfer, { kind: 'stop', why }, line.nowMs());
  if (action.kind !== 'end') return;
  const error = encodeTftp({ kind: 'error', code: tftpError.notDefined, message: why });
  line.socket.send(error, () => finish(line, action.outcome));
}

function finish(line: Line, outcome: TransferOutcome): void {
  line.next = line.last + 1;
  line.socket.close();
  // The outcome stands whatever the disk says now; the handle is gone either way.
  line.file.close().catch(() => undefined);
  line.ended(outcome);
}

/** The ICMP "port unreachable" that answers a datagram to a client which has gone away. */
function clientIsGone(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET');
}
