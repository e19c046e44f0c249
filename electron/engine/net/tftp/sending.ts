import type { Socket } from 'node:dgram';
import { assertNever } from '#shared/model/assert-never.ts';
import type { ReadableFile } from '../file-source/file-source.ts';
import type { TransferTerms } from './options.ts';
import { dataHeaderBytes, decodeTftp, encodeTftp, tftpError, writeDataHeader } from './packet.ts';
import { readAhead } from './read-ahead.ts';
import {
  newTransfer,
  type RetryRules,
  restartTimeout,
  stepTransfer,
  type TransferAction,
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
  readonly readAheadBytes: number;
  readonly nowMs: () => number;
  readonly ended: (outcome: TransferOutcome) => void;
}

export function startSending(options: SendingOptions): Sending {
  const { socket, file, terms, nowMs } = options;
  const { blockSizeBytes, windowBlocks } = terms;
  const transfer = newTransfer(file.sizeBytes, terms, options.rules);
  const packet = Buffer.allocUnsafeSlow(dataHeaderBytes + blockSizeBytes);
  const blocksPerChunk = Math.max(windowBlocks, Math.floor(options.readAheadBytes / blockSizeBytes));
  let next = 1;
  let last = 0;
  let highest = 0;
  let resent = 0;

  const finish = (outcome: TransferOutcome): void => {
    next = last + 1;
    socket.close();
    // The outcome stands whatever the disk says now; the handle is gone either way.
    file.close().catch(() => undefined);
    options.ended(outcome);
  };
  const stop = (why: string): void => {
    const action = stepTransfer(transfer, { kind: 'stop', why }, nowMs());
    if (action.kind !== 'end') return;
    const error = encodeTftp({ kind: 'error', code: tftpError.notDefined, message: why });
    socket.send(error, () => finish(action.outcome));
  };
  const pump = (): void => {
    while (next <= last) {
      const offset = (next - 1) * blockSizeBytes;
      const length = Math.min(blockSizeBytes, file.sizeBytes - offset);
      // libuv keeps a packet that the kernel had no room for: that memory must not change under it.
      const memory = socket.getSendQueueCount() === 0 ? packet : Buffer.allocUnsafe(packet.length);
      if (!ahead.copy(offset, length, memory, dataHeaderBytes)) return;
      writeDataHeader(memory, next);
      socket.send(length === blockSizeBytes ? memory : memory.subarray(0, dataHeaderBytes + length));
      if (next > highest) highest = next;
      else resent += 1;
      next += 1;
      if (next > last) restartTimeout(transfer, nowMs());
    }
  };
  const ahead = readAhead(file, blocksPerChunk * blockSizeBytes, pump, error => {
    stop(`cannot read the file: ${error instanceof Error ? error.message : 'unknown error'}`);
  });
  const perform = (action: TransferAction): void => {
    switch (action.kind) {
      case 'wait':
        return;
      case 'send-data':
        next = action.first;
        last = action.last;
        ahead.release((next - 1) * blockSizeBytes);
        pump();
        return;
      case 'send-oack':
        socket.send(encodeTftp({ kind: 'oack', options: terms.accepted }));
        return;
      case 'end':
        finish(action.outcome);
        return;
      default:
        assertNever(action);
    }
  };

  socket.on('message', bytes => {
    const received = decodeTftp(bytes);
    if (!received.ok) return;
    const { value } = received;
    if (value.kind === 'ack') {
      perform(stepTransfer(transfer, { kind: 'ack', block: value.block }, nowMs()));
    } else if (value.kind === 'error') {
      const why = `error ${value.code}${value.message === '' ? '' : `: ${value.message}`}`;
      perform(stepTransfer(transfer, { kind: 'client-error', why }, nowMs()));
    }
  });
  socket.on('error', error => {
    const why = clientIsGone(error) ? 'closed its port' : error.message;
    perform(stepTransfer(transfer, { kind: 'client-error', why }, nowMs()));
  });
  perform(stepTransfer(transfer, { kind: 'start' }, nowMs()));

  return {
    tick() {
      // While the disk keeps us waiting the client is not late.
      if (next > last) perform(stepTransfer(transfer, { kind: 'tick' }, nowMs()));
    },
    stop,
    abandon: why => perform(stepTransfer(transfer, { kind: 'stop', why }, nowMs())),
    confirmedBytes: () => Math.min(transfer.acknowledged * blockSizeBytes, file.sizeBytes),
    resentBlocks: () => resent,
  };
}

/** The ICMP "port unreachable" that answers a datagram to a client which has gone away. */
function clientIsGone(error: Error): boolean {
  return 'code' in error && (error.code === 'ECONNREFUSED' || error.code === 'ECONNRESET');
}
