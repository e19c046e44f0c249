import { describe, expect, it } from 'vitest';
import type { TransferTerms } from '#engine/net/tftp/options.ts';
import { newTransfer, stepTransfer, type Transfer, type TransferAction } from '#engine/net/tftp/transfer.ts';

const rules = { timeoutMs: 1000, maxTimeoutMs: 4000, maxRetries: 3 };
const terms = (changed: Partial<TransferTerms> = {}): TransferTerms => ({
  blockSizeBytes: 512,
  windowBlocks: 1,
  accepted: new Map(),
  ...changed,
});
const withOptions = { accepted: new Map([['blksize', '512']]) };
const data = (first: number, last = first): TransferAction => ({ kind: 'send-data', first, last });
const wait: TransferAction = { kind: 'wait' };

const start = (transfer: Transfer, nowMs = 0) => stepTransfer(transfer, { kind: 'start' }, nowMs);
const ack = (transfer: Transfer, block: number, nowMs = 0) =>
  stepTransfer(transfer, { kind: 'ack', block }, nowMs);
const tick = (transfer: Transfer, nowMs: number) => stepTransfer(transfer, { kind: 'tick' }, nowMs);
const completed: TransferAction = { kind: 'end', outcome: { kind: 'completed' } };

describe('TFTP sending, lockstep', () => {
  it('sends DATA 1 at once when no option was understood', () => {
    expect(start(newTransfer(600, terms(), rules))).toEqual(data(1));
  });

  it('sends OACK first and DATA 1 after ACK 0', () => {
    const transfer = newTransfer(600, terms(withOptions), rules);
    expect(start(transfer)).toEqual({ kind: 'send-oack' });
    expect(ack(transfer, 1)).toEqual(wait);
    expect(ack(transfer, 0)).toEqual(data(1));
  });

  it.each([
    [0, 1],
    [1, 1],
    [511, 1],
    [512, 2],
    [513, 2],
    [1024, 3],
  ])('a file of %i bytes takes %i blocks', (sizeBytes, blocks) => {
    const transfer = newTransfer(sizeBytes, terms(), rules);
    expect(start(transfer)).toEqual(data(1));
    for (let block = 1; block < blocks; block += 1) expect(ack(transfer, block)).toEqual(data(block + 1));
    expect(ack(transfer, blocks)).toEqual(completed);
    expect(ack(transfer, blocks)).toEqual(wait);
  });

  it('never answers a repeated ACK: each block goes out once (Sorcerer’s Apprentice)', () => {
    const transfer = newTransfer(5000, terms(), rules);
    start(transfer);
    expect(ack(transfer, 1)).toEqual(data(2));
    expect(ack(transfer, 1)).toEqual(wait);
    expect(ack(transfer, 0)).toEqual(wait);
    expect(ack(transfer, 2)).toEqual(data(3));
    expect(ack(transfer, 1)).toEqual(wait);
  });

  it('ignores an ACK of a block that was not sent yet', () => {
    const transfer = newTransfer(5000, terms(), rules);
    start(transfer);
    for (const block of [2, 3, 100, 65535]) expect(ack(transfer, block)).toEqual(wait);
    expect(ack(transfer, 1)).toEqual(data(2));
  });

  it('goes on after block 65535 with 0', () => {
    const transfer = newTransfer(65540 * 512, terms(), rules);
    start(transfer);
    for (let block = 1; block < 65535; block += 1) ack(transfer, block);
    expect(ack(transfer, 65535)).toEqual(data(65536));
    expect(ack(transfer, 0)).toEqual(data(65537));
    expect(ack(transfer, 1)).toEqual(data(65538));
    expect(ack(transfer, 0)).toEqual(wait);
  });

  it('repeats after 1, 2 and 4 seconds, then gives up', () => {
    const transfer = newTransfer(5000, terms(), rules);
    start(transfer, 0);
    expect(tick(transfer, 999)).toEqual(wait);
    expect(tick(transfer, 1000)).toEqual(data(1));
    expect(tick(transfer, 2999)).toEqual(wait);
    expect(tick(transfer, 3000)).toEqual(data(1));
    expect(tick(transfer, 7000)).toEqual(data(1));
    expect(tick(transfer, 10_999)).toEqual(wait);
    expect(tick(transfer, 11_000)).toEqual({ kind: 'end', outcome: { kind: 'timed-out', retries: 3 } });
    expect(tick(transfer, 99_999)).toEqual(wait);
  });

  it('repeats the OACK too', () => {
    const transfer = newTransfer(5000, terms(withOptions), rules);
    start(transfer, 0);
    expect(tick(transfer, 1000)).toEqual({ kind: 'send-oack' });
    expect(ack(transfer, 0, 1100)).toEqual(data(1));
    expect(tick(transfer, 2099)).toEqual(wait);
    expect(tick(transfer, 2100)).toEqual(data(1));
  });

  it('forgets its retries when the client makes progress', () => {
    const transfer = newTransfer(5000, terms(), rules);
    start(transfer, 0);
    tick(transfer, 1000);
    tick(transfer, 3000);
    expect(ack(transfer, 1, 3500)).toEqual(data(2));
    expect(tick(transfer, 4500)).toEqual(data(2));
  });

  it('keeps to the interval that the client named, and does not hold a socket for an hour for 255 s', () => {
    const quick = newTransfer(5000, terms({ ...withOptions, timeoutSeconds: 2 }), rules);
    start(quick, 0);
    for (const at of [2000, 4000, 6000]) expect(tick(quick, at).kind).toBe('send-oack');
    expect(tick(quick, 8000).kind).toBe('end');
    const slow = newTransfer(5000, terms({ ...withOptions, timeoutSeconds: 255 }), rules);
    start(slow, 0);
    expect(tick(slow, 254_999).kind).toBe('wait');
    for (const at of [255_000, 510_000]) expect(tick(slow, at).kind).toBe('send-oack');
    expect(tick(slow, 765_000)).toEqual({ kind: 'end', outcome: { kind: 'timed-out', retries: 2 } });
  });

  it('ends on the client’s ERROR and on our own stop, and then stays ended', () => {
    const refused = newTransfer(5000, terms(withOptions), rules);
    start(refused);
    expect(stepTransfer(refused, { kind: 'client-error', why: 'error 8', code: 8 }, 0)).toEqual({
      kind: 'end',
      outcome: { kind: 'aborted', by: 'client', why: 'error 8', code: 8 },
    });
    expect(ack(refused, 0)).toEqual(wait);
    const stopped = newTransfer(5000, terms(), rules);
    start(stopped);
    expect(stepTransfer(stopped, { kind: 'stop', why: 'shutdown' }, 0)).toEqual({
      kind: 'end',
      outcome: { kind: 'aborted', by: 'server', why: 'shutdown' },
    });
    expect(start(stopped)).toEqual(wait);
  });
});

describe('TFTP sending with a window (RFC 7440)', () => {
  const windowed = (windowBlocks: number, sizeBytes = 512 * 100): Transfer => {
    const transfer = newTransfer(sizeBytes, terms({ ...withOptions, windowBlocks }), rules);
    start(transfer, 0);
    return transfer;
  };

  it('sends whole windows and a shorter last one', () => {
    const transfer = windowed(4, 512 * 9);
    expect(ack(transfer, 0)).toEqual(data(1, 4));
    expect(ack(transfer, 4)).toEqual(data(5, 8));
    expect(ack(transfer, 8)).toEqual(data(9, 10));
    expect(ack(transfer, 10)).toEqual(completed);
  });

  it('goes on after the last block that arrived when the middle of a window was lost', () => {
    const transfer = windowed(8);
    ack(transfer, 0);
    expect(ack(transfer, 3)).toEqual(data(4, 11));
    expect(ack(transfer, 3)).toEqual(wait);
    expect(ack(transfer, 11)).toEqual(data(12, 19));
  });

  it('sends a window again, once, when its first block was lost', () => {
    const transfer = windowed(4);
    ack(transfer, 0);
    ack(transfer, 4);
    expect(ack(transfer, 4)).toEqual(data(5, 8));
    for (let repeat = 0; repeat < 10; repeat += 1) expect(ack(transfer, 4)).toEqual(wait);
    expect(ack(transfer, 8)).toEqual(data(9, 12));
  });

  it('takes what the second copy of a window causes for an echo, not for a loss', () => {
    const transfer = windowed(4);
    ack(transfer, 0);
    ack(transfer, 4);
    ack(transfer, 4);
    expect(ack(transfer, 8)).toEqual(data(9, 12));
    expect(ack(transfer, 8)).toEqual(wait);
    expect(ack(transfer, 9)).toEqual(wait);
    expect(ack(transfer, 12)).toEqual(data(13, 16));
    expect(ack(transfer, 12)).toEqual(data(13, 16));
  });

  it('expects an echo after a time-out and after a partial ACK, too', () => {
    const late = windowed(4);
    ack(late, 0, 0);
    tick(late, 1000);
    expect(ack(late, 0, 1001)).toEqual(wait);
    expect(ack(late, 2, 1002)).toEqual(wait);
    expect(ack(late, 4, 1003)).toEqual(data(5, 8));
    expect(ack(late, 4, 1004)).toEqual(wait);
    const partial = windowed(4);
    ack(partial, 0);
    expect(ack(partial, 2)).toEqual(data(3, 6));
    expect(ack(partial, 6)).toEqual(data(7, 10));
    expect(ack(partial, 6)).toEqual(wait);
  });

  it('sends the rest of a doubtful window after a tenth of a second, if it was lost after all', () => {
    const transfer = windowed(4);
    ack(transfer, 0, 0);
    tick(transfer, 1000);
    expect(ack(transfer, 2, 1100)).toEqual(wait);
    expect(tick(transfer, 1199)).toEqual(wait);
    expect(tick(transfer, 1200)).toEqual(data(3, 4));
    expect(ack(transfer, 4, 1201)).toEqual(data(5, 8));
    expect(tick(transfer, 2200)).toEqual(wait);
    expect(tick(transfer, 2201)).toEqual(data(5, 8));
  });

  it('carries a window across the block number’s end', () => {
    const transfer = windowed(64, 512 * 70_000);
    ack(transfer, 0);
    for (let block = 64; block <= 65472; block += 64) ack(transfer, block);
    expect(transfer.acknowledged).toBe(65472);
    expect(ack(transfer, 65536 & 0xffff)).toEqual(data(65537, 65600));
    expect(ack(transfer, 10)).toEqual(data(65547, 65610));
    expect(ack(transfer, 65535)).toEqual(wait);
  });
});
