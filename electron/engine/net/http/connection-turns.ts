import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';

/**
 * When an exchange of a connection may begin: `true` when it has the connection to itself, `false` when that closed
 * before. Undefined: too many are waiting already.
 */
export type ConnectionTurns = (socket: Socket, response: ServerResponse) => Promise<boolean> | undefined;

/**
 * Node announces a pipelined request as soon as it is read, and hands its answer the connection when the one before is
 * out (RFC 9112 §9.3.2). Begun at the announcement, two thousand of them in one packet would each open their file.
 */
export function connectionTurns(maxWaiting: number): ConnectionTurns {
  const lines = new WeakMap<Socket, Set<(hasTurn: boolean) => void>>();
  const lineOf = (socket: Socket): Set<(hasTurn: boolean) => void> => {
    const known = lines.get(socket);
    if (known !== undefined) return known;
    const line = new Set<(hasTurn: boolean) => void>();
    lines.set(socket, line);
    socket.once('close', () => {
      for (const settle of line) settle(false);
    });
    return line;
  };
  return (socket, response) => {
    if (response.socket !== null) return Promise.resolve(true);
    const line = lineOf(socket);
    if (line.size >= maxWaiting) return undefined;
    return new Promise(resolve => {
      const settle = (hasTurn: boolean): void => {
        line.delete(settle);
        resolve(hasTurn);
      };
      line.add(settle);
      response.once('socket', () => settle(true));
    });
  };
}
