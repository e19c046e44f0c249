import type { Command, LoadEngine } from './command.ts';
import { UsageError } from './usage-error.ts';

interface CommandEntry {
  readonly summary: string;
  readonly load: () => Promise<Command>;
}

const commands: Readonly<Record<string, CommandEntry>> = {
  serve: {
    summary: 'the engine with its page, for a browser and for scripts',
    load: () => import('./serve.ts'),
  },
  demo: {
    summary: 'deploys simulated servers and shows how, without hardware',
    load: () => import('./demo.ts'),
  },
  report: {
    summary: 'verifies a report of deployments that was exported',
    load: () => import('./report.ts'),
  },
};

/** Exit codes: 0 done, 1 failed (one line on stderr says why), 2 the command line was wrong. */
export async function runCli(args: readonly string[], loadEngine: LoadEngine): Promise<number> {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    process.stdout.write(usage());
    return name === undefined ? 2 : 0;
  }
  const entry = Object.hasOwn(commands, name) ? commands[name] : undefined;
  if (entry === undefined) {
    const what = name.startsWith('-') ? 'option' : 'command';
    process.stderr.write(`rackside: there is no ${what} ${name}; see rackside --help\n`);
    return 2;
  }
  try {
    const command = await entry.load();
    return await command.run(rest, loadEngine);
  } catch (error) {
    const isUsage = error instanceof UsageError;
    const text = error instanceof Error ? error.message : String(error);
    process.stderr.write(`rackside ${name}: ${text}${isUsage ? `; see rackside ${name} --help` : ''}\n`);
    return isUsage ? 2 : 1;
  }
}

function usage(): string {
  const width = Math.max(...Object.keys(commands).map(name => name.length));
  const lines = Object.entries(commands).map(([name, { summary }]) => `  ${name.padEnd(width)}  ${summary}`);
  return [
    'Usage: rackside <command> [options]',
    '',
    ...lines,
    '',
    'rackside <command> --help tells its options.',
    '',
  ].join('\n');
}
