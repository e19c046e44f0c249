/**
 * The sending side of one transfer, without socket, clock or file: an event goes in, what to do comes out.
 * Blocks are counted from 1 without wrapping; only the wire's 16 bits roll over (65535 → 0, as every client
 * since RFC 1350 §2 left it open expects).
 *
 *   negotiating ──ACK 0──▶ sending ──ACK of the last block──▶ ended
 *        └───────── ERROR, retry limit, stop ──────────────────┘
 */
import { assertNever } from '#shared/model/assert-never.ts';
import type { TransferTerms } from './options.ts';

export interface RetryRules {
  /** Wait before the first retransmission; doubles each time up to `maxTimeoutMs`. */
  readonly timeoutMs: number;
  readonly maxTimeoutMs: number;
  /** Retransmissions without an answer before the client counts as gone. */
  readonly maxRetries: number;
}

export type TransferOutcome =
  | { readonly kind: 'completed' }
  /** `code` is that of the client's ERROR (RFC 1350); undefined when its port was closed. */
  | {
      readonly kind: 'aborted';
      readonly by: 'client';
      readonly why: string;
      readonly code: number | undefined;
    }
  | { readonly kind: 'aborted'; readonly by: 'server'; readonly why: string }
  | { readonly kind: 'timed-out'; readonly retries: number };

export type TransferEvent =
  | { readonly kind: 'start' }
  | { readonly kind: 'ack'; readonly block: number }
  | { readonly kind: 'client-error'; readonly why: string; readonly code: number | undefined }
  | { readonly kind: 'tick' }
  | { readonly kind: 'stop'; readonly why: string };

export type TransferAction =
  | { readonly kind: 'wait' }
  | { readonly kind: 'send-oack' }
  /** DATA `first` to `last`, both included. */
  | { readonly kind: 'send-data'; readonly first: number; readonly last: number }
  | { readonly kind: 'end'; readonly outcome: TransferOutcome };

export interface Transfer {
  readonly terms: TransferTerms;
  readonly rules: RetryRules;
  /** Number of the block that ends the file: shorter than the others, empty after an exact multiple. */
  readonly lastBlock: number;
  phase: 'new' | 'negotiating' | 'sending' | 'ended';
  /** Highest block the client has confirmed; 0 before the first. */
  acknowledged: number;
  /** Highest block of the window now on the wire. */
  windowEnd: number;
  /** Whether the window on the wire holds blocks that went out before. */
  windowResent: boolean;
  /** Whether the window before it did: its second copy makes the client repeat the ACK that ended it. */
  echoExpected: boolean;
  /** Retransmissions since the client last made progress. */
  retries: number;
  /** When a `tick` will find the client late. */
  deadlineMs: number;
}

const waitForMore: TransferAction = { kind: 'wait' };
const longestDoubtMs = 100;

export function newTransfer(sizeBytes: number, terms: TransferTerms, rules: RetryRules): Transfer {
  return {
    terms,
    rules: terms.timeoutSeconds === undefined ? rules : clientRules(terms.timeoutSeconds, rules),
    lastBlock: Math.floor(sizeBytes / terms.blockSizeBytes) + 1,
    phase: 'new',
    acknowledged: 0,
    windowEnd: 0,
    windowResent: false,
    echoExpected: false,
    retries: 0,
    deadlineMs: Number.POSITIVE_INFINITY,
  };
}

export function stepTransfer(transfer: Transfer, event: TransferEvent, nowMs: number): TransferAction {
  if (transfer.phase === 'ended') return waitForMore;
  switch (event.kind) {
    case 'ack':
      return acknowledge(transfer, event.block, nowMs);
    case 'tick':
      return nowMs < transfer.deadlineMs ? waitForMore : retransmit(transfer, nowMs);
    case 'start':
      return start(transfer, nowMs);
    case 'client-error':
      return end(transfer, { kind: 'aborted', by: 'client', why: event.why, code: event.code });
    case 'stop':
      return end(transfer, { kind: 'aborted', by: 'server', why: event.why });
    default:
      return assertNever(event);
  }
}

/** The client's patience starts when the last packet is really on the wire, not when the disk was asked. */
export function restartTimeout(transfer: Transfer, nowMs: number): void {
  const { timeoutMs, maxTimeoutMs } = transfer.rules;
  const backOff = transfer.retries === 0 ? 1 : 2 ** transfer.retries;
  transfer.deadlineMs = nowMs + Math.min(timeoutMs * backOff, maxTimeoutMs);
}

function start(transfer: Transfer, nowMs: number): TransferAction {
  if (transfer.phase !== 'new') return waitForMore;
  if (transfer.terms.accepted.size === 0) {
    transfer.phase = 'sending';
    return nextWindow(transfer, nowMs);
  }
  transfer.phase = 'negotiating';
  restartTimeout(transfer, nowMs);
  return { kind: 'send-oack' };
}

function acknowledge(transfer: Transfer, wireBlock: number, nowMs: number): TransferAction {
  if (transfer.phase === 'negotiating') {
    if (wireBlock !== 0) return waitForMore;
    transfer.phase = 'sending';
    transfer.retries = 0;
    return nextWindow(transfer, nowMs);
  }
  if (transfer.phase !== 'sending') return waitForMore;
  const outstanding = transfer.windowEnd - transfer.acknowledged;
  const confirmed = (wireBlock - transfer.acknowledged) & 0xffff;
  if (confirmed === 0) return repeated(transfer, nowMs);
  if (confirmed > outstanding) return waitForMore;
  if (confirmed === outstanding) {
    transfer.acknowledged += confirmed;
    transfer.retries = 0;
    const isLast = transfer.acknowledged === transfer.lastBlock;
    return isLast ? end(transfer, { kind: 'completed' }) : nextWindow(transfer, nowMs);
  }
  return acknowledgePart(transfer, confirmed, nowMs);
}

/**
 * RFC 7440 §4: an ACK inside the window says that the block after it was lost, so a new window begins there. Not so
 * when it can come from something that went out twice: then the rest of the window is still on its way.
 */
function acknowledgePart(transfer: Transfer, confirmed: number, nowMs: number): TransferAction {
  transfer.acknowledged += confirmed;
  transfer.retries = 0;
  if (isDoubtful(transfer)) return waitBriefly(transfer, nowMs);
  const action = nextWindow(transfer, nowMs);
  transfer.windowResent = true;
  return action;
}

/**
 * The last ACK again. In lockstep it is a duplicate and must not send anything (RFC 1123 §4.2.3.1, the
 * Sorcerer's Apprentice). With a window it may also mean that the window's first block was lost, and the window goes
 * out again, unless it can be the echo of something that went out twice.
 */
function repeated(transfer: Transfer, nowMs: number): TransferAction {
  if (transfer.terms.windowBlocks === 1) return waitForMore;
  if (isDoubtful(transfer)) return waitBriefly(transfer, nowMs);
  transfer.windowResent = true;
  restartTimeout(transfer, nowMs);
  return { kind: 'send-data', first: transfer.acknowledged + 1, last: transfer.windowEnd };
}

/**
 * After a repetition the client answers the second copies too, while the next window is under way. Taking those
 * answers for losses would send every later window twice: atftp 0.8 after a pause of two seconds got 30,000 blocks of
 * 35,000 twice.
 */
function isDoubtful(transfer: Transfer): boolean {
  return transfer.windowResent || transfer.echoExpected;
}

/** If it was a loss after all, the client gets the rest of the window soon. */
function waitBriefly(transfer: Transfer, nowMs: number): TransferAction {
  const waitMs = Math.min(transfer.rules.timeoutMs / 10, longestDoubtMs) * 2 ** transfer.retries;
  transfer.deadlineMs = Math.min(transfer.deadlineMs, nowMs + waitMs);
  return waitForMore;
}

function retransmit(transfer: Transfer, nowMs: number): TransferAction {
  if (transfer.retries >= transfer.rules.maxRetries) {
    return end(transfer, { kind: 'timed-out', retries: transfer.retries });
  }
  transfer.retries += 1;
  restartTimeout(transfer, nowMs);
  if (transfer.phase === 'negotiating') return { kind: 'send-oack' };
  transfer.windowResent = true;
  return { kind: 'send-data', first: transfer.acknowledged + 1, last: transfer.windowEnd };
}

function nextWindow(transfer: Transfer, nowMs: number): TransferAction {
  const first = transfer.acknowledged + 1;
  transfer.windowEnd = Math.min(transfer.acknowledged + transfer.terms.windowBlocks, transfer.lastBlock);
  transfer.echoExpected = transfer.windowResent;
  transfer.windowResent = false;
  restartTimeout(transfer, nowMs);
  return { kind: 'send-data', first, last: transfer.windowEnd };
}

function end(transfer: Transfer, outcome: TransferOutcome): TransferAction {
  transfer.phase = 'ended';
  transfer.deadlineMs = Number.POSITIVE_INFINITY;
  return { kind: 'end', outcome };
}

/** A client that names its interval (RFC 2349) gets exactly that; a long one must not hold a socket for an hour. */
function clientRules(timeoutSeconds: number, rules: RetryRules): RetryRules {
  const timeoutMs = timeoutSeconds * 1000;
  const maxRetries = Math.max(2, Math.min(rules.maxRetries, Math.floor(60 / timeoutSeconds)));
  return { timeoutMs, maxTimeoutMs: timeoutMs, maxRetries };
}
