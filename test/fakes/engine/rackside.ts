import { runCli } from '#engine/hosts/cli.ts';
import { createEngine } from './fake-engine.ts';

// The `rackside` command with the fake engine, as a process of its own.
process.exit(await runCli(process.argv.slice(2), async () => createEngine));
