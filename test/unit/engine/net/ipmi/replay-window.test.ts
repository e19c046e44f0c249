import { expect, test } from 'vitest';
import type { ReceivedSequence } from '#engine/net/ipmi/replay-window.ts';
import {
  acceptSequence,
  expectFrom,
  nextSequence,
  nothingReceived,
  v15Window,
  v20Window,
} from '#engine/net/ipmi/replay-window.ts';

function accept(state: ReceivedSequence, numbers: readonly number[], window = v20Window): boolean[] {
  let received = state;
  return numbers.map(number => {
    const next = acceptSequence(received, number, window);
    received = next ?? received;
    return next !== undefined;
  });
}

test('each number is good once', () => {
  expect(accept(nothingReceived, [5, 5, 6, 5, 6, 7])).toEqual([true, false, true, false, false, true]);
});

test('reordered numbers are accepted inside the window of RMCP+', () => {
  expect(accept(nothingReceived, [100, 115, 101, 99, 114, 99])).toEqual([
    true,
    true,
    true,
    true,
    true,
    false,
  ]);
  expect(accept(nothingReceived, [100, 84, 83])).toEqual([true, true, false]);
  expect(accept(nothingReceived, [100, 116, 115])).toEqual([true, false, true]);
});

test('IPMI 1.5 has the smaller window', () => {
  expect(accept(nothingReceived, [100, 108, 117, 100, 99], v15Window)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
  expect(accept(nothingReceived, [100, 92, 91], v15Window)).toEqual([true, true, false]);
});

test('zero is never a number of a session', () => {
  expect(accept(nothingReceived, [0, 1, 0])).toEqual([false, true, false]);
});

test('counting wraps past zero, and the window with it', () => {
  expect(nextSequence(0xffffffff)).toBe(1);
  expect(accept(nothingReceived, [0xfffffffe, 0xffffffff, 1, 2, 0xffffffff])).toEqual([
    true,
    true,
    true,
    true,
    false,
  ]);
});

test('a peer that was told its first number may not send the one before', () => {
  expect(accept(expectFrom(1000), [999, 1000, 1001, 1000])).toEqual([false, true, true, false]);
});
