import { createInterface } from 'node:readline';
import { type MessagePortMain, utilityProcess } from 'electron';
import type { EngineOrder, EngineReport } from '#shared/contract/engine-process.ts';
import type { ShellLog } from './shell-log.ts';
import type { EngineProcess } from './supervisor.ts';

/** Variables by which somebody could put code into a Node process or turn Electron into another program. */
const dangerousVariables = [
  'ELECTRON_RUN_AS_NODE',
  'NODE_OPTIONS',
  'NODE_PATH',
  'NODE_REPL_EXTERNAL_MODULE',
  'LD_PRELOAD',
  'DYLD_INSERT_LIBRARIES',
];

export function childEnvironment(env: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(env).filter(([name]) => !dangerousVariables.includes(name)));
}

/** The engine in a utility process. What it prints, which it should not, goes to the shell's log. */
export function launchEngine(entry: string, log: ShellLog): EngineProcess {
  const child = utilityProcess.fork(entry, [], {
    serviceName: 'Rackside engine',
    stdio: 'pipe',
    env: childEnvironment(process.env),
  });
  for (const stream of [child.stdout, child.stderr])
    if (stream !== null)
      createInterface({ input: stream }).on('line', line => log('warn', 'the engine printed', { line }));
  return {
    pid: () => child.pid,
    order: (order: EngineOrder, ports: readonly MessagePortMain[] = []) =>
      child.postMessage(order, [...ports]),
    onReport: callback => void child.on('message', (report: EngineReport) => callback(report)),
    onExit: callback => void child.on('exit', callback),
    kill: () => void child.kill(),
  };
}
