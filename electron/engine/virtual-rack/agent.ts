import { randomBytes } from 'node:crypto';
import { type AgentLine, call, callOnce } from './agent-line.ts';
import {
  done,
  eraseDisks,
  installBootLoader,
  refused,
  type StepResult,
  writeConfigDrive,
  writeImage,
} from './agent-steps.ts';
import type { AgentMachine, AgentTask } from './agent-task.ts';
import { describeDisk } from './disk.ts';
import { collectLogs, startRescue } from './rescue-steps.ts';

export type AgentEnd = 'reboot' | 'power-off';

/**
 * The deploy agent's half of `assets/ramdisk/protocol.md`, played: same calls, same answers, a file as the disk. What
 * it does not do to the file it says in its evidence (`simulated`).
 */
export async function playAgent(
  machine: AgentMachine,
  commandLine: ReadonlyMap<string, string>,
): Promise<AgentEnd> {
  const line: AgentLine = {
    baseUrl: commandLine.get('rackside.url') ?? '',
    localAddress: machine.address,
    bootId: randomBytes(32).toString('base64url'),
    signal: machine.signal,
    wait: machine.wait,
  };
  const token = commandLine.get('rackside.token') ?? '';
  const hello = await call(line, 'hello', token, JSON.stringify(machine.inventory));
  const session = keyValues(hello.text).get('session');
  if (hello.status !== 200 || session === undefined) throw new Error(`hello: HTTP ${hello.status}`);
  machine.say('agent: the engine has the inventory');
  for (;;) {
    const answer = await call(line, 'step', session);
    if (answer.status === 204) continue;
    const parameters = keyValues(answer.text);
    const name = parameters.get('step');
    if (answer.status !== 200 || name === undefined) throw new Error(`step: HTTP ${answer.status}`);
    const id = parameters.get('id') ?? '';
    const tell = progressTeller(line, session, id);
    machine.say(`agent: ${name}`);
    const result = await runStep(name, { machine, line, session, parameters, tell });
    // 404 and 410: the engine does not know the step, the result is dropped.
    const taken = await call(line, `step/${id}/result`, session, JSON.stringify(result));
    if (taken.status < 300 && (name === 'reboot' || name === 'power-off')) return name;
  }
}

/** Protocol, "progress": at least this long apart. */
const progressEveryMs = 2000;

function progressTeller(line: AgentLine, session: string, id: string): AgentTask['tell'] {
  let toldAtMs = Number.NEGATIVE_INFINITY;
  return async (phase, bytes, total) => {
    const nowMs = performance.now();
    if (nowMs - toldAtMs < progressEveryMs) return true;
    toldAtMs = nowMs;
    const body = `phase ${phase}\nbytes ${bytes}\ntotal ${total}\n`;
    const answer = await callOnce(line, `step/${id}/progress`, session, body);
    return answer?.status !== 410;
  };
}

async function runStep(name: string, task: AgentTask): Promise<StepResult> {
  const { machine, parameters } = task;
  const wrongDisk = wrongDiskOf(machine, parameters);
  if (wrongDisk !== undefined) return wrongDisk;
  switch (name) {
    case 'write-image':
      return writeImage(task);
    case 'write-config-drive':
      return writeConfigDrive(task);
    case 'grow-last-partition':
      return done({ simulated: true, disk: describeDisk(machine.disk) });
    case 'set-boot-entry':
      return done(
        machine.firmware === 'bios'
          ? { skipped: 'bios' }
          : { simulated: true, disk: describeDisk(machine.disk) },
      );
    case 'write-root-file-system':
      return writeImage(task);
    case 'install-boot-loader':
      return installBootLoader(task);
    case 'erase-disks':
      return eraseDisks(task);
    case 'make-layout':
      return done({ simulated: true, disk: describeDisk(machine.disk) });
    case 'probe-addresses':
      return done({ simulated: true, addresses: [] });
    case 'inspect':
      return done({ inventory: machine.inventory });
    case 'start-rescue':
      return startRescue(task);
    case 'mount-file-systems':
      return done({ simulated: true, mounts: [], left: [] });
    case 'unmount-file-systems':
      return done({ simulated: true, unmounted: [], busy: [] });
    case 'collect-logs':
      return collectLogs(task);
    case 'reboot':
    case 'power-off':
      return done({});
    default:
      return refused('unknown-step', name);
  }
}

/** Protocol, "Disk identity", for a machine with one disk. */
function wrongDiskOf({ disk }: AgentMachine, parameters: ReadonlyMap<string, string>) {
  const { name, serial, wwn, sizeBytes } = describeDisk(disk);
  const own = { serial, wwn, 'disk-size-bytes': String(sizeBytes), disk: name };
  const wanted = Object.entries(own).filter(([key]) => parameters.has(key));
  if (wanted.every(([key, value]) => parameters.get(key) === value)) return undefined;
  return refused('wrong-disk', 'no disk has this identity', {
    disks: [describeDisk(disk)],
    wanted: Object.fromEntries(wanted.map(([key]) => [key, parameters.get(key)])),
  });
}

function keyValues(text: string): Map<string, string> {
  return new Map(
    text
      .split('\n')
      .filter(line => line !== '')
      .map(line => {
        const space = line.indexOf(' ');
        return space < 0 ? [line, ''] : [line.slice(0, space), decodeURIComponent(line.slice(space + 1))];
      }),
  );
}
