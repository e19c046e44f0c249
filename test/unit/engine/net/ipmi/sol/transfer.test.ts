import { describe, expect, test } from 'vitest';
import type { SolPacket } from '#engine/net/ipmi/sol/packet.ts';
import { bmcBits, consoleBits } from '#engine/net/ipmi/sol/packet.ts';
import type { TransferAction, TransferInputs, WriteOutcome } from '#engine/net/ipmi/sol/transfer.ts';
import { SolTransfer } from '#engine/net/ipmi/sol/transfer.ts';
import { seededBytes, seededRandom } from '../hostile.ts';

const rule = { firstMs: 100, factor: 2, maxMs: 400, attempts: 3 };

function packet(fields: Partial<SolPacket> & { readonly text?: string }): SolPacket {
  const { text = '', ...rest } = fields;
  return { sequence: 0, acknowledges: 0, acceptedCount: 0, bits: 0, data: Buffer.from(text), ...rest };
}

/** A transfer that is told what comes, each packet later than the one before. */
function talk(inputs: Partial<TransferInputs> = {}) {
  const transfer = new SolTransfer({ retry: rule, whenSilent: 'end', ...inputs });
  const outcomes: WriteOutcome[] = [];
  let order = 0;
  return {
    transfer,
    outcomes,
    write: (text: string, nowMs = 0) =>
      sent(transfer.write(Buffer.from(text), nowMs, outcome => outcomes.push(outcome))),
    operate: (bits: number, nowMs = 0) => sent(transfer.operate(bits, nowMs, one => outcomes.push(one))),
    receive(fields: Parameters<typeof packet>[0], nowMs = 0) {
      order += 1;
      return transfer.receive(packet(fields), order, nowMs);
    },
    wake: (nowMs: number) => transfer.wake(nowMs),
  };
}

function sent(actions: readonly TransferAction[]): readonly SolPacket[] {
  return actions.flatMap(action => (action.kind === 'send' ? [action.packet] : []));
}

function heard(actions: readonly TransferAction[]): string {
  return actions.map(action => (action.kind === 'received' ? action.data.toString() : '')).join('');
}

describe('what is sent', () => {
  test('goes one packet at a time, and what was written meanwhile goes together', () => {
    const { write, receive, outcomes } = talk();
    expect(write('a')).toMatchObject([{ sequence: 1, data: Buffer.from('a') }]);
    expect(write('b')).toEqual([]);
    expect(write('c')).toEqual([]);
    expect(sent(receive({ acknowledges: 1, acceptedCount: 1 }))).toMatchObject([
      { sequence: 2, data: Buffer.from('bc') },
    ]);
    expect(outcomes).toEqual(['taken']);
    receive({ acknowledges: 2, acceptedCount: 2 });
    expect(outcomes).toEqual(['taken', 'taken', 'taken']);
  });

  test('is never more than the other side has room for', () => {
    const { transfer, write } = talk();
    transfer.limitTo(3);
    expect(write('abcdefg')[0]?.data.toString()).toBe('abc');
  });

  test('counts its packets from 1 to 15 and begins again', () => {
    const { write, receive } = talk();
    const numbers = Array.from({ length: 31 }, () => {
      const sequence = write('x')[0]?.sequence ?? 0;
      receive({ acknowledges: sequence, acceptedCount: 1 });
      return sequence;
    });
    expect(numbers.slice(13, 17)).toEqual([14, 15, 1, 2]);
    expect(numbers[30]).toBe(1);
  });

  test('is repeated under the same number, each time later, until it is acknowledged', () => {
    const { transfer, write, wake, receive, outcomes } = talk();
    const first = write('a');
    expect(transfer.wakeAtMs).toBe(100);
    expect(wake(99)).toEqual([]);
    expect(sent(wake(100))).toEqual(first);
    expect(transfer.wakeAtMs).toBe(300);
    expect(sent(wake(300))).toEqual(first);
    receive({ acknowledges: 1, acceptedCount: 1 });
    expect(outcomes).toEqual(['taken']);
    expect(transfer.wakeAtMs).toBeUndefined();
  });

  test('and never acknowledged ends a console', () => {
    const { write, wake, outcomes } = talk();
    write('a');
    write('b');
    wake(100);
    wake(300);
    expect(wake(700)).toEqual([{ kind: 'silent' }]);
    expect(outcomes).toEqual(['over', 'over']);
    expect(write('c')).toEqual([]);
    expect(outcomes).toEqual(['over', 'over', 'over']);
  });

  test('and never acknowledged is dropped by a BMC, which goes on', () => {
    const { transfer, write, wake, outcomes } = talk({ whenSilent: 'drop' });
    transfer.limitTo(2);
    write('abc');
    wake(100);
    wake(300);
    const actions = wake(700);
    expect(actions).toContainEqual({ kind: 'dropped', characters: 2 });
    expect(sent(actions)).toMatchObject([{ sequence: 2, data: Buffer.from('c') }]);
    expect(outcomes).toEqual([]);
  });

  test('and taken in part goes on from there under the next number', () => {
    const { write, receive, outcomes } = talk();
    write('abcdef');
    const rest = sent(receive({ acknowledges: 1, acceptedCount: 4 }));
    expect(rest).toMatchObject([{ sequence: 2, data: Buffer.from('ef') }]);
    expect(outcomes).toEqual([]);
    receive({ acknowledges: 2, acceptedCount: 2 });
    expect(outcomes).toEqual(['taken']);
  });

  test('waits after a NACK for the word that there is room, which acknowledges the same packet again', () => {
    const { write, receive } = talk();
    write('abcdef');
    expect(receive({ acknowledges: 1, acceptedCount: 4, bits: bmcBits.nack })).toEqual([]);
    expect(write('g')).toEqual([]);
    expect(sent(receive({ acknowledges: 1, acceptedCount: 4 }))).toMatchObject([
      { sequence: 2, data: Buffer.from('efg') },
    ]);
  });

  test('tries again by itself when that word is lost, or nothing was taken', () => {
    for (const bits of [bmcBits.nack, 0]) {
      const { transfer, write, receive, wake } = talk();
      write('ab');
      expect(receive({ acknowledges: 1, acceptedCount: 0, bits }, 50)).toEqual([]);
      expect(transfer.wakeAtMs).toBe(450);
      expect(sent(wake(450))).toMatchObject([{ sequence: 2, data: Buffer.from('ab') }]);
    }
  });

  test('is not taken for acknowledged by another number, an old packet or too large a count', () => {
    const { transfer, write, receive, outcomes } = talk();
    write('ab');
    expect(receive({ acknowledges: 5, acceptedCount: 2 })).toEqual([]);
    expect(outcomes).toEqual([]);
    receive({ acknowledges: 1, acceptedCount: 200 });
    expect(outcomes).toEqual(['taken']);
    write('cd');
    expect(transfer.receive(packet({ acknowledges: 2, acceptedCount: 2 }), 1, 0)).toEqual([]);
    expect(outcomes).toEqual(['taken']);
  });

  test('a break goes alone, in its place between the characters', () => {
    const { write, operate, receive } = talk();
    write('a');
    operate(consoleBits.sendBreak);
    write('b');
    const broken = sent(receive({ acknowledges: 1, acceptedCount: 1 }));
    expect(broken).toMatchObject([{ sequence: 2, bits: consoleBits.sendBreak, data: Buffer.alloc(0) }]);
    expect(sent(receive({ acknowledges: 2 }))).toMatchObject([{ sequence: 3, bits: 0 }]);
  });

  test('what waits is given up on demand, and the conversation goes on', () => {
    const { transfer, write, outcomes } = talk();
    write('a');
    write('b');
    transfer.discard();
    expect(outcomes).toEqual(['given_up', 'given_up']);
    expect(transfer.queuedBytes).toBe(0);
    expect(write('c')).toMatchObject([{ sequence: 2, data: Buffer.from('c') }]);
  });
});

describe('a greeting without characters', () => {
  test('is acknowledged by most', () => {
    const { transfer, receive, write } = talk();
    const outcomes: WriteOutcome[] = [];
    expect(sent(transfer.greet(0, one => outcomes.push(one)))).toMatchObject([{ sequence: 1 }]);
    expect(write('a')).toEqual([]);
    expect(sent(receive({ acknowledges: 1 }))).toMatchObject([{ sequence: 2, data: Buffer.from('a') }]);
    expect(outcomes).toEqual(['taken']);
  });

  test('is forgotten where it is not, and its number is used for the first characters', () => {
    const { transfer, wake, write } = talk();
    const outcomes: WriteOutcome[] = [];
    transfer.greet(0, one => outcomes.push(one));
    write('a');
    wake(100);
    expect(sent(wake(300))).toMatchObject([{ sequence: 1, data: Buffer.from('a') }]);
    expect(outcomes).toEqual(['given_up']);
  });
});

describe('what is received', () => {
  test('is handed on and acknowledged at once', () => {
    const { receive } = talk();
    const actions = receive({ sequence: 7, text: 'login: ' });
    expect(heard(actions)).toBe('login: ');
    expect(sent(actions)).toEqual([packet({ acknowledges: 7, acceptedCount: 7 })]);
  });

  test('twice is acknowledged twice and handed on once', () => {
    const { receive } = talk();
    receive({ sequence: 7, text: 'abc' });
    const again = receive({ sequence: 7, text: 'abc' });
    expect(heard(again)).toBe('');
    expect(sent(again)).toEqual([packet({ acknowledges: 7, acceptedCount: 3 })]);
  });

  test('again with more is acknowledged as the first time: the rest comes under the next number', () => {
    const { receive } = talk();
    receive({ sequence: 7, text: 'abc' });
    const again = receive({ sequence: 7, text: 'abcdef' });
    expect(heard(again)).toBe('');
    expect(sent(again)).toMatchObject([{ acknowledges: 7, acceptedCount: 3 }]);
    expect(heard(receive({ sequence: 8, text: 'def' }))).toBe('def');
  });

  test('after a packet that was sent later is a late repetition, and is left', () => {
    const { transfer } = talk();
    transfer.receive(packet({ sequence: 7, text: 'a', bits: consoleBits.sendBreak }), 101, 0);
    transfer.receive(packet({ sequence: 8, text: 'b' }), 103, 0);
    const late = packet({ sequence: 7, text: 'a', bits: consoleBits.sendBreak });
    expect(transfer.receive(late, 102, 0)).toEqual([]);
    expect(heard(transfer.receive(packet({ sequence: 9, text: 'c' }), 104, 0))).toBe('c');
  });

  test('with bits says them once', () => {
    const { receive } = talk();
    const bits = bmcBits.overrun | bmcBits.nack;
    expect(receive({ sequence: 7, bits })).toContainEqual({ kind: 'bits', bits: bmcBits.overrun });
    expect(receive({ sequence: 7, bits }).some(({ kind }) => kind === 'bits')).toBe(false);
  });

  test('that only acknowledges is not acknowledged', () => {
    const { receive } = talk();
    expect(receive({ sequence: 0, acknowledges: 3, acceptedCount: 9 })).toEqual([]);
  });
});

test('two ends keep every byte in order though packets are lost, doubled, overtaken and taken in part', () => {
  for (let seed = 1; seed <= 40; seed += 1) {
    const random = seededRandom(seed);
    const ends = ['a', 'b'].map(
      () => new SolTransfer({ retry: { ...rule, attempts: 60 }, whenSilent: 'end' }),
    );
    const texts = ends.map(() => seededBytes(random, 3000));
    const received: Buffer[][] = [[], []];
    const orders = [0, 0];
    const network: { atMs: number; to: number; packet: SolPacket; order: number }[] = [];
    let nowMs = 0;
    const carryOut = (from: number, actions: readonly TransferAction[]) => {
      for (const action of actions) {
        if (action.kind === 'received') received[from]?.push(Buffer.from(action.data));
        if (action.kind !== 'send') continue;
        orders[from] = (orders[from] ?? 0) + 1;
        if (random() < 0.1) continue;
        const atMs = nowMs + 1 + random() * 150;
        network.push({ atMs, to: 1 - from, packet: action.packet, order: orders[from] ?? 0 });
      }
    };
    ends.forEach((end, index) => {
      end.limitTo(40 + index * 100);
      carryOut(
        index,
        end.write(texts[index] ?? Buffer.alloc(0), 0, () => undefined),
      );
    });
    for (let round = 0; round < 20_000 && ends.some(end => !end.isIdle); round += 1) {
      const wakes = ends.map(end => end.wakeAtMs ?? Number.POSITIVE_INFINITY);
      network.sort((one, other) => one.atMs - other.atMs);
      const next = network[0];
      nowMs = Math.min(next?.atMs ?? Number.POSITIVE_INFINITY, ...wakes);
      if (next?.atMs === nowMs) {
        network.shift();
        carryOut(next.to, ends[next.to]?.receive(next.packet, next.order, nowMs) ?? []);
      }
      for (const [index, end] of ends.entries()) carryOut(index, end.wake(nowMs));
    }
    expect(Buffer.concat(received[1] ?? []).equals(texts[0] ?? Buffer.alloc(0)), `seed ${seed}`).toBe(true);
    expect(Buffer.concat(received[0] ?? []).equals(texts[1] ?? Buffer.alloc(0)), `seed ${seed}`).toBe(true);
  }
});
