/** Network namespaces, wires between them and programs in them, all removed together. Needs root. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { type ProgramResult, runProgram } from '#test/lab/program.ts';

interface WireEnd {
  readonly namespace: string;
  readonly name: string;
  /** With its prefix length: `10.77.0.1/24`. */
  readonly address?: string;
  readonly mac?: string;
}

export interface RunningProgram {
  readonly lines: readonly string[];
  /** The first line, printed already or not, that `matches` accepts. Rejects when the program ends without one. */
  readonly until: (what: string, matches: (line: string) => boolean) => Promise<string>;
  readonly signal: (signal: NodeJS.Signals) => void;
  readonly ended: Promise<number>;
}

export interface Stage {
  readonly folder: string;
  readonly namespace: (label: string) => Promise<string>;
  readonly wire: (first: WireEnd, second: WireEnd) => Promise<void>;
  readonly run: (namespace: string, ...command: string[]) => Promise<ProgramResult>;
  readonly start: (namespace: string, ...command: string[]) => RunningProgram;
  readonly file: (name: string, text: string, mode?: number) => Promise<string>;
  readonly remove: () => Promise<void>;
}

let stageCount = 0;

export async function openStage(): Promise<Stage> {
  stageCount += 1;
  const prefix = `rk-dhcp-${process.pid}-${stageCount}`;
  const folder = await mkdtemp(join(tmpdir(), `${prefix}-`));
  const namespaces: string[] = [];
  const children: ChildProcess[] = [];

  const run: Stage['run'] = (namespace, ...command) =>
    runProgram('ip', ['netns', 'exec', namespace, ...command], { mayFail: true, timeoutMs: 30_000 });

  const start: Stage['start'] = (namespace, ...command) => {
    // setpriv: a test run that is killed takes its programs along.
    const child = spawn('setpriv', ['--pdeathsig', 'KILL', 'ip', 'netns', 'exec', namespace, ...command], {
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    children.push(child);
    return programOf(child, command.join(' '));
  };

  return {
    folder,
    run,
    start,
    async namespace(label) {
      const name = `${prefix}-${label}`;
      await runProgram('ip', ['netns', 'add', name]);
      namespaces.push(name);
      await runProgram('ip', ['-n', name, 'link', 'set', 'lo', 'up']);
      return name;
    },
    async wire(first, second) {
      const batch = [first, second].flatMap(({ namespace, name, address, mac }) => [
        ['-n', namespace, 'link', 'set', name, ...(mac === undefined ? [] : ['address', mac]), 'up'],
        ...(address === undefined ? [] : [['-n', namespace, 'addr', 'add', address, 'dev', name]]),
      ]);
      const peer = ['peer', 'name', second.name, 'netns', second.namespace];
      await runProgram('ip', ['-n', first.namespace, 'link', 'add', first.name, 'type', 'veth', ...peer]);
      for (const args of batch) await runProgram('ip', args);
      // Clients that read raw packets drop those whose checksum the veth left unfinished.
      for (const { namespace, name } of [first, second])
        await run(namespace, 'ethtool', '-K', name, 'tx', 'off');
    },
    async file(name, text, mode = 0o644) {
      const path = join(folder, name);
      await writeFile(path, text, { mode });
      return path;
    },
    async remove() {
      for (const child of children) child.kill('SIGKILL');
      for (const namespace of namespaces) {
        const { stdout } = await runProgram('ip', ['netns', 'pids', namespace], { mayFail: true });
        for (const pid of stdout.split('\n').filter(line => line !== ''))
          await runProgram('kill', ['-9', pid], { mayFail: true });
        await runProgram('ip', ['netns', 'del', namespace], { mayFail: true });
      }
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function programOf(child: ChildProcess, name: string): RunningProgram {
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const changed = () => {
    for (const listener of listeners) listener();
  };
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface({ input: stream }).on('line', line => {
        lines.push(line);
        changed();
      });
  let exitCode: number | undefined;
  const ended = new Promise<number>(resolve => {
    child.once('close', code => {
      exitCode = code ?? 128;
      changed();
      resolve(exitCode);
    });
  });
  return {
    lines,
    ended,
    signal: signal => child.kill(signal),
    until: (what, matches) =>
      new Promise((resolve, reject) => {
        const look = () => {
          const found = lines.find(matches);
          if (found === undefined && exitCode === undefined) return;
          listeners.delete(look);
          if (found !== undefined) resolve(found);
          else reject(new Error(`${name} ended with ${exitCode} before ${what}:\n${lines.join('\n')}`));
        };
        listeners.add(look);
        look();
      }),
  };
}
