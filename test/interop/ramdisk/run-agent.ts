import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { linkOnce, type MadeUpMachine } from './made-up-machine.ts';
import {
  type StepResult,
  type StubEngine,
  type StubOptions,
  type StubStep,
  startEngine,
} from './stub-engine.ts';

const agentFolder = join(import.meta.dirname, '../../../assets/ramdisk/agent');

/** The shells that must all run the agent: the ramdisk has busybox, a developer's /bin/sh is often dash. */
export const shells = { dash: ['dash'], busybox: ['busybox', 'sh'] } as const;
export type ShellName = keyof typeof shells;

export interface AgentRun {
  readonly exitCode: number;
  readonly console: string;
  readonly engine: StubEngine;
}

export interface RunOptions extends Omit<StubOptions, 'steps'> {
  readonly machine: MadeUpMachine;
  readonly steps: readonly StubStep[];
  readonly shell?: ShellName;
  readonly kernelWords?: (engine: StubEngine) => string;
  readonly prepare?: (engine: StubEngine) => void;
  readonly environment?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** As the ramdisk's init: an agent that was killed is started again. Its process id is for tests that kill it. */
const asInitDoes =
  'while :; do sh -c \'echo $$ >"$RACKSIDE_SANDBOX/agent-pid"; exec "$@"\' agent "$@"; status=$?; [ $status -eq 137 ] || exit $status; done';

/** Kills the agent alone, as the kernel does when memory is out: what it started lives on. */
export function killAgent(machine: MadeUpMachine): void {
  process.kill(Number(readFileSync(`${machine.root}/agent-pid`, 'utf8')), 'SIGKILL');
}

/** Runs the agent on a made-up machine until it ends by itself: a power-off is added behind the steps. */
export async function runAgent(options: RunOptions): Promise<AgentRun> {
  const engine = await startEngine({
    ...options,
    steps: [...options.steps, { step: 'power-off', id: 'end' }],
  });
  const [program, ...first] = shells[options.shell ?? 'busybox'];
  stubPrograms(options.machine, program === 'busybox');
  options.prepare?.(engine);
  const words = options.kernelWords ?? defaultKernelWords;
  options.machine.write('proc/cmdline', `BOOT_IMAGE=vmlinuz ${words(engine)} quiet\n`);
  const agent = [program, ...first, join(agentFolder, 'main.sh')];
  const child = spawn('sh', ['-c', asInitDoes, 'init', ...agent], {
    detached: true,
    stdio: ['ignore', 'pipe', 'pipe'],
    env: {
      PATH: `${join(options.machine.root, 'stubs')}:${process.env['PATH'] ?? ''}`,
      RACKSIDE_SANDBOX: options.machine.root,
      RACKSIDE_LONGEST_PAUSE_SECONDS: '0',
      RACKSIDE_PATIENCE_SECONDS: '5',
      RACKSIDE_PROGRESS_SECONDS: '0.2',
      ...options.environment,
    },
  });
  let console_ = '';
  child.stdout.on('data', (chunk: Buffer) => {
    console_ += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    console_ += chunk.toString();
  });
  const timer = setTimeout(() => killGroup(child.pid), options.timeoutMs ?? 30_000);
  const closed = once(child, 'close');
  const [exitCode]: (number | null)[] = await once(child, 'exit');
  clearTimeout(timer);
  // What still runs beside it would keep the console open.
  killGroup(child.pid);
  await closed;
  await engine.close();
  return { exitCode: exitCode ?? -1, console: console_, engine };
}

function defaultKernelWords(engine: StubEngine): string {
  return `rackside.url=${engine.url} rackside.token=${engine.token}`;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (cause) {
    // ESRCH: the whole group is gone already.
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ESRCH')) throw cause;
  }
}

/** What the ramdisk has of busybox's and this machine of GNU's: they differ in small things. */
const applets =
  'awk base64 cat cp cut find grep head ls mkdir mkfifo mv od rm sed seq sleep sort stat tail timeout tr uname';

/** Programs that must not reach the developer's machine, and `sh` as the shell under test, with its tools. */
function stubPrograms(machine: MadeUpMachine, isBusybox: boolean): void {
  machine.program('sh', isBusybox ? 'exec busybox sh "$@"' : 'exec dash "$@"');
  for (const applet of isBusybox ? applets.split(' ') : [])
    linkOnce('/bin/busybox', join(machine.root, 'stubs', applet));
  for (const forbidden of ['reboot', 'poweroff', 'mount', 'umount', 'dmsetup', 'mdadm', 'lvm', 'ipmitool']) {
    machine.program(forbidden, `echo "${forbidden} was called" >&2; exit 1`);
  }
}

/** The result of the only step, or of the one named. */
export function resultOf(run: AgentRun, id = 'step-1'): StepResult {
  const result = run.engine.results.get(id);
  if (result === undefined) throw new Error(`no result of ${id}; the console said:\n${run.console}`);
  return result;
}
