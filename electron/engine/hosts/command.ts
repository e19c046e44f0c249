import type { CreateEngine } from './engine-interface.ts';

/** Loaded only by the commands that need it, so that `--help` is quick. */
export type LoadEngine = () => Promise<CreateEngine>;

/** What a subcommand's module exports. The result is the exit code. */
export interface Command {
  run(args: readonly string[], loadEngine: LoadEngine): Promise<number>;
}
