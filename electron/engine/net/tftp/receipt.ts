/** The receiving side of one transfer, without socket or clock: a packet goes in, what to answer comes out. */
import { assertNever } from '#shared/model/assert-never.ts';
import { defaultBlockSizeBytes, type TftpOptionMap, type TftpPacket, tftpError } from './packet.ts';

export type ReceiptAction =
  | { readonly kind: 'wait' }
  | { readonly kind: 'ack'; readonly block: number }
  /** The last block is here: send this ACK and stop. */
  | { readonly kind: 'done'; readonly block: number }
  /** The server said no, or something we cannot go on with: `reply` is for the server. */
  | {
      readonly kind: 'failed';
      readonly code: number;
      readonly why: string;
      readonly reply?: { readonly code: number; readonly message: string };
    };

export interface Receipt {
  readonly asked: TftpOptionMap;
  readonly maxBytes: number;
  readonly parts: Uint8Array[];
  receivedBytes: number;
  blockSizeBytes: number;
  windowBlocks: number;
  /** From the server's tsize, if it gave one. */
  announcedBytes: number | undefined;
  started: boolean;
  /** Highest block received in order, not wrapped. */
  lastBlock: number;
  acknowledged: number;
  /** Whether this gap or repetition was answered already: one ACK, not one for each packet of a window. */
  complained: boolean;
}

const wait: ReceiptAction = { kind: 'wait' };

export function newReceipt(asked: TftpOptionMap, maxBytes: number): Receipt {
  return {
    asked,
    maxBytes,
    parts: [],
    receivedBytes: 0,
    blockSizeBytes: defaultBlockSizeBytes,
    windowBlocks: 1,
    announcedBytes: undefined,
    started: false,
    lastBlock: 0,
    acknowledged: 0,
    complained: false,
  };
}

export function stepReceipt(receipt: Receipt, packet: TftpPacket): ReceiptAction {
  switch (packet.kind) {
    case 'data':
      return takeData(receipt, packet.block, packet.data);
    case 'oack':
      return takeOptions(receipt, packet.options);
    case 'error':
      return { kind: 'failed', code: packet.code, why: packet.message };
    case 'ack':
    case 'read-request':
    case 'write-request':
      return wait;
    default:
      return assertNever(packet);
  }
}

/** After a silence: say again where we are. Undefined as long as only the request itself can be repeated. */
export function repeatAck(receipt: Receipt): number | undefined {
  receipt.complained = false;
  return receipt.started ? receipt.lastBlock & 0xffff : undefined;
}

function takeData(receipt: Receipt, wireBlock: number, data: Uint8Array): ReceiptAction {
  receipt.started = true;
  if (wireBlock !== ((receipt.lastBlock + 1) & 0xffff)) {
    if (receipt.complained) return wait;
    receipt.complained = true;
    receipt.acknowledged = receipt.lastBlock;
    return { kind: 'ack', block: receipt.lastBlock & 0xffff };
  }
  if (data.length > receipt.blockSizeBytes) return broken('a block larger than agreed');
  receipt.receivedBytes += data.length;
  if (receipt.receivedBytes > receipt.maxBytes) return broken(`more than ${receipt.maxBytes} bytes`);
  receipt.parts.push(Uint8Array.from(data));
  receipt.lastBlock += 1;
  receipt.complained = false;
  if (data.length < receipt.blockSizeBytes) return { kind: 'done', block: wireBlock };
  if (receipt.lastBlock - receipt.acknowledged < receipt.windowBlocks) return wait;
  receipt.acknowledged = receipt.lastBlock;
  return { kind: 'ack', block: wireBlock };
}

function takeOptions(receipt: Receipt, options: TftpOptionMap): ReceiptAction {
  // The OACK again: our ACK 0 was lost.
  if (receipt.started) return receipt.lastBlock === 0 ? { kind: 'ack', block: 0 } : wait;
  for (const [name, text] of options) {
    const value = Number(text);
    const asked = Number(receipt.asked.get(name) ?? Number.NaN);
    const most = name === 'tsize' ? receipt.maxBytes : asked;
    if (!/^[0-9]+$/.test(text) || Number.isNaN(asked) || value > most) {
      const message = `option ${name}=${text} is not acceptable`;
      const { optionNegotiation: code } = tftpError;
      return { kind: 'failed', code, why: message, reply: { code, message } };
    }
    if (name === 'blksize') receipt.blockSizeBytes = value;
    if (name === 'windowsize') receipt.windowBlocks = Math.max(1, value);
    if (name === 'tsize') receipt.announcedBytes = value;
  }
  receipt.started = true;
  return { kind: 'ack', block: 0 };
}

function broken(why: string): ReceiptAction {
  const { notDefined: code } = tftpError;
  return { kind: 'failed', code, why, reply: { code, message: why } };
}
