/** What benches of servers on loopback share: a namespace of their own, servers as processes, rounds in turn. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { runProgram, type Service, startService } from '#test/lab/program.ts';

export interface Loopback {
  readonly name: string;
  /** A command line for inside. */
  inside(...command: string[]): [string, ...string[]];
  remove(): Promise<void>;
}

/** A network namespace with nothing but `lo`: every port is free there, also those a peer insists on. Needs root. */
export async function openLoopback(label: string): Promise<Loopback> {
  const name = `rk-bench-${label}-${process.pid}`;
  await runProgram('ip', ['netns', 'add', name]);
  await runProgram('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
  // tftpd-hpa resolves its own address with AI_ADDRCONFIG, which finds nothing where there is only 127.0.0.1.
  await runProgram('ip', ['-n', name, 'address', 'add', '192.0.2.1/32', 'dev', 'lo']);
  return {
    name,
    inside: (...command) => ['ip', 'netns', 'exec', name, ...command],
    remove: async () => {
      await runProgram('ip', ['netns', 'delete', name]);
    },
  };
}

/** Starts a server that stays in the foreground and dies with us; `isReady` is asked until it says so. */
export async function startServer(
  command: readonly [string, ...string[]],
  isReady: () => Promise<boolean>,
): Promise<Service> {
  const server = startService(command, { logFile: '/dev/stderr' });
  for (let attempt = 0; !(await isReady()); attempt += 1) {
    if (attempt === 100 || !server.isRunning()) throw new Error(`${command.join(' ')} does not start`);
    await new Promise(wake => setTimeout(wake, 50));
  }
  return server;
}

export async function freeTcpPort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no TCP port');
  return address.port;
}

/** Our own program beside this file, under the Node that runs the bench. */
export function ownProgram(file: string, ...args: string[]): [string, ...string[]] {
  return [process.execPath, resolve(import.meta.dirname, file), ...args];
}

/** Measures each contender once a round, so that what disturbs the machine disturbs all of them. */
export async function inTurn<Name extends string, Result>(
  names: readonly Name[],
  runs: number,
  measure: (name: Name) => Promise<Result>,
): Promise<ReadonlyMap<Name, readonly Result[]>> {
  const results = new Map<Name, Result[]>(names.map(name => [name, []]));
  for (let round = 0; round < runs; round += 1) {
    for (const name of names) results.get(name)?.push(await measure(name));
  }
  return results;
}

export function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

export function percentile(values: readonly number[], part: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * part))] ?? Number.NaN;
}
