import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type NativeSockets, pollSocket } from '#engine/system/native-socket.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A kernel that gives the number of a closed socket to the next file, as all do. */
function polled() {
  const touched: string[] = [];
  const unused = () => {
    throw new Error('not part of a polled socket');
  };
  const native: NativeSockets = {
    open: unused,
    setOption: unused,
    bind: unused,
    interfaceIndex: unused,
    send: () => void touched.push('send'),
    receive: () => void touched.push('receive'),
    close: () => void touched.push('close'),
  };
  return { touched, socket: pollSocket(native, 7, 20, unused, unused) };
}

test('a polled socket is looked at while it listens', () => {
  const { socket, touched } = polled();
  socket.listen();
  vi.advanceTimersByTime(60);
  socket.pause();
  vi.advanceTimersByTime(60);
  expect(touched).toEqual(['receive', 'receive', 'receive']);
});

test('a closed one never touches its number again, which may be another file by then', () => {
  const { socket, touched } = polled();
  socket.listen();
  socket.close();
  socket.listen();
  socket.discard();
  expect(() => socket.send(Uint8Array.of(1), Uint8Array.of(2))).toThrow('EBADF');
  socket.close();
  vi.advanceTimersByTime(1000);
  expect(touched).toEqual(['close']);
});
