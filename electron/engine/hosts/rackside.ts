import { runCli } from './cli.ts';

export async function main(args: readonly string[]): Promise<void> {
  const exitCode = await runCli(args, async () => (await import('#engine/engine.ts')).createEngine);
  // Not waited for: a handle that some part forgot must not keep a finished command alive.
  process.exit(exitCode);
}
