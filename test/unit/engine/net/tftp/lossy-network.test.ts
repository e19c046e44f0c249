import { describe, expect, it } from 'vitest';
import { agreeTerms } from '#engine/net/tftp/options.ts';
import { decodeTftp, encodeTftp, type TftpPacket } from '#engine/net/tftp/packet.ts';
import { newReceipt, repeatAck, stepReceipt } from '#engine/net/tftp/receipt.ts';
import { newTransfer, stepTransfer, type TransferAction } from '#engine/net/tftp/transfer.ts';

interface Faults {
  readonly loss: number;
  readonly duplicate: number;
  readonly reorder: number;
  /** The client stops reading after this many packets, for `pauseMs`; what arrives meanwhile waits for it. */
  readonly pauseAtPacket?: number;
  readonly pauseMs?: number;
}

const quiet: Faults = { loss: 0, duplicate: 0, reorder: 0 };

interface Flight {
  readonly atMs: number;
  readonly to: 'client' | 'server';
  readonly bytes: Uint8Array;
}

function randomFrom(start: number): () => number {
  let seed = start;
  return () => {
    seed = (Math.imul(seed, 1664525) + 1013904223) >>> 0;
    return seed / 2 ** 32;
  };
}

/** Both state machines over a network made of an array: no sockets, no clock. */
function simulate(file: Uint8Array, asked: Record<string, string>, faults: Faults, seed: number) {
  const random = randomFrom(seed);
  const requested = new Map(Object.entries(asked));
  const limits = { maxBlockSizeBytes: 65464, maxWindowBlocks: 64, maxWindowBytes: 256 * 1024 };
  const terms = agreeTerms(requested, file.length, limits);
  const transfer = newTransfer(file.length, terms, { timeoutMs: 100, maxTimeoutMs: 800, maxRetries: 12 });
  const receipt = newReceipt(requested, file.length);
  const flights: Flight[] = [];
  let nowMs = 0;
  let clientHeardMs = 0;
  let dataPackets = 0;
  let outcome: string | undefined;
  let done = false;
  let pausedUntilMs = 0;

  const send = (to: Flight['to'], packet: TftpPacket): void => {
    const copies = random() < faults.loss ? 0 : random() < faults.duplicate ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delayMs = 1 + (random() < faults.reorder ? random() * 10 : copy / 4);
      const readableMs = to === 'client' ? pausedUntilMs : 0;
      flights.push({ atMs: Math.max(nowMs + delayMs, readableMs), to, bytes: encodeTftp(packet) });
    }
  };
  const perform = (action: TransferAction): void => {
    if (action.kind === 'send-oack') send('client', { kind: 'oack', options: terms.accepted });
    if (action.kind === 'end') outcome = action.outcome.kind;
    if (action.kind !== 'send-data') return;
    for (let block = action.first; block <= action.last; block += 1) {
      dataPackets += 1;
      if (dataPackets === faults.pauseAtPacket) {
        pausedUntilMs = nowMs + (faults.pauseMs ?? 0);
      }
      const offset = (block - 1) * terms.blockSizeBytes;
      const data = file.subarray(offset, offset + terms.blockSizeBytes);
      send('client', { kind: 'data', block: block & 0xffff, data });
    }
  };

  const deliverToServer = (packet: TftpPacket): void => {
    if (packet.kind === 'ack') perform(stepTransfer(transfer, packet, nowMs));
  };
  const deliverToClient = (packet: TftpPacket): void => {
    const answer = done ? lastAckAgain(packet, receipt.lastBlock) : stepReceipt(receipt, packet);
    clientHeardMs = nowMs;
    if (answer.kind === 'failed') throw new Error(answer.why);
    if (answer.kind === 'wait') return;
    if (answer.kind === 'done') done = true;
    send('server', { kind: 'ack', block: answer.block });
  };
  const clientAlarm = (): void => {
    clientHeardMs = nowMs;
    const block = repeatAck(receipt);
    if (block !== undefined) send('server', { kind: 'ack', block });
  };

  perform(stepTransfer(transfer, { kind: 'start' }, nowMs));
  for (let step = 0; step < 200_000 && outcome === undefined; step += 1) {
    flights.sort((left, right) => left.atMs - right.atMs);
    const quietSinceMs = Math.max(clientHeardMs, pausedUntilMs);
    const clientAlarmMs = done ? Number.POSITIVE_INFINITY : quietSinceMs + 150;
    const alarmMs = Math.min(transfer.deadlineMs, clientAlarmMs);
    const flight = (flights[0]?.atMs ?? Number.POSITIVE_INFINITY) <= alarmMs ? flights.shift() : undefined;
    nowMs = flight?.atMs ?? alarmMs;
    if (flight !== undefined) {
      const received = decodeTftp(flight.bytes);
      if (!received.ok) throw new Error(received.reason);
      if (flight.to === 'server') deliverToServer(received.value);
      else deliverToClient(received.value);
    } else if (nowMs === clientAlarmMs) clientAlarm();
    else perform(stepTransfer(transfer, { kind: 'tick' }, nowMs));
  }
  return { outcome, bytes: Buffer.concat(receipt.parts), dataPackets, blocks: transfer.lastBlock };
}

/** A client that dallies (RFC 1350 §6): it confirms a repeated last block. */
function lastAckAgain(packet: TftpPacket, lastBlock: number) {
  return packet.kind === 'data' && packet.block === (lastBlock & 0xffff)
    ? ({ kind: 'ack', block: packet.block } as const)
    : ({ kind: 'wait' } as const);
}

const file = (sizeBytes: number): Uint8Array =>
  Uint8Array.from({ length: sizeBytes }, (_, index) => (index * 31 + (index >> 8)) & 0xff);

describe('TFTP sender and receiver over a bad network', () => {
  const faults: readonly Faults[] = [
    quiet,
    { loss: 0.1, duplicate: 0, reorder: 0 },
    { loss: 0, duplicate: 0.3, reorder: 0 },
    { loss: 0, duplicate: 0, reorder: 0.3 },
    { loss: 0.1, duplicate: 0.1, reorder: 0.1 },
  ];
  const windows = [1, 2, 4, 16, 64];
  const cases = faults.flatMap(fault => windows.map(window => [window, fault] as const));

  it.each(cases)('delivers every byte with windowsize %i and %o', (window, fault) => {
    for (const blockSize of [8, 512, 1468]) {
      for (const sizeBytes of [
        0,
        blockSize - 1,
        blockSize * 7,
        blockSize * window * 2,
        blockSize * 150 + 3,
      ]) {
        const content = file(sizeBytes);
        const asked = { blksize: String(blockSize), windowsize: String(window), tsize: '0' };
        const result = simulate(content, asked, fault, 1 + sizeBytes);
        expect(result.outcome).toBe('completed');
        expect(Buffer.compare(result.bytes, content)).toBe(0);
      }
    }
  });

  it.each([2, 4, 16])(
    'a pause of the client costs a few windows of %i, not every later one twice',
    window => {
      const asked = { blksize: '512', windowsize: String(window) };
      const content = file(512 * 1000);
      const result = simulate(content, asked, { ...quiet, pauseAtPacket: 100, pauseMs: 900 }, 1);
      expect(result.outcome).toBe('completed');
      expect(Buffer.compare(result.bytes, content)).toBe(0);
      expect(result.dataPackets).toBeGreaterThan(result.blocks);
      expect(result.dataPackets).toBeLessThanOrEqual(result.blocks + 6 * window);
    },
  );

  it.each(windows)('duplicates alone cost at most one repetition with windowsize %i', window => {
    const asked = { blksize: '512', windowsize: String(window) };
    const content = file(512 * 400);
    const result = simulate(content, asked, { loss: 0, duplicate: 1, reorder: 0 }, 3);
    expect(result.outcome).toBe('completed');
    expect(result.dataPackets).toBeLessThanOrEqual(window === 1 ? result.blocks : result.blocks * 2);
  });
});
